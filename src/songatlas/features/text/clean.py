"""Take out of lyrics what is not sung.

Section headers such as ``[Chorus]`` stand in 29 % of the pop but 93 % of the rap lyrics of one
public collection: left in, they tell the model the label.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import regex

from songatlas.config import Config
from songatlas.text import clean
from songatlas.text.sections import without_headers
from songatlas.types import Track

_TIMESTAMP = regex.compile(r"[\[<]\d{1,3}:\d{2}(?:[.:]\d{1,3})?[\]>]")
_SPACE = regex.compile(r"[^\S\n]+")
_BLANK_LINES = regex.compile(r"\n\s*\n+")


def lyrics_of(tracks: Sequence[Track], config: Config) -> Iterator[str]:
    """Clean lyrics of every track, one at a time: a collection's are not held twice."""
    strip = config.text.strip_headers
    return (clean_lyrics(track.lyrics, strip_headers=strip) for track in tracks)


def clean_lyrics(text: str, *, strip_headers: bool = True) -> str:
    r"""Lyrics without section headers, timestamps and control characters, in NFC.

    Parameters
    ----------
    text
        Lyrics as people wrote them.
    strip_headers
        False keeps the headers, as the original experiment did.

    Examples
    --------
    >>> clean_lyrics("[Chorus: A & B]\n[00:12.50]Hello   you\n\n\nVerse 2:\nChorus of angels")
    'Hello you\nChorus of angels'
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = clean(text)
    if strip_headers:
        text = without_headers(_TIMESTAMP.sub(" ", text))
    text = _BLANK_LINES.sub("\n", _SPACE.sub(" ", text))
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())
