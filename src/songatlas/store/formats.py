"""What a file is, by its first bytes and never by its name: one table of formats."""

from __future__ import annotations

from pathlib import PurePath
from typing import BinaryIO, NamedTuple

from songatlas.store.mpeg import find_frames, frame_format


class Format(NamedTuple):
    """A kind of file.

    Parameters
    ----------
    name
        Of an audio format, such as ``"flac"``; empty for what holds no sound.
    title
        What people call it, such as ``"FLAC"`` or ``"a PNG picture"``.
    demuxer
        libav's name of the container, for what libsndfile does not know; None where libav is not
        asked.
    signature
        Pairs of an offset and the bytes that stand there, all of them.
    often_video
        Whether it holds sound alone only if the name promises that.
    """

    name: str
    title: str
    demuxer: str | None
    signature: tuple[tuple[int, bytes], ...] = ()
    often_video: bool = False


MPEG = Format("mp3", "MPEG audio", "mp3")  # these two have no signature: see store.mpeg
AAC = Format("aac", "AAC", "aac")
FRAMED = {"mp3": MPEG, "aac": AAC}
UNKNOWN = Format("", "", None)

_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_W64 = bytes.fromhex("726966662e91cf11a5d628db04c10000")
_MP4_AUDIO = (b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B ", b"aax ", b"aaxc")
_MP4_PICTURE = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"avis", b"crx ")

# The first row that fits counts.
FORMATS = (
    Format("wav", "WAV", "wav", ((0, b"RIFF"), (8, b"WAVE"))),
    Format("wav", "WAV", "wav", ((0, b"RIFX"), (8, b"WAVE"))),
    Format("rf64", "WAV", "wav", ((0, b"RF64"), (8, b"WAVE"))),
    Format("rf64", "WAV", "wav", ((0, b"BW64"), (8, b"WAVE"))),
    Format("w64", "Wave64", None, ((0, _W64),)),
    Format("aiff", "AIFF", "aiff", ((0, b"FORM"), (8, b"AIFF"))),
    Format("aiff", "AIFF", "aiff", ((0, b"FORM"), (8, b"AIFC"))),
    Format("dff", "DSDIFF", None, ((0, b"FRM8"), (12, b"DSD "))),
    Format("flac", "FLAC", "flac", ((0, b"fLaC"),)),
    Format("ogg", "Ogg", "ogg", ((0, b"OggS"),)),
    Format("caf", "CAF", "caf", ((0, b"caff\x00\x01"),)),
    Format("au", "AU", None, ((0, b".snd\x00\x00"),)),
    Format("wma", "ASF (WMA)", "asf", ((0, _ASF),)),
    Format("wavpack", "WavPack", "wv", ((0, b"wvpk"),)),
    Format("ape", "Monkey's Audio", "ape", ((0, b"MAC "),)),
    Format("tta", "TTA", "tta", ((0, b"TTA1"),)),
    Format("musepack", "Musepack", None, ((0, b"MPCK"),)),
    Format("dsf", "DSF", None, ((0, b"DSD \x1c\x00"),)),
    Format("amr", "AMR", None, ((0, b"#!AMR"),)),
    *(Format("m4a", "MP4", "mov", ((4, b"ftyp"), (8, brand))) for brand in _MP4_AUDIO),
    *(Format("", "an MPEG-4 picture", None, ((4, b"ftyp"), (8, brand))) for brand in _MP4_PICTURE),
    Format("m4a", "MP4", "mov", ((4, b"ftyp"),), often_video=True),
    Format("matroska", "Matroska", "matroska", ((0, b"\x1a\x45\xdf\xa3"),), often_video=True),
    # What else stands in music folders, for the message.
    Format("", "a PNG picture", None, ((0, b"\x89PNG"),)),
    Format("", "a JPEG picture", None, ((0, b"\xff\xd8\xff"),)),
    Format("", "a GIF picture", None, ((0, b"GIF8"),)),
    Format("", "a WebP picture", None, ((0, b"RIFF"), (8, b"WEBP"))),
    Format("", "an AVI film", None, ((0, b"RIFF"), (8, b"AVI "))),
    Format("", "a RIFF file of another kind", None, ((0, b"RIFF"),)),
    Format("", "a PDF document", None, ((0, b"%PDF"),)),
    Format("", "a zip archive", None, ((0, b"PK\x03\x04"),)),
    Format("", "a RAR archive", None, ((0, b"Rar!"),)),
    Format("", "a 7z archive", None, ((0, b"7z\xbc\xaf"),)),
    Format("", "a gzip archive", None, ((0, b"\x1f\x8b"),)),
    Format("", "MIDI notes without sound", None, ((0, b"MThd"),)),
    Format("", "a program", None, ((0, b"\x7fELF"),)),
    Format("", "a program", None, ((0, b"MZ"),)),
    Format("", "an AppleDouble resource file", None, ((0, b"\x00\x05\x16\x07"),)),
    Format("", "an SQLite database", None, ((0, b"SQLite format 3"),)),
    Format("", "a playlist", None, ((0, b"#EXTM3U"),)),
)
# Names that promise audio: such a file is reported when it holds something else.
AUDIO_EXTENSIONS = frozenset({
    ".wav", ".wave", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf",
    ".flac", ".ogg", ".oga", ".opus", ".spx", ".mp3", ".mp2", ".m4a", ".m4b", ".m4p", ".mp4",
    ".aac", ".wma", ".asf", ".ape", ".wv", ".tta", ".mpc", ".dsf", ".dff", ".amr", ".mka",
})  # fmt: skip
_HEAD = 8192  # bytes, room for two frames of anything
_SEARCH = 65536  # bytes that are searched for frames behind padding


def claims_audio(name: str) -> bool:
    """Whether the extension of `name` promises audio.

    Examples
    --------
    >>> claims_audio("Song.MP3"), claims_audio("cover.jpg"), claims_audio("wav")
    (True, False, False)
    """
    return PurePath(name).suffix.lower() in AUDIO_EXTENSIONS


def recognise(head: bytes) -> Format:
    """The row of :data:`FORMATS` that `head` fits, else :data:`UNKNOWN`.

    Examples
    --------
    >>> recognise(b"fLaC and so on").title, recognise(b"GIF89a").title
    ('FLAC', 'a GIF picture')
    """
    for row in FORMATS:
        if all(head.startswith(magic, offset) for offset, magic in row.signature):
            return row
    return UNKNOWN


def sniff(file: BinaryIO, *, claimed: bool) -> Format | None:
    """Audio format of an open file, None when it holds no audio.

    Parameters
    ----------
    file
        Its position is moved.
    claimed
        Whether its name promises audio. Without that promise MPEG frames must start at the first
        byte, and containers that usually hold video or pictures are not audio.

    Examples
    --------
    >>> import io
    >>> sniff(io.BytesIO(b"fLaC and so on"), claimed=False).name
    'flac'
    >>> sniff(io.BytesIO(b"ID3 is a tag format"), claimed=True) is None
    True
    """
    start, head = after_tags(file, _HEAD)
    found = recognise(head)
    if found.name:
        often_video = found.often_video or (found.name == "ogg" and b"\x80theora" in head)
        if claimed or not often_video:
            return found
    framed = frame_format(head)
    if framed is None and (claimed or start):
        framed = find_frames(head + file.read(_SEARCH))
    return FRAMED[framed or "mp3"] if framed or (start and head) else None


def after_tags(file: BinaryIO, n_bytes: int) -> tuple[int, bytes]:
    """Where the ID3v2 tags end that `file` starts with, and the bytes behind them."""
    offset = 0
    for _ in range(4):  # a few files carry one tag after another
        file.seek(offset)
        head = file.read(n_bytes)
        size = _id3_size(head)
        if size is None:
            break
        offset += size
    return offset, head


def describe(head: bytes) -> str:
    """First bytes in hexadecimal, and what a file that starts so looks like.

    Examples
    --------
    >>> describe(bytes.fromhex("89504e470d0a1a0a0000"))
    '89 50 4E 47 0D 0A 1A 0A, a PNG picture'
    >>> describe(b"<!DOCTYPE html>")
    '3C 21 44 4F 43 54 59 50, a web page'
    """
    return f"{head[:8].hex(' ').upper()}, {looks_like(head)}"


def looks_like(head: bytes) -> str:
    """What people call a file that starts so.

    Examples
    --------
    >>> looks_like(b"OggS"), looks_like(b"Dear Sir, "), looks_like(bytes(8))
    ('Ogg', 'plain text', 'zero bytes only, as an unfinished download leaves')
    """
    if title := recognise(head).title:
        return title
    if not head.strip(b"\x00"):
        return "zero bytes only, as an unfinished download leaves"
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "a web page"
    text = head[:1024].decode("utf-8", errors="ignore")
    readable = all(character.isprintable() or character.isspace() for character in text)
    return "plain text" if text and readable else "no format that is known"


def _id3_size(head: bytes) -> int | None:
    """Bytes of the ID3v2 tag that `head` starts with, its header included."""
    if not (head[:3] == b"ID3" and len(head) >= 10 and head[3] in (2, 3, 4) and head[4] < 0xFF):
        return None
    if any(byte & 0x80 for byte in head[6:10]):  # seven bits a byte
        return None
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return size + (20 if head[5] & 0x10 else 10)
