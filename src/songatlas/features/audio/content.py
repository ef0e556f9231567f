"""What a file is by its first bytes; its name is never asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

_HEAD_BYTES = 65536

# offset, bytes, what it is, libav's demuxer for it (None: no sound in it)
_SIGNATURES: tuple[tuple[int, bytes, str, str | None], ...] = (
    (0, b"fLaC", "FLAC", "flac"),
    (0, b"OggS", "Ogg", "ogg"),
    (8, b"WAVE", "WAV", "wav"),
    (8, b"AIFF", "AIFF", "aiff"),
    (8, b"AIFC", "AIFF", "aiff"),
    (0, b"caff", "CAF", "caf"),
    (4, b"ftyp", "MP4", "mov"),
    (0, bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "ASF (WMA)", "asf"),
    (0, bytes.fromhex("1a45dfa3"), "Matroska", "matroska"),
    (0, b"wvpk", "WavPack", "wv"),
    (0, b"TTA1", "TTA", "tta"),
    (0, b"MAC ", "Monkey's Audio", "ape"),
    (0, b"\x89PNG", "a PNG picture", None),
    (0, b"\xff\xd8\xff", "a JPEG picture", None),
    (0, b"GIF8", "a GIF picture", None),
    (8, b"WEBP", "a WebP picture", None),
    (8, b"AVI ", "an AVI film", None),
    (0, b"%PDF", "a PDF document", None),
    (0, b"PK\x03\x04", "a ZIP archive", None),
    (0, b"\x1f\x8b", "a gzip archive", None),
    (0, b"Rar!", "a RAR archive", None),
    (0, b"7z\xbc\xaf", "a 7-Zip archive", None),
    (0, b"MThd", "a MIDI file", None),
    (0, b"\x7fELF", "a program", None),
    (0, b"MZ", "a program", None),
    (0, b"SQLite format 3", "a database", None),
    (0, b"#EXTM3U", "a playlist", None),
)
MPEG = "MPEG audio"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the first bytes say.

    Parameters
    ----------
    name
        Such as ``"FLAC"``; an empty string for what is not recognised.
    demuxer
        libav's name of the container, None where there is no sound to expect.
    head
        The first bytes after any ID3v2 tag.
    """

    name: str
    demuxer: str | None
    head: bytes

    @property
    def length_is_estimated(self) -> bool:
        """Whether a decoder can only guess the length from the bit rate."""
        counted = any(tag in self.head[:4096] for tag in (b"Xing", b"Info", b"VBRI"))
        return self.demuxer == "aac" or (self.name == MPEG and not counted)

    def describe(self) -> str:
        """What it looks like, and its first bytes in hexadecimal.

        Examples
        --------
        >>> Content(name="", demuxer=None, head=b"Dear Sir, ").describe()
        'it looks like text (first bytes 44 65 61 72 20 53 69 72)'
        """
        magic = self.head[:8].hex(" ").upper()
        return f"it looks like {self.name or _unrecognised(self.head)} (first bytes {magic})"


def identify(file: BinaryIO) -> Content:
    r"""Look at the first bytes of an open file and leave it at its beginning.

    Examples
    --------
    >>> import io
    >>> identify(io.BytesIO(b"ID3\x04\0\0\0\0\0\x02..fLaC")).name
    'FLAC'
    """
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head[:3] == b"ID3" and len(head) >= 10:
        # the tag's size: four bytes of seven bits, ten bytes of header not counted
        size = sum(byte << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        file.seek(10 + size)
        # some taggers leave more padding than they declare
        head = file.read(_HEAD_BYTES).lstrip(b"\0") or head
    file.seek(0)
    for offset, magic, name, demuxer in _SIGNATURES:
        if head.startswith(magic, offset):
            return Content(name=name, demuxer=demuxer, head=head)
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:  # eleven bits: MPEG sync
        if head[1] & 0x06:
            return Content(name=MPEG, demuxer="mp3", head=head)
        return Content(name="AAC", demuxer="aac", head=head)  # layer 0 is ADTS
    return Content(name="", demuxer=None, head=head)


def _unrecognised(head: bytes) -> str:
    if not head.strip(b"\0"):
        return "nothing but zero bytes"
    try:
        text = head[:512].decode("utf-8", errors="strict" if len(head) < 512 else "ignore")
    except UnicodeDecodeError:
        return "no known format"
    if all(character.isprintable() or character in "\t\n\r" for character in text):
        return "text"
    return "no known format"
