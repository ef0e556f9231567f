"""ID3v1: the 128 bytes at the end of a file."""

from __future__ import annotations

import re

from songatlas.library.tag_value import Value, utf8

_V1 = {"title": (3, 33), "artist": (33, 63), "album": (63, 93), "year": (93, 97)}


def read_v1(data: bytes) -> list[Value]:
    """Values of an ID3v1 tag of 128 bytes."""
    texts = {name: data[start:end].split(b"\0")[0].rstrip() for name, (start, end) in _V1.items()}
    found = [Value(name, _uncut(text, 30)) for name, text in texts.items()]
    return [*found, Value("tcon", str(data[127]))] if data[127] < 192 else found


def _uncut(text: bytes, most: int) -> bytes:
    """`text` without half a character at its end, where it fills its place of `most` bytes."""
    high = re.search(rb"[\x80-\xff]{3,}$", text)
    if len(text) < most or high is None:
        return text
    whole = (text[:n] for n in range(len(text), len(text) - 4, -1))
    odd = text[: len(text) - len(high[0]) % 2]
    return next((part for part in whole if isinstance(utf8(part), str)), odd)
