"""Names that people gave, as names of files on every system."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable

from songatlas.text import fold, printable

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_MOST_BYTES = 120  # file systems allow 255; a number and an ending come on top


def safe_file_name(name: str) -> str:
    r"""`name` without what some system refuses in the name of a file; never empty, never hidden.

    Examples
    --------
    >>> safe_file_name("AC/DC: live?"), safe_file_name("../.."), safe_file_name("con")
    ('AC DC live', '_', '_con')
    """
    text = unicodedata.normalize("NFC", printable(_FORBIDDEN.sub(" ", name)))
    text = " ".join(text.split()).strip(". ")
    while len(text.encode("utf-8")) > _MOST_BYTES:
        text = text[:-1].rstrip(". ")
    if not text:
        return "_"
    return f"_{text}" if _RESERVED.match(text) else text


def unique_file_names(names: Iterable[str], *, taken: Iterable[str] = ()) -> list[str]:
    """:func:`safe_file_name` of each, with a number behind where two would be one file.

    Parameters
    ----------
    taken
        Names that none may get.

    Examples
    --------
    >>> unique_file_names(["Rock", "rock", "Jazz"], taken=["jazz"])
    ['Rock', 'rock 2', 'Jazz 2']
    """
    return unique(map(safe_file_name, names), taken=taken)


def unique(names: Iterable[str], *, taken: Iterable[str] = (), form: str = "{} {}") -> list[str]:
    """Each name, in `form` with a number behind where two would differ in nothing but case."""
    used = {fold(name) for name in taken}
    found = []
    for name in names:
        numbered = (form.format(name, n) for n in itertools.count(2))
        free = next(x for x in itertools.chain([name], numbered) if fold(x) not in used)
        used.add(fold(free))
        found.append(free)
    return found
