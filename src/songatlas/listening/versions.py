"""Titles without what names a version: live, remastered, edited, with guests."""

from __future__ import annotations

import re
import unicodedata

from songatlas.text import plain

_WORDS = (
    r"live|remaster(?:ed)?|version|edit|demo|acoustic|unplugged|mono|stereo|deluxe|bonus|anniversary|"
    r"rehearsal|session|take \d+|alternate|outtake|edition|re-?recorded|instrumental|karaoke|"
    r"a ?cap+ella"
)
_BRACKETED = re.compile(rf"\s*[(\[][^)\]]*\b(?:{_WORDS})\b[^)\]]*[)\]]", re.IGNORECASE)
_AFTER_DASH = re.compile(rf"\s+[-–—]\s+[^-–—]*\b(?:{_WORDS})\b.*$", re.IGNORECASE)
# not the feet of "6 ft. under"
_GUESTS = re.compile(r"\s*[(\[]?(?<!\d )\b(?:feat|ft|featuring)\b\.?\s[^)\]]*[)\]]?", re.IGNORECASE)
_MOST = 300  # characters of a title that is looked into: patterns are slow on what is no title


def song_key(artist: str, title: str) -> tuple[str, str] | None:
    """What all versions of one song by one artist have in common; None without artist or title.

    A remix is another song.

    Examples
    --------
    >>> song_key("Beyoncé", "Halo (Live in Paris)") == song_key("BEYONCE", "Halo - 2011 Remaster")
    True
    >>> song_key("Beyoncé", "Halo (Remix)") == song_key("Beyoncé", "Halo")
    False
    """
    title = " ".join(unicodedata.normalize("NFKC", title).split())
    shortened = title
    if len(title) <= _MOST:
        for pattern in (_GUESTS, _BRACKETED, _AFTER_DASH):
            shortened = pattern.sub("", shortened)
    words = _words(shortened) or _words(title)
    return (_words(artist), words) if artist and words else None


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", plain(text)).split())
