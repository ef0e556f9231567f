"""Where further sound begins behind what a decoder has read: files joined end to end, chained Ogg.

A decoder ends where its stream does, and says nothing of the bytes behind.
"""

from __future__ import annotations

import os
import re
from typing import BinaryIO, Literal, NamedTuple

from songatlas.features.audio.content import Content
from songatlas.features.audio.wav_header import mend_size
from songatlas.store.formats import MPEG, is_text, recognise, tag_size
from songatlas.store.mpeg import counts_frames, find_frames, frame_end, stated_length

_FEWEST = 1024  # bytes: what is less is a tag, or padding
_BEFORE = 2**20  # bytes that decoders have read beyond the end of what they decode
_FRAMES_BEFORE = 8192
_LONGEST_PAGE = 65536 + 282  # bytes, of Ogg
_BEHIND = (2**18, 2**26)  # bytes that are searched, the more if the less are not enough
_MANY = 2**16  # bytes behind the sound that are worth a word
# Where a container says its size, in how many bytes, and how many it does not count.
_SIZES = {"wav": (4, 4, 8), "aiff": (4, 4, 8), "rf64": (20, 8, 8), "w64": (16, 8, 0)}
_ALIKE = {"wav": {"wav", "rf64"}, "rf64": {"wav", "rf64"}}
_UNKNOWN, _PADDING = 0xFFFFFFFF, 64
_BOX, _MOST_BOXES = re.compile(rb"[A-Za-z0-9 \xa9]{4}"), 100_000
_TAGS = (b"TAG", b"LYRICSBEGIN")
_BETWEEN = re.compile(rb"^(?:\0|TAG.{125}|ID3.*|APETAGEX.*|LYRICS.*)*", re.DOTALL)


class Further(NamedTuple):
    """Where the stream that was read ends, and where the next begins, if any; in the file."""

    end: int
    begin: int | None


def find_further(
    file: BinaryIO, content: Content, begin: int, stop: int, *, is_damaged: bool = False
) -> Further | None:
    """Look behind a stream for another one.

    Parameters
    ----------
    content
        Of the stream that was read.
    begin, stop
        Where it begins, and how far its decoder has read.
    is_damaged
        Whether the decoder could not go on: then nothing but tags, padding and text may lie
        between, unless the next one says by its first frame that it is a file of its own.
    """
    place = file.tell()
    size = file.seek(0, os.SEEK_END)
    is_chained = content.format.name == "ogg" and goes_on(file, content, begin)
    found, start = None, begin if is_chained else stop
    if size - stop >= _FEWEST or is_damaged or is_chained:
        for n_bytes in _BEHIND:
            if content.format == MPEG:
                found = _next_frames(file, begin, stop, n_bytes, is_damaged)
            elif content.format.name == "ogg":
                found = _next_stream(file, begin, start, n_bytes)
            elif content.format.joins:
                found = _next_file(file, content, begin, stop, n_bytes)
            has_all = start + n_bytes >= size
            if has_all or (found is not None and found.begin is not None):
                break
    file.seek(place)
    return found


def unread(file: BinaryIO, content: Content, begin: int, stop: int) -> int:
    """Bytes behind a stream that are neither sound, nor tags and padding, where these can be told.

    Parameters
    ----------
    begin, stop
        As for :func:`find_further`.
    """
    place = file.tell()
    end = _container_end(file, content, begin)
    if content.format != MPEG and content.format.name not in ("flac", "ogg") and end is None:
        file.seek(place)
        return 0
    if end is not None and mend_size(file, content) is None:  # all within is its own
        stop = end
    size = file.seek(0, os.SEEK_END)
    file.seek(max(stop, size - 512))
    tail = file.read()
    if (footer := tail.rfind(b"APETAGEX")) >= 0:
        size -= int.from_bytes(tail[footer + 12 : footer + 16], "little")
    body = b""
    while size - stop >= _MANY:
        file.seek(stop)
        data = file.read(2**16)
        body = data.lstrip(b"\0")
        n_tag = tag_size(body)
        stop += len(data) - len(body) + (n_tag or 0)
        if body and not n_tag:
            break
    n = 0 if body.startswith(_TAGS) else size - stop
    file.seek(place)
    return n if n >= _MANY else 0


def goes_on(file: BinaryIO, content: Content, begin: int) -> bool:
    """Whether the headers say, before anything is decoded, that the first stream is not all."""
    if content.format == MPEG:
        length = stated_length(content.head)
        return length is not None and bool(find_further(file, content, begin, begin + length))
    if content.format.name != "ogg":
        return False
    place = file.tell()
    file.seek(max(0, file.seek(0, os.SEEK_END) - _LONGEST_PAGE))
    tail = file.read()
    file.seek(place)
    last = tail.rfind(b"OggS\0")
    return last >= 0 and tail[last + 14 : last + 18] != content.head[14:18]  # serial numbers


def stated_end(file: BinaryIO, content: Content, begin: int) -> int | None:
    """Where a container ends by its own sizes, if another one begins there.

    Of Wave64 also where anything else does: its decoder would take that for sound.
    """
    end = _container_end(file, content, begin)
    file.seek(end or 0)
    rest = file.read(64) if end else b""
    file.seek(0)
    kinds = {recognise(rest).name, recognise(rest.lstrip(b"\0")).name}
    is_more = bool(kinds & _ALIKE.get(content.format.name, {content.format.name}))
    return end if is_more or (content.format.name == "w64" and rest) else None


def before_tags(file: BinaryIO) -> int | None:
    """Where tags and padding at the end of a file begin; None where there are none.

    Most decoders know the one or the other, and take the rest for damage.
    """
    size = file.seek(0, os.SEEK_END)
    end, last = size, -1
    while end != last:
        last = end
        file.seek(max(0, end - 2**16))
        tail = file.read(min(end, 2**16))
        if tail[-128:].startswith(b"TAG"):
            end -= 128
        elif (footer := tail[-32:]).startswith(b"APETAGEX"):
            end = max(0, end - int.from_bytes(footer[12:16], "little"))
            file.seek(max(0, end - 32))
            head = file.read(24)
            end -= 32 * (head.startswith(b"APETAGEX") and head[-1] >> 5 & 1)  # it is no footer
        else:
            n_zeros = len(tail) - len(tail.rstrip(b"\0"))
            end -= n_zeros * (n_zeros >= _PADDING)  # less may be of the sound
    return end if end < size else None


def _container_end(file: BinaryIO, content: Content, begin: int) -> int | None:
    """Where a container ends by its own sizes, in the file; None where they do not tell."""
    head, size_of_file = content.head, file.seek(0, os.SEEK_END)
    if content.format.demuxer == "mov":
        return _boxes_end(file, begin)
    if content.format.name == "au":
        order: Literal["big", "little"] = "big" if head.startswith(b".") else "little"
        start, size = (int.from_bytes(head[at : at + 4], order) for at in (4, 8))
        return min(begin + start + size, size_of_file) if 0 < size < _UNKNOWN else None
    if content.format.name == "caf":
        return _chunks_end(file, begin)
    if content.format.name not in _SIZES:
        return None
    at, n_bytes, more = _SIZES[content.format.name]
    is_big = head[:4] in (b"RIFX", b"FORM")
    size = int.from_bytes(head[at : at + n_bytes], "big" if is_big else "little") + more
    return min(begin + size, size_of_file) if size > 64 else None


def _chunks_end(file: BinaryIO, begin: int) -> int | None:
    """Where the chunks of a CAF file end."""
    at, size = begin + 8, file.seek(0, os.SEEK_END)
    for _ in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(12)
        length = int.from_bytes(head[4:], "big", signed=True)
        if not _BOX.fullmatch(head[:4]):
            return at
        if length < 0 or at + 12 + length >= size:
            return None
        at += 12 + length
    return None


def _boxes_end(file: BinaryIO, begin: int) -> int | None:
    """Where the boxes of an MP4 file end: at the beginning of another one, or at what is no box."""
    at, size = begin, file.seek(0, os.SEEK_END)
    for _ in range(_MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        name, length = head[4:8], int.from_bytes(head[:4], "big")
        if at > begin and (not _BOX.fullmatch(name) or name == b"ftyp"):
            return at
        if length == 1:
            length = int.from_bytes(head[8:], "big")
        if length < 8 or at + length >= size:
            return None
        at += length
    return None


def _next_frames(
    file: BinaryIO, begin: int, stop: int, n_bytes: int, is_damaged: bool
) -> Further | None:
    first = max(begin, stop - _FRAMES_BEFORE)
    data = _read(file, first, stop + n_bytes)
    chain = find_frames(data)
    end = frame_end(data, chain[0], stop - first) if chain else stop - first
    found = find_frames(data, max(end, 1))
    between = data[end : found[0] if found else None]
    is_new = found is not None and counts_frames(data[found[0] :])
    rest = _BETWEEN.sub(b"", between, count=1)
    if is_damaged and rest and not (is_text(rest) or is_new):
        return None
    if found is None:  # padding alone is damage to its decoder
        return Further(first + end, None) if is_damaged and between else None
    return Further(first + end, first + found[0])


def _next_stream(file: BinaryIO, begin: int, stop: int, n_bytes: int) -> Further | None:
    """The next page that begins a stream, but for those that begin with the first one."""
    first = max(begin, stop - _BEFORE)
    data = _read(file, first, stop + n_bytes)
    at = 0
    if first == begin:
        while data.startswith(b"OggS\0\2", at):
            at += 27 + data[at + 26] + sum(data[at + 27 : at + 27 + data[at + 26]])
    found = data.find(b"OggS\0\2", at)
    return None if found < 0 else Further(first + found, first + found)


def _next_file(
    file: BinaryIO, content: Content, begin: int, stop: int, n_bytes: int
) -> Further | None:
    first = max(begin + 1, stop - _BEFORE)
    data = _read(file, first, stop + n_bytes)
    offset, magic = content.format.signature[0]
    found = data.find(magic[:4])
    while found >= 0:
        start = found - offset
        if start >= 0 and _begins(data[start : start + 64], content):
            return Further(first + start, first + start)
        found = data.find(magic[:4], found + 1)
    return None


def _read(file: BinaryIO, first: int, last: int) -> bytes:
    file.seek(first)
    return file.read(last - first)


def _begins(head: bytes, content: Content) -> bool:
    found = recognise(head)
    return found.joins and found.name == content.format.name
