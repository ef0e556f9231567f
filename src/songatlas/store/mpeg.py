"""Recognising MPEG audio and AAC, which have no magic bytes, by a chain of frame headers.

Conventions
-----------
A single header of four bytes appears by chance about once in 6,000 positions of random data; a
second one of the same kind exactly where the first says that the next frame starts, less than
once in 10⁹.

References
----------
ISO/IEC 11172-3 section 2.4.1 (MPEG audio), ISO/IEC 13818-7 section 6.2 (ADTS).
"""

from __future__ import annotations

import re

# kbit/s by index 0 … 15 (0 = free format, -1 = forbidden), by (is MPEG-1, layer). Layer I is left
# out: nobody uses it, and its sync word FF FE is also how UTF-16 text begins.
_BITRATES = {
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, -1),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, -1),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, -1),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, -1),
}
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}

LONGEST_FRAME = 1729  # bytes: layer II, 384 kbit/s at 32 kHz, padded
_SYNC = re.compile(b"\xff[\xe0-\xff]")

_Kind = tuple[str, int, int, int]  # format, version, layer, sample rate index


def frame_format(data: bytes, start: int = 0, *, n_frames: int = 2) -> str | None:
    """``"mp3"`` or ``"aac"`` when `n_frames` frames of one kind follow one another at `start`.

    Examples
    --------
    >>> frame = bytes([0xFF, 0xFB, 0x90, 0x00]) + bytes(413)  # 128 kbit/s at 44,100 Hz
    >>> frame_format(frame + frame), frame_format(frame), frame_format(b"plain text")
    ('mp3', None, None)
    """
    first: _Kind | None = None
    for _ in range(n_frames):
        header = _frame(data, start)
        if header is None:
            return None
        kind, length = header
        if first is not None and kind != first:
            return None
        first = kind
        start += length
    return first[0] if first else None


def find_frames(data: bytes, start: int = 0) -> tuple[int, str] | None:
    """Where the first chain of three frames begins at `start` or behind it, and its format."""
    for found in _SYNC.finditer(data, start):
        if name := frame_format(data, found.start(), n_frames=3):
            return found.start(), name
    return None


def frame_end(data: bytes, start: int, stop: int) -> int:
    """End of the last frame that ends at `stop` or before, in the chain that begins at `start`."""
    while (frame := _frame(data, start)) and start + frame[1] <= stop:
        start += frame[1]
    return start


def stated_length(head: bytes) -> int | None:
    """Bytes from the first frame to the last, where the first says so."""
    for mark in (b"Xing", b"Info"):
        at = head.find(mark, 0, 192)
        if at >= 0 and len(head) >= at + 16 and head[at + 7] & 3 == 3:
            return int.from_bytes(head[at + 12 : at + 16]) or None
    return None


def states_number(head: bytes) -> bool:
    """Whether the frame that `head` starts with says, in the way decoders read, how many follow."""
    at = max(head.find(mark, 0, 192) for mark in (b"Xing", b"Info"))
    return (
        at >= 0 and len(head) >= at + 12 and bool(head[at + 7] & 1) and any(head[at + 8 : at + 12])
    )


def counts_frames(head: bytes) -> bool:
    """Whether the frame that `head` starts with is one that says how many follow."""
    return any(mark in head[:192] for mark in (b"Xing", b"Info", b"VBRI"))


def _frame(data: bytes, start: int) -> tuple[_Kind, int] | None:
    """Kind and length in bytes of the frame whose header is at `start`, if there is one."""
    header = data[start : start + 7]
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    if header[1] & 0xF6 == 0xF0:
        return _adts_frame(header)
    return _mpeg_frame(header)


def _mpeg_frame(header: bytes) -> tuple[_Kind, int] | None:
    version, layer = header[1] >> 3 & 3, 4 - (header[1] >> 1 & 3)
    rate_index, padding = header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer not in (2, 3) or rate_index == 3 or header[3] & 3 == 2:
        return None  # reserved values
    bitrate = 1000 * _BITRATES[version == 3, layer][header[2] >> 4]
    if bitrate <= 0:
        return None
    samples = 576 if layer == 3 and version != 3 else 1152
    length = samples // 8 * bitrate // _RATES[version][rate_index] + padding
    return ("mp3", version, layer, rate_index), length


def _adts_frame(header: bytes) -> tuple[_Kind, int] | None:
    rate_index = header[2] >> 2 & 15
    if len(header) < 7 or rate_index > 12:
        return None
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    if length < 8:  # the header alone has seven bytes
        return None
    return ("aac", header[1] >> 3 & 1, header[2] >> 6, rate_index), length
