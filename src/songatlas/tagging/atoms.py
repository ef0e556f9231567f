"""The atoms of an MP4 tag as they were, after a library has written them in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

_PATH = (b"moov", b"udta", b"meta", b"ilst")


class _Atom(NamedTuple):
    name: bytes
    begin: int
    start: int  # of its content
    end: int


def keep_atoms(before: bytes, after: bytes, holds: Callable[[bytes], bool]) -> bytes:
    """`after`, with every atom of the tag of `before` for which `holds` is false, in its order.

    What `after` has instead, genres as text rather than by number among it, gives way. Where there
    is no room for that, or was no tag, it is `after` as it is.
    """
    old, new = _items(before), _items(after)
    if old is None or new is None:
        return after
    padding = next(_atoms(after, new.end, len(after)), None)
    end = padding.end if padding and padding.name == b"free" else new.end
    kept = [raw for raw in _raw(before, old) if not holds(raw)]
    content = b"".join(kept + [raw for raw in _raw(after, new) if holds(raw)])
    room = end - new.begin - 8 - len(content)
    if room < 8 and room != 0:
        return after
    free = room.to_bytes(4, "big") + b"free" + bytes(room - 8) if room else b""
    size = (8 + len(content)).to_bytes(4, "big")
    return after[: new.begin] + size + b"ilst" + content + free + after[end:]


def field_of(atom: bytes) -> bytes:
    """Name of an atom of a tag; of a free one that which was made up for it."""
    if atom[4:8] != b"----":
        return atom[4:8]
    names = (part for part in _atoms(atom, 8, len(atom)) if part.name == b"name")
    return next((atom[part.start + 4 : part.end] for part in names), b"")


def _items(data: bytes) -> _Atom | None:
    start, end, found = 0, len(data), None
    for name in _PATH:
        found = next((atom for atom in _atoms(data, start, end) if atom.name == name), None)
        if found is None:
            return None
        start, end = found.start + 4 * (name == b"meta"), found.end
    return found


def _raw(data: bytes, items: _Atom) -> list[bytes]:
    return [data[atom.begin : atom.end] for atom in _atoms(data, items.start, items.end)]


def _atoms(data: bytes, at: int, end: int) -> Iterator[_Atom]:
    while at + 8 <= end:
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        size = size or end - at
        if size < head:
            return
        yield _Atom(data[at + 4 : at + 8], at, at + head, min(at + size, end))
        at += size
