"""What a file is, by its first bytes and never by its name."""

from __future__ import annotations

from pathlib import PurePath
from typing import BinaryIO

from songatlas.store.mpeg import find_frames, frame_format

# Names that promise audio: such a file is reported when it holds something else.
AUDIO_EXTENSIONS = frozenset(
    (
        *(
            ".wav",
            ".wave",
            ".bwf",
            ".rf64",
            ".w64",
            ".aif",
            ".aiff",
            ".aifc",
            ".au",
            ".snd",
            ".caf",
        ),
        *(".flac", ".ogg", ".oga", ".opus", ".spx", ".mp3", ".mp2", ".m4a", ".m4b", ".m4p", ".mp4"),
        *(".aac", ".wma", ".asf", ".ape", ".wv", ".tta", ".mpc", ".dsf", ".dff", ".amr", ".mka"),
    )
)
_HEAD = 8192  # bytes, room for two frames of anything
_SEARCH = 65536  # bytes that are searched for frames behind padding

# (offset, magic, further offset, further magic, format)
_MAGIC = (
    (0, b"RIFF", 8, b"WAVE", "wav"),
    (0, b"RIFX", 8, b"WAVE", "wav"),
    (0, b"RF64", 8, b"WAVE", "rf64"),
    (0, b"BW64", 8, b"WAVE", "rf64"),
    (0, b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", 0, b"", "w64"),
    (0, b"FORM", 8, b"AIFF", "aiff"),
    (0, b"FORM", 8, b"AIFC", "aiff"),
    (0, b"FRM8", 12, b"DSD ", "dff"),
    (0, b"fLaC", 0, b"", "flac"),
    (0, b"caff\x00\x01", 0, b"", "caf"),
    (0, b".snd\x00\x00", 0, b"", "au"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", 0, b"", "wma"),
    (0, b"wvpk", 0, b"", "wavpack"),
    (0, b"MAC ", 0, b"", "ape"),
    (0, b"TTA1", 0, b"", "tta"),
    (0, b"MPCK", 0, b"", "musepack"),
    (0, b"DSD \x1c\x00", 0, b"", "dsf"),
    (0, b"#!AMR", 0, b"", "amr"),
)
_MP4_AUDIO = frozenset((b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B ", b"aax ", b"aaxc"))
_MP4_PICTURE = frozenset((b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"avis", b"crx "))

# What else stands in music folders, for the message.
_OTHER = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"MThd", "MIDI notes without sound"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x00\x05\x16\x07", "an AppleDouble resource file"),
    (b"SQLite format 3", "an SQLite database"),
)


def claims_audio(name: str) -> bool:
    """Whether the extension of `name` promises audio.

    Examples
    --------
    >>> claims_audio("Song.MP3"), claims_audio("cover.jpg"), claims_audio("wav")
    (True, False, False)
    """
    return PurePath(name).suffix.lower() in AUDIO_EXTENSIONS


def sniff(file: BinaryIO, *, claimed: bool) -> str | None:
    """Name of the audio format of an open file, None when it holds no audio.

    Parameters
    ----------
    file
        At its beginning; the position is moved.
    claimed
        Whether its name promises audio. Without that promise MPEG frames must start at the first
        byte, and containers that usually hold video or pictures are not audio.

    Examples
    --------
    >>> import io
    >>> sniff(io.BytesIO(b"fLaC and so on"), claimed=False)
    'flac'
    >>> sniff(io.BytesIO(b"ID3 is a tag format"), claimed=True) is None
    True
    """
    offset = 0
    for _ in range(4):  # a few files carry one ID3 tag after another
        file.seek(offset)
        head = file.read(_HEAD)
        size = _id3_size(head)
        if size is None:
            break
        offset += size
    found = _magic(head, claimed=claimed) or frame_format(head)
    if found is None and (claimed or offset):
        found = find_frames(head + file.read(_SEARCH))
    return found or ("mp3" if offset and head else None)


def describe(head: bytes) -> str:
    """First bytes in hexadecimal, and what a file that starts so looks like.

    Examples
    --------
    >>> describe(bytes.fromhex("89504e470d0a1a0a0000"))
    '89 50 4E 47 0D 0A 1A 0A, a PNG picture'
    >>> describe(b"<!DOCTYPE html>")
    '3C 21 44 4F 43 54 59 50, a web page'
    """
    return f"{head[:8].hex(' ').upper()}, {_looks_like(head)}"


def _id3_size(head: bytes) -> int | None:
    """Bytes of the ID3v2 tag that `head` starts with, its header included."""
    if not (head[:3] == b"ID3" and len(head) >= 10 and head[3] in (2, 3, 4) and head[4] < 0xFF):
        return None
    if any(byte & 0x80 for byte in head[6:10]):  # seven bits a byte
        return None
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return size + (20 if head[5] & 0x10 else 10)


def _magic(head: bytes, *, claimed: bool) -> str | None:
    for offset, magic, further_offset, further, name in _MAGIC:
        if head.startswith(magic, offset) and head.startswith(further, further_offset):
            return name
    if head.startswith(b"OggS"):
        return "ogg" if claimed or b"\x80theora" not in head[:8192] else None
    if head.startswith(b"ftyp", 4):
        brand = head[8:12]
        if brand in _MP4_AUDIO or (claimed and brand not in _MP4_PICTURE):
            return "m4a"
    if claimed and head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    return None


def _looks_like(head: bytes) -> str:
    for magic, name in _OTHER:
        if head.startswith(magic):
            return name
    if head.startswith(b"RIFF"):
        return "a RIFF file of another kind, such as AVI or WebP"
    if head.startswith(b"ftyp", 4):
        return "an MPEG-4 picture"
    if not head.strip(b"\x00"):
        return "zero bytes only, as an unfinished download leaves"
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    text = head[:1024].decode("utf-8", errors="ignore")
    readable = all(character.isprintable() or character.isspace() for character in text)
    return "plain text" if text and readable else "no format that is known"
