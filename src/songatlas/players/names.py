"""Names of playlists that every server can store and every terminal can show."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

from songatlas.listening.file_names import unique
from songatlas.text import printable

_MOST_BYTES = 180  # a file name has 255; room for ".m3u" and for what is added while writing


def playlist_name(text: str) -> str:
    r"""`text` on one line, with single spaces, at most 180 bytes.

    Examples
    --------
    >>> playlist_name("Rock\r\nrm \"everything\"")
    'Rock rm "everything"'
    """
    line = " ".join(unicodedata.normalize("NFC", printable(text)).split())
    return line.encode()[:_MOST_BYTES].decode(errors="ignore").strip()


def file_name(text: str) -> str:
    """`text` as MPD can use it in a file name.

    Examples
    --------
    >>> file_name("../AC/DC"), file_name("..")
    ('AC-DC', '')
    """
    return playlist_name(text).replace("/", "-").replace("\\", "-").lstrip(".-").strip()


def unique_names(wanted: Iterable[str], storable: Callable[[str], str]) -> tuple[str, ...]:
    """Each wanted name as the server stores it, the second of two equal ones with a number.

    Examples
    --------
    >>> unique_names(["AC/DC", "ac-dc", "?"], file_name)
    ('AC-DC', 'ac-dc (2)', '?')
    """
    return tuple(unique((storable(text) or "playlist" for text in wanted), form="{} ({})"))
