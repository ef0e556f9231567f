"""WAV headers that contradict themselves, and those of recorders that died before they wrote one.

Decoders turn the first into noise, and find nothing in the second.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from songatlas.errors import AudioError
from songatlas.features.audio.content import Content

_LINEAR = (1, 3)  # WAVE_FORMAT_PCM and WAVE_FORMAT_IEEE_FLOAT


def check_wav_header(content: Content) -> None:
    """Refuse a WAV file whose bits a sample do not fit its bytes a frame.

    A size of the frame that is itself at odds with the byte rate is a slip of the writer, which
    decoders pass over.

    Raises
    ------
    AudioError
        ``E-DECODE``.

    Examples
    --------
    >>> from songatlas.store.formats import recognise
    >>> form = struct.pack("<HHIIHH", 1, 2, 44100, 44100 * 4, 4, 1)
    >>> head = b"RIFF....WAVEfmt " + struct.pack("<I", 16) + form
    >>> check_wav_header(Content(format=recognise(head), head=head))
    Traceback (most recent call last):
        ...
    songatlas.errors.AudioError: E-DECODE: its header contradicts itself: 2 channels of 1 bits ...
    """
    head = content.head
    if content.format.name != "wav" or not head.startswith(b"RIFF"):
        return
    position = 12
    while position + 24 <= len(head) and head[position : position + 4] != b"fmt ":
        length = struct.unpack_from("<I", head, position + 4)[0]
        position += 8 + length + length % 2
    if position + 24 > len(head):
        return
    tag, n_channels, rate, byte_rate, align, bits = struct.unpack_from(
        "<HHIIHH", head, position + 8
    )
    width = -(-bits // 8)
    widths = (width, 4) if width == 3 else (width,)  # 24 bits also come in four bytes
    if tag not in _LINEAR or byte_rate != rate * align or not align:
        return
    if align not in [n_channels * width for width in widths]:
        raise AudioError(
            "E-DECODE",
            f"its header contradicts itself: {n_channels} channels of {bits} bits do not make "
            f"{align} bytes",
        )


def mend_size(file: BinaryIO, content: Content) -> tuple[int, bytes] | None:
    """Size of the sound where the header has none though sound is there, and the size's position.

    A recorder writes the size when it stops. Not every one comes to that, and four bytes end at
    4 GB. Sound is what stands behind its header and is no chunk of another kind.
    """
    place = file.tell()
    size = file.seek(0, os.SEEK_END)
    try:
        if content.format.name == "au":
            return (8, b"\xff\xff\xff\xff") if content.head[8:12] == bytes(4) else None
        if content.format.name not in ("wav", "rf64", "caf"):
            return None
        layout = {b"RIFX": ">4sI", b"caff": ">4sq"}.get(content.head[:4], "<4sI")
        position = 8 if layout == ">4sq" else 12
        width = struct.calcsize(layout)
        while position + width < size:
            file.seek(position)
            name, length = struct.unpack(layout, file.read(width))
            position += width
            if name == b"data":
                return _mended(file, content, position, length, size - position)
            position += length + length % 2 * (layout != ">4sq") if length >= 0 else size
        return None
    finally:
        file.seek(place)


def _mended(
    file: BinaryIO, content: Content, position: int, length: int, there: int
) -> tuple[int, bytes] | None:
    head = content.head
    if content.format.name == "caf":  # four bytes of the data count its edits
        return (position - 8, struct.pack(">q", there)) if length in (-1, 0, 4) else None
    if content.format.name == "rf64":
        (stated,) = struct.unpack_from("<Q", head, 28) if head[12:16] == b"ds64" else (1,)
        return None if 0 < stated < 2**63 else (28, struct.pack("<Q", there))
    order = "<" if head.startswith(b"RIFF") else ">"
    (whole,) = struct.unpack_from(f"{order}I", head, 4)
    promised = whole + 8 - position  # by the size of the file as a whole
    if length >= there or (length > 1 and promised <= length + 8 and there < 2**32):
        return None
    if _are_chunks(file, position + length + length % 2, position + there, f"{order}4sI"):
        return None
    if length > 1 and promised > length + 8:
        there = min(there, promised)
    return position - 4, struct.pack(f"{order}I", min(there, 2**32 - 1))


def _are_chunks(file: BinaryIO, position: int, size: int, layout: str) -> bool:
    """Whether nothing but chunks with names stands from `position` to the end."""
    while position + 8 <= size:
        file.seek(position)
        name, length = struct.unpack(layout, file.read(8))
        if not (name.isascii() and name.decode("latin-1").isprintable()):
            return False
        position += 8 + length + length % 2
    return position <= size + 1
