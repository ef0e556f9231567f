"""Texts in the user data of QuickTime and 3GPP files, where those of MP4 files stand elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from songatlas.library.tag_value import Value, utf8

_MOST, _MOST_ATOMS = 1 << 20, 10_000
_OF_3GPP = (b"titl", b"perf", b"auth", b"albm", b"gnre")


class Atom(NamedTuple):
    """An atom: its name, and where its content begins and ends."""

    name: bytes
    start: int
    end: int


def read_user_data(file: BinaryIO) -> list[Value]:
    """Values in ``moov/udta``; none where there is no such place."""
    found: list[Value] = []
    place: Atom | None = Atom(b"", 0, file.seek(0, io.SEEK_END))
    for way in (b"moov", b"udta"):
        atoms = _atoms(file, place) if place else ()
        place = next((atom for atom in atoms if atom.name == way), None)
    for atom in _atoms(file, place) if place else ():
        file.seek(atom.start)
        data = file.read(min(atom.end - atom.start, _MOST))
        name = atom.name.decode("latin-1").lower()
        if atom.name in _OF_3GPP:  # version, language
            wide = data[6:8] in (b"\xfe\xff", b"\xff\xfe")
            text = data[6:].decode("utf-16", "replace") if wide else utf8(data[6:])
            found.append(Value(name, text.strip("\0") if isinstance(text, str) else text))
        elif name.startswith("\xa9"):  # length, language
            found.append(Value(name, utf8(data[4 : 4 + int.from_bytes(data[:2], "big")])))
    return found


def _atoms(file: BinaryIO, of: Atom) -> Iterator[Atom]:
    at = of.start
    for _ in range(_MOST_ATOMS):
        file.seek(at)
        head = file.read(16)
        size, n = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, n = int.from_bytes(head[8:], "big"), 16
        end = min(at + size, of.end) if size else of.end
        if end < at + n:
            return
        yield Atom(head[4:8], at + n, end)
        at = end
