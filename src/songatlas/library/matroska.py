"""Tags of Matroska and WebM."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from songatlas.library.tag_value import Value, utf8

_SEGMENT, _INFO, _TAGS, _CLUSTER, _SEEK_HEAD = (
    0x18538067, 0x1549A966, 0x1254C367, 0x1F43B675, 0x114D9B74,
)  # fmt: skip
_SEEK, _SEEK_ID, _SEEK_AT = 0x4DBB, 0x53AB, 0x53AC
_TITLE = 0x7BA9
_TAG, _TARGETS, _LEVEL, _SIMPLE, _NAME, _STRING = 0x7373, 0x63C0, 0x68CA, 0x67C8, 0x45A3, 0x4487
_OF_PARTS = {0x63C4, 0x63C6, 0x63C9}  # tags of chapters, attachments and editions
_ALBUM = 50
_OF_ALBUM = {"title": "album", "artist": "album_artist", "part_number": "disc"}
_MOST, _MOST_ELEMENTS = 1 << 24, 10_000  # bytes of a list of tags; steps through a file
_FAR = 1 << 40  # file systems refuse places that no file reaches


def read_matroska(file: BinaryIO) -> list[Value]:
    """Values of the title and the tags, wherever the file keeps them."""
    places, values, seen = [0], list[Value](), set[int]()
    segment = 0
    while places:
        at = places.pop(0)
        while at not in seen and len(seen) < _MOST_ELEMENTS and (head := _head(file, at)):
            seen.add(at)
            name, size, start = head
            if name == _SEGMENT:
                segment = at = start
                continue
            if name == _CLUSTER or size is None:
                break
            if name in (_INFO, _TAGS, _SEEK_HEAD):
                file.seek(start)
                data = file.read(min(size, _MOST))
                places += [segment + place for place in _seeks(data)] * (name == _SEEK_HEAD)
                values += _title(data) if name == _INFO else _tags(data) if name == _TAGS else []
            at = start + size
    return values


def _head(file: BinaryIO, at: int) -> tuple[int, int | None, int] | None:
    """Name, size (None where it is not known) and start of the content of the element at `at`."""
    file.seek(min(at, _FAR))
    return _parsed(file.read(12), 0, at)


def _parsed(data: bytes, i: int, at: int) -> tuple[int, int | None, int] | None:
    n = 9 - data[i].bit_length() if i < len(data) else 9
    k = 9 - data[i + n].bit_length() if i + n < len(data) else 9
    if n > 4 or k > 8 or i + n + k > len(data):
        return None
    name = int.from_bytes(data[i : i + n], "big")
    size = int.from_bytes(data[i + n : i + n + k], "big") - (1 << 7 * k)
    return name, size if size < (1 << 7 * k) - 1 else None, at + n + k


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while head := _parsed(data, at, at):
        name, size, start = head
        at = len(data) if size is None else start + size
        yield name, data[start:at]


def _seeks(data: bytes) -> Iterator[int]:
    for name, content in _elements(data):
        seek = dict(_elements(content)) if name == _SEEK else {}
        if int.from_bytes(seek.get(_SEEK_ID, b""), "big") in (_INFO, _TAGS, _SEEK_HEAD):
            yield int.from_bytes(seek.get(_SEEK_AT, b"")[:7], "big")


def _title(data: bytes) -> Iterator[Value]:
    return (Value("title", utf8(text)) for name, text in _elements(data) if name == _TITLE)


def _tags(data: bytes) -> Iterator[Value]:
    for name, content in _elements(data):
        parts = list(_elements(content)) if name == _TAG else []
        targets = dict(pair for part, text in parts if part == _TARGETS for pair in _elements(text))
        of_part = any(any(targets.get(key, b"")) for key in _OF_PARTS)
        level = int.from_bytes(targets.get(_LEVEL, b""), "big")
        for part, text in parts:
            simple = dict(_elements(text)) if part == _SIMPLE and not of_part else {}
            key = simple.get(_NAME, b"").decode("latin-1").lower()
            if key and _STRING in simple:
                key = _OF_ALBUM.get(key, key) if level == _ALBUM else key
                yield Value(key, utf8(simple[_STRING].rstrip(b"\0")))
