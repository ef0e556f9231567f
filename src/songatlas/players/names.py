"""Names of playlists that every server can store and every terminal can show."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

_MOST_BYTES = 180  # a file name has 255; room for ".m3u" and for what is added while writing


def one_line(text: str) -> str:
    r"""`text` without anything but printable characters and single spaces, at most 180 bytes.

    Examples
    --------
    >>> one_line("Rock\r\nrm \"everything\"")
    'Rock rm "everything"'
    """
    text = unicodedata.normalize("NFC", text)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.encode()[:_MOST_BYTES].decode(errors="ignore").strip()


def file_name(text: str) -> str:
    """`text` as MPD can use it in a file name.

    Examples
    --------
    >>> file_name("../AC/DC"), file_name("..")
    ('AC-DC', '')
    """
    return one_line(text).replace("/", "-").replace("\\", "-").lstrip(".-").strip()


def same_name(text: str) -> str:
    """Key under which names collide, on file systems that ignore case too."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def unique_names(wanted: Iterable[str], storable: Callable[[str], str]) -> tuple[str, ...]:
    """Each wanted name as the server stores it, the second of two equal ones with a number.

    Examples
    --------
    >>> unique_names(["AC/DC", "ac-dc", "?"], file_name)
    ('AC-DC', 'ac-dc (2)', '?')
    """
    taken: set[str] = set()
    names = []
    for text in wanted:
        first = storable(text) or "playlist"
        name, n = first, 1
        while same_name(name) in taken:
            n += 1
            name = f"{first} ({n})"
        taken.add(same_name(name))
        names.append(name)
    return tuple(names)
