"""Name the language of lyrics, offline."""

from __future__ import annotations

import dataclasses

from songatlas.features.text.clean import clean_lyrics
from songatlas.types import Track

_MIN_CHARACTERS = 40


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language of `text`, or "" for fewer than 40 characters.

    Examples
    --------
    >>> detect_language("Ich gehe heute Abend nach Hause und singe ein altes Lied für dich")
    'de'
    >>> detect_language("la la")
    ''
    """
    if len(text) < _MIN_CHARACTERS:
        return ""
    from py3langid import classify  # loads its model once, a third of a second

    language, _ = classify(text)
    return str(language)


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
