"""The cue sheet in a FLAC file's own block, which has places and no names.

References
----------
RFC 9639, sections 8.2 (stream information) and 8.7 (cue sheet).
"""

from __future__ import annotations

import math
import struct
from itertools import pairwise
from pathlib import Path

from songatlas.library.cue import CueTrack
from songatlas.store.formats import after_tags
from songatlas.store.regular_file import open_regular
from songatlas.types import Part

_STREAM, _CUE_SHEET = 0, 5  # types of blocks
_MOST_BYTES = 1 << 20
_LEAD_OUT = (170, 255)


def read_flac(path: Path) -> tuple[float, tuple[CueTrack, ...]]:
    """Seconds that the file holds, NaN where it does not say, and the tracks of its block, if any.

    A block that is damaged has no tracks.
    """
    rate, n_samples, tracks = 0, 0, b""
    try:
        with open_regular(path) as file:
            offset, head = after_tags(file, 16)
            if not head.startswith(b"fLaC"):
                return math.nan, ()
            file.seek(offset + 4)
            last = False
            while not last and len(header := file.read(4)) == 4:
                last, kind = bool(header[0] & 0x80), header[0] & 0x7F
                size = int.from_bytes(header[1:], "big")
                if kind == _STREAM:
                    said = int.from_bytes(file.read(size)[10:18], "big")
                    rate, n_samples = said >> 44, said & (2**36 - 1)
                elif kind == _CUE_SHEET and size <= _MOST_BYTES:
                    tracks = file.read(size)
                else:
                    file.seek(size, 1)
    except OSError:
        return math.nan, ()
    seconds = n_samples / rate if rate and n_samples else math.nan
    try:
        return seconds, _tracks(tracks, rate) if tracks and rate else ()
    except (struct.error, IndexError):
        return seconds, ()


def _tracks(block: bytes, rate: int) -> tuple[CueTrack, ...]:
    at, n_tracks = 396, block[395]
    starts: list[tuple[int, int, bool]] = []  # number, sample, whether it is sound
    for _ in range(n_tracks):
        offset, number, flags = struct.unpack_from(">QB12xB", block, at)
        n_indexes = block[at + 35]
        indexes = [struct.unpack_from(">QB", block, at + 36 + 12 * i) for i in range(n_indexes)]
        begin = next((sample for sample, index in indexes if index), 0)
        starts.append((number, offset + begin, not flags & 0x80))
        at += 36 + 12 * n_indexes
    found = []
    for (number, start, is_audio), (after, stop, _) in pairwise(starts):
        if stop <= start:
            return ()
        if is_audio:
            end = math.inf if after in _LEAD_OUT else stop / rate
            found.append(CueTrack(number=number, file="", part=Part(start / rate, end)))
    return tuple(found)
