"""Was a file cut off? Containers that say how long they are, against how long they are.

libsndfile corrects the length of a WAV, AIFF or Ogg file that breaks off, without a word; so the
promise is read from the container itself.
"""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from typing import BinaryIO

from songatlas.features.audio.content import Content
from songatlas.store.mpeg import LONGEST_FRAME, frame_format, stated_length

_STREAMED_SIZE = 0x7FFF0000  # programs that write to a pipe put a huge size, or none
_LAST_BYTES = 65536 + 282  # an Ogg page is never longer
_COUNTS = re.compile(b"Xing|Info")  # in the first frame of a file


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Why a file is held to be cut off.

    Parameters
    ----------
    reason
        One clause.
    share
        Part of the promised sound that is there, in (0, 1); None where unknown.
    """

    reason: str
    share: float | None = None


def find_cut(file: BinaryIO, content: Content) -> Cut | None:
    """Compare a container's own sizes with the file.

    Returns
    -------
    Cut or None
        None when nothing is missing, or when the format cannot tell.
    """
    position = file.tell()
    size = file.seek(0, os.SEEK_END)
    try:
        if content.head.startswith(b"RIFF") and content.format.name == "wav":
            return _missing_data(file, size, b"data", "<4sI")
        if content.format.name == "aiff":
            return _missing_data(file, size, b"SSND", ">4sI")
        if content.format.name == "ogg":
            return _missing_last_page(file, size)
        if content.format.name == "m4a":
            return _missing_box(file, size)
        return None
    finally:
        file.seek(position)


def interrupted(file: BinaryIO, content: Content) -> Cut | None:
    """Whether another file begins within the bytes that MPEG frames say they take."""
    file.seek(0)
    data = file.read(stated_length(content.head) or 0)
    for mark in _COUNTS.finditer(data, LONGEST_FRAME):
        at = mark.start()
        if any(frame_format(data, i, n_frames=3) for i in range(at - 36, at - 12)):
            return Cut(reason=f"another file begins after about {at} of its {len(data)} bytes")
    return None


def _missing_data(file: BinaryIO, size: int, wanted: bytes, layout: str) -> Cut | None:
    position = 12
    while position + 8 <= size:
        file.seek(position)
        name, length = struct.unpack(layout, file.read(8))
        position += 8
        if name == wanted:
            there = size - position
            if there >= length or length >= _STREAMED_SIZE:
                return None
            reason = f"its sound should take {length} bytes and {there} are there"
            return Cut(reason=reason, share=there / length)
        position += length + length % 2
    return None


def _missing_last_page(file: BinaryIO, size: int) -> Cut | None:
    file.seek(max(0, size - _LAST_BYTES))
    tail = file.read()
    last = tail.rfind(b"OggS")
    if last >= 0 and len(tail) >= last + 27 and tail[last + 5] & 4:
        lengths = tail[last + 27 : last + 27 + tail[last + 26]]
        missing = last + 27 + tail[last + 26] + sum(lengths) - len(tail)
        if missing <= 0:
            return None
        return Cut(reason=f"the last {missing} bytes of its last Ogg page are missing")
    return Cut(reason="its Ogg stream has no last page")


def _missing_box(file: BinaryIO, size: int) -> Cut | None:
    position = 0
    while position + 16 <= size:
        file.seek(position)
        length, name, long_length = struct.unpack(">I4sQ", file.read(16))
        length = {0: size - position, 1: long_length}.get(length, length)
        if position + length > size and name in (b"mdat", b"moov"):
            missing = position + length - size
            return Cut(reason=f"the last {missing} bytes of its {name.decode()} box are missing")
        position += max(length, 8)
    return None
