"""APEv2 tags, and what stands between them and the end of a file."""

from __future__ import annotations

import io
from typing import BinaryIO, NamedTuple

from songatlas.library.tag_value import Value, utf8

MARK, BLOCK = b"APETAGEX", 32
V1 = 128
_MOST = 1 << 26  # bytes of a tag; one that says it has more is damaged
_LYRICS3 = 5120  # the most that its first version takes


class Item(NamedTuple):
    """One item: `raw` as it is in the file, `data` what it says; texts are of kind 0."""

    key: str
    raw: bytes
    kind: int
    data: bytes


class Tag(NamedTuple):
    """A tag from `start` to `end` of the file; `header` is whether it has one in front.

    ``n_items`` is how many items it says it has.
    """

    start: int
    end: int
    header: bool
    n_items: int
    items: tuple[Item, ...]


def end_of_sound(file: BinaryIO) -> tuple[int, bytes]:
    """Where ID3v1 and Lyrics3 begin at the end of `file`, and that ID3v1 tag, if there is one."""
    end = file.seek(0, io.SEEK_END)
    tail = _before(file, end, V1)
    v1 = tail if len(tail) == V1 and tail.startswith(b"TAG") else b""
    end -= len(v1)
    mark = _before(file, end, 15)
    if mark.endswith(b"LYRICS200") and mark[:6].isdigit():
        end = max(end - 15 - int(mark[:6]), 0)
    elif mark.endswith(b"LYRICSEND"):
        begin = _before(file, end, _LYRICS3).rfind(b"LYRICSBEGIN")
        end -= min(end, _LYRICS3) - begin if begin >= 0 else 0
    return end, v1


def _before(file: BinaryIO, end: int, n: int) -> bytes:
    file.seek(max(end - n, 0))
    return file.read(min(n, end))


def read_tag(file: BinaryIO, end: int) -> Tag | None:
    """The tag that ends at `end`, if one does."""
    footer = _before(file, end, BLOCK)
    if not footer.startswith(MARK) or len(footer) < BLOCK:
        return None
    size, n_items = (int.from_bytes(footer[i : i + 4], "little") for i in (12, 16))
    if size > _MOST:
        return None
    body = _before(file, end, size)[:-BLOCK]
    if len(body) != size - BLOCK:
        return None
    items, at = [], 0
    for _ in range(n_items):
        length, kind = (int.from_bytes(body[at + i : at + i + 4], "little") for i in (0, 4))
        name = body.find(b"\0", at + 8)
        stop = name + 1 + length
        if name < 0 or stop > len(body):
            break
        key = body[at + 8 : name].decode("latin-1")
        items.append(Item(key, body[at:stop], kind >> 1 & 3, body[name + 1 : stop]))
        at = stop
    header = _before(file, end - size, BLOCK).startswith(MARK)
    return Tag(end - size - BLOCK * header, end, header, n_items, tuple(items))


def values_of(tag: Tag) -> list[Value]:
    """What the items say; several values of an item one by one."""
    return [
        Value(item.key.lower(), utf8(text))
        for item in tag.items
        if item.kind == 0
        for text in item.data.split(b"\0")
    ]
