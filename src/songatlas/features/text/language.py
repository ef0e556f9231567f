"""Name the language of lyrics, offline."""

from __future__ import annotations

import dataclasses
import math

from songatlas.features.text.clean import clean_lyrics
from songatlas.text.languages import language_code
from songatlas.types import Track

_MIN_CHARACTERS = 40
_LEAST = 0.5  # probability of a language; of Russian or Hindi in Latin letters none has so much


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language of `text`, or "" where it is unknown.

    It is for fewer than 40 characters, and where no language is likelier than all others together,
    as in most of what is written in other letters than is usual. Scores are probabilities after
    division by the square root of the length: more words of a song are no more independent.

    Examples
    --------
    >>> detect_language("Ich gehe heute Abend nach Hause und singe ein altes Lied für dich")
    'de'
    >>> detect_language("la la"), detect_language("Ya tebya lyublyu i nikomu ne otdam, ty moya")
    ('', '')
    """
    if len(text) < _MIN_CHARACTERS:
        return ""
    from py3langid import rank  # loads its model once, a third of a second

    (language, best), *others = rank(text)
    scale = math.sqrt(len(text.encode("utf-8", "replace")))
    rest = sum(math.exp((score - best) / scale) for _, score in others)
    return language_code(language) if 1 / (1 + rest) >= _LEAST else ""


def with_languages(tracks: tuple[Track, ...]) -> tuple[tuple[Track, ...], int]:
    """Fill in missing languages from the lyrics; also the number that was filled in."""
    filled = []
    n_detected = 0
    for track in tracks:
        if not track.language and track.lyrics:
            language = detect_language(clean_lyrics(track.lyrics))
            n_detected += bool(language)
            track = dataclasses.replace(track, language=language)
        filled.append(track)
    return tuple(filled), n_detected
