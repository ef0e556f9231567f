"""Sound and tags to the bytes of an ordinary audio file, the same bytes every time.

References
----------
RFC 3533, "The Ogg encapsulation format"; ID3 tag version 2.4.0, "Main structure".
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

from songatlas.store.formats import seven_bits
from songatlas.types import FloatArray

SUBTYPES = {"wav": "PCM_16", "flac": "PCM_16", "ogg": "VORBIS", "mp3": "MPEG_LAYER_III"}
SERIAL = 1  # of the one stream in an Ogg file
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, kw_only=True)
class Tags:
    """What the file says about itself."""

    title: str
    artist: str
    album: str
    genre: str
    date: str
    tracknumber: str


def encoded(sound: FloatArray, sr: int, file_format: str, tags: Tags | None) -> bytes:
    """Bytes of an audio file.

    Parameters
    ----------
    sound
        Shape (n_channels, n_samples), within ±1.
    sr
        Samples a second.
    file_format
        A key of :data:`SUBTYPES`.
    tags
        None for a file without any.

    Examples
    --------
    >>> import numpy as np
    >>> encoded(np.zeros((1, 800)), 8000, "wav", None)[:4]
    b'RIFF'
    """
    import soundfile

    buffer = io.BytesIO()
    with soundfile.SoundFile(
        buffer, "w", sr, len(sound), SUBTYPES[file_format], format=file_format.upper()
    ) as file:
        # libsndfile writes the UTF-8 of an ID3 tag as Latin-1
        if tags is not None and file_format != "mp3":
            for name, value in vars(tags).items():
                setattr(file, name, value)
        file.write(sound.T)
    data = buffer.getvalue()
    if file_format == "ogg":
        return with_serial(data, SERIAL)
    if file_format == "mp3" and tags is not None:
        return id3(tags) + data
    return data


def id3(tags: Tags) -> bytes:
    r"""ID3v2.4 tag with UTF-8 text, to stand before the frames of an MP3.

    Examples
    --------
    >>> tags = Tags(title="Ü", artist="", album="", genre="", date="", tracknumber="")
    >>> id3(tags)[10:23]
    b'TIT2\x00\x00\x00\x03\x00\x00\x03\xc3\x9c'
    """
    frames = b""
    names = ("TIT2", "TPE1", "TALB", "TCON", "TDRC", "TRCK")
    for name, value in zip(names, vars(tags).values(), strict=True):
        text = b"\x03" + value.encode()
        frames += name.encode() + seven_bits(len(text)) + b"\0\0" + text
    return b"ID3\x04\0\0" + seven_bits(len(frames)) + frames


def with_serial(data: bytes, serial: int) -> bytes:
    """Give every page of an Ogg file the stream number `serial` (libsndfile draws one at random).

    A page starts with 27 bytes (number at 14, checksum at 22, count of segments last) and the
    lengths of its segments.
    """
    pages = []
    start = 0
    while start < len(data):
        body = start + 27 + data[start + 26]
        stop = body + sum(data[start + 27 : body])
        page = bytearray(data[start:stop])
        page[14:18] = serial.to_bytes(4, "little")
        page[22:26] = bytes(4)
        page[22:26] = _ogg_checksum(bytes(page)).to_bytes(4, "little")
        pages.append(bytes(page))
        start = stop
    return b"".join(pages)


def _ogg_checksum(page: bytes) -> int:
    r"""CRC-32 of zlib's polynomial, with the bits the other way round and nothing inverted.

    Examples
    --------
    >>> hex(_ogg_checksum(b"\x01"))
    '0x4c11db7'
    """
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
