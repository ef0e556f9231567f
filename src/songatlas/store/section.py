"""Part of an open file as a file of its own."""

from __future__ import annotations

import io
import os
from typing import Any, BinaryIO


def section(
    file: BinaryIO, begin: int, end: int | None = None, patch: tuple[int, bytes] | None = None
) -> BinaryIO:
    """Bytes `begin` to `end` of `file`, which must stay open and may be read by others meanwhile.

    Parameters
    ----------
    end
        None is the end of the file.
    patch
        Position in the section, and the bytes that are read from there instead of the file's own.

    Examples
    --------
    >>> file = section(io.BytesIO(b"one two three"), 4, 7, (1, b"o"))
    >>> file.read(), file.seek(1), file.read(1)
    (b'too', 1, b'o')
    """
    size = file.seek(0, os.SEEK_END)
    raw = _Section(file, begin, size if end is None else min(end, size), patch or (0, b""))
    return io.BufferedReader(raw, 2**16)


class _Section(io.RawIOBase):
    def __init__(self, file: BinaryIO, begin: int, end: int, patch: tuple[int, bytes]) -> None:
        self._file, self._begin, self._end, self._patch = file, begin, end, patch
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        origins = {os.SEEK_CUR: self._position, os.SEEK_END: self._end - self._begin}
        self._position = max(0, origins.get(whence, 0) + offset)
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        into = memoryview(buffer).cast("B")
        here = self._position
        self._file.seek(self._begin + here)
        n = max(0, min(len(into), self._end - self._begin - here))
        data = bytearray(self._file.read(n))
        at, patch = self._patch
        first, last = max(at, here), min(at + len(patch), here + len(data))
        if first < last:
            data[first - here : last - here] = patch[first - at : last - at]
        into[: len(data)] = data
        self._position += len(data)
        return len(data)
