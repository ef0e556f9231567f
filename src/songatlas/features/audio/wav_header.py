"""WAV headers that contradict themselves, which decoders turn into noise."""

from __future__ import annotations

import struct

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
