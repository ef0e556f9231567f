"""What a file is, by its first bytes and never by its name: one table, ``formats.toml``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from songatlas.store.mpeg import LONGEST_FRAME, counts_frames, find_frames, frame_format
from songatlas.toml import read_toml


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
    only_claimed
        Whether it holds sound alone only if the name promises that.
    sndfile
        Whether libsndfile is asked first.
    wraps
        Whether MPEG frames may follow.
    joins
        Whether its signature further on in a file begins another one.
    played
        Whether it says what to play, as MIDI does, and is no recording: none is lost.
    encrypted
        Whether it holds music that only one player can read.
    """

    name: str = ""
    title: str = ""
    demuxer: str | None = None
    signature: tuple[tuple[int, bytes], ...] = ()
    only_claimed: bool = False
    sndfile: bool = False
    wraps: bool = False
    joins: bool = False
    played: bool = False
    encrypted: bool = False


class Look(NamedTuple):
    """What a file is: `junk` bytes behind the tags that end at `start`, there begins `head`."""

    format: Format
    start: int
    junk: int
    head: bytes


def _rows() -> Iterator[tuple[Format, list[str]]]:
    for said in read_toml("store/formats.toml")["format"]:
        extensions = said.pop("extensions", [])
        for signature in said.pop("signatures", [[]]):
            pairs = tuple((offset, magic.encode("latin-1")) for offset, magic in signature)
            yield Format(**said, signature=pairs), extensions


_TABLE = tuple(_rows())
FORMATS = tuple(row for row, _ in _TABLE if row.signature)  # the first that fits counts
FRAMED = {row.name: row for row, _ in _TABLE if not row.signature}  # see store.mpeg
MPEG, AAC = FRAMED["mp3"], FRAMED["aac"]
UNKNOWN = Format(wraps=True)
# Names that promise audio: such a file is reported when it holds something else.
AUDIO_EXTENSIONS, PLAYED_EXTENSIONS = (
    frozenset(f".{ending}" for row, endings in _TABLE if row.played is played for ending in endings)
    for played in (False, True)
)
_HEAD = 8192  # bytes, room for two frames of anything
_SEARCH = 2**20  # bytes that are searched for frames behind padding, a page or a broken tag


def claims_audio(name: str) -> bool:
    """Whether the extension of `name` promises audio.

    Examples
    --------
    >>> claims_audio("Song.MP3"), claims_audio("cover.jpg"), claims_audio("wav")
    (True, False, False)
    """
    return _ending(name) in AUDIO_EXTENSIONS


def claims_played(name: str) -> bool:
    """Whether the extension of `name` promises notes, or a program that plays them.

    Examples
    --------
    >>> claims_played("Song.MID"), claims_played("Song.mp3")
    (True, False)
    """
    return _ending(name) in PLAYED_EXTENSIONS


def _ending(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return f".{ending.lower()}" if stem else ""


def recognise(head: bytes) -> Format:
    """The row of :data:`FORMATS` that `head` fits, else :data:`UNKNOWN`.

    Examples
    --------
    >>> recognise(b"fLaC and so on").title, recognise(b"GIF89a").title
    ('FLAC', 'a GIF picture')
    """
    for row in FORMATS:
        offset, magic = row.signature[0]
        if head.startswith(magic, offset) and all(
            head.startswith(magic, offset) for offset, magic in row.signature[1:]
        ):
            return row
    return UNKNOWN


def look(file: BinaryIO, n_bytes: int = _HEAD, *, claimed: bool = True) -> Look:
    r"""What an open file is, by its content; its position is moved.

    Parameters
    ----------
    n_bytes
        Of the head, at most.
    claimed
        Whether to search for MPEG frames behind padding, a wrapping, or any other bytes. Bytes
        that are fewer than a frame has and none of these are what is left of one: such a file has
        lost its beginning.

    Examples
    --------
    >>> import io
    >>> look(io.BytesIO(b"ID3\x04\0\0\0\0\0\x02..fLaC")).format.title
    'FLAC'
    """
    start, head = after_tags(file, n_bytes)
    framed = frame_format(head)
    found = FRAMED[framed] if framed else recognise(head)
    is_empty = found.name == "wav" and b"fmt " not in head and b"data" not in head
    if (found.name and not is_empty) or not (found.wraps and head and (claimed or start)):
        return Look(found, start, 0, head)
    unread, padding = head, 0
    while not unread.strip(b"\0") and padding < _SEARCH:
        padding += len(unread)
        if not (unread := file.read(n_bytes)):
            return Look(found, start, 0, head)
    body = unread.lstrip(b"\0")
    padding += len(unread) - len(body)
    behind = recognise(body)
    if behind.name and padding:
        return Look(behind, start, padding, body)
    body += file.read(_SEARCH)
    frames, name = find_frames(body) or (0, "")
    junk, rest = body[:frames], body[frames:]
    is_whole = (
        start
        or tag_size(body)
        or behind.title
        or not 0 < frames <= LONGEST_FRAME
        or counts_frames(rest)
        or is_text(junk)
    )
    if not name or not is_whole:
        return Look(found, start, 0, head)
    return Look(FRAMED[name], start, padding + frames, rest[:n_bytes])


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
    found, start, _, head = look(file, claimed=claimed)
    often_video = found.only_claimed or (found.name == "ogg" and b"\x80theora" in head)
    if found.name and (claimed or not often_video):
        return found
    return MPEG if start and head else None  # the decoder says what is behind the tag


def after_tags(file: BinaryIO, n_bytes: int) -> tuple[int, bytes]:
    """Where the ID3v2 and APEv2 tags end that `file` starts with, and the bytes behind them."""
    offset = 0
    for _ in range(4):  # a few files carry one tag after another
        file.seek(offset)
        head = file.read(n_bytes)
        size = tag_size(head)
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
    return "plain text" if is_text(head) else "no format that is known"


def is_text(data: bytes) -> bool:
    """Whether `data` begins like a text, or is the mark before one."""
    text = data[:1024].decode("utf-8", errors="ignore")
    return bool(text) and all(
        char == "\ufeff" or char.isprintable() or char.isspace() for char in text
    )


def tag_size(head: bytes) -> int | None:
    """Bytes of the tag that `head` starts with, its header included."""
    if head.startswith(b"APETAGEX") and len(head) >= 32:
        return 32 + int.from_bytes(head[12:16], "little")
    if not (head[:3] == b"ID3" and len(head) >= 10 and head[3] in (2, 3, 4) and head[4] < 0xFF):
        return None
    if any(byte & 0x80 for byte in head[6:10]):
        return None
    return from_seven_bits(head[6:10]) + (20 if head[5] & 0x10 else 10)


def from_seven_bits(data: bytes) -> int:
    """A size as ID3 tags write it, in four bytes of seven bits each."""
    return data[0] << 21 | data[1] << 14 | data[2] << 7 | data[3]


def seven_bits(size: int) -> bytes:
    """Inverse of :func:`from_seven_bits`."""
    return bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
