"""Where further sound begins behind what a decoder has read: files joined end to end, chained Ogg.

A decoder ends where its stream does, and says nothing of the bytes behind.
"""

from __future__ import annotations

import os
import re
from typing import BinaryIO, NamedTuple

from songatlas.features.audio.content import Content
from songatlas.store.formats import MPEG, recognise
from songatlas.store.mpeg import find_frames, frame_end, stated_length

_FEWEST = 1024  # bytes: what is less is a tag, or padding
_BEFORE = 2**17  # bytes that decoders have read beyond the end of what they decode
_FRAMES_BEFORE = 8192
_BEHIND = 2**25  # bytes that are searched
_EXACT = ("wav", "rf64", "w64", "aiff", "svx", "au", "caf")  # decoders read no byte too many
_BETWEEN = re.compile(rb"(?:\0|TAG.{125}|ID3.*|APETAGEX.*|LYRICS.*)*", re.DOTALL)


class Further(NamedTuple):
    """Where the stream that was read ends, and where the next begins; positions in the file."""

    end: int
    begin: int


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
        Whether the decoder could not go on: then nothing but tags and padding may lie between.
    """
    place = file.tell()
    size = file.seek(0, os.SEEK_END)
    try:
        if size - stop < _FEWEST and not is_damaged:
            return None
        if content.format == MPEG:
            return _next_frames(file, begin, stop, is_damaged)
        if content.format.name == "ogg":
            return _next_stream(file, begin, stop)
        return _next_file(file, content, begin, stop) if content.format.joins else None
    finally:
        file.seek(place)


def goes_on(file: BinaryIO, content: Content, begin: int) -> bool:
    """Whether the headers say, before anything is decoded, that the first stream is not all."""
    if content.format == MPEG:
        length = stated_length(content.head)
        return length is not None and bool(find_further(file, content, begin, begin + length))
    if content.format.name != "ogg":
        return False
    place = file.tell()
    file.seek(max(0, file.seek(0, os.SEEK_END) - _BEFORE))
    tail = file.read()
    file.seek(place)
    last = tail.rfind(b"OggS\0")
    return last >= 0 and tail[last + 14 : last + 18] != content.head[14:18]  # serial numbers


def _next_frames(file: BinaryIO, begin: int, stop: int, is_damaged: bool) -> Further | None:
    first = max(begin, stop - _FRAMES_BEFORE)
    data = _read(file, first, stop)
    chain = find_frames(data)
    end = frame_end(data, chain[0], stop - first) if chain else stop - first
    found = find_frames(data, max(end, 1))
    if found is None or (is_damaged and not _BETWEEN.fullmatch(data[end : found[0]])):
        return None
    return Further(first + end, first + found[0])


def _next_stream(file: BinaryIO, begin: int, stop: int) -> Further | None:
    """The next page that begins a stream, but for those that begin with the first one."""
    first = max(begin, stop - _BEFORE)
    data = _read(file, first, stop)
    at = 0
    if first == begin:
        while data.startswith(b"OggS\0\2", at):
            at += 27 + data[at + 26] + sum(data[at + 27 : at + 27 + data[at + 26]])
    found = data.find(b"OggS\0\2", at)
    return None if found < 0 else Further(first + found, first + found)


def _next_file(file: BinaryIO, content: Content, begin: int, stop: int) -> Further | None:
    first = max(begin + 1, stop if content.format.name in _EXACT else stop - _BEFORE)
    data = _read(file, first, stop)
    offset, magic = content.format.signature[0]
    found = data.find(magic[:4])
    while found >= 0:
        start = found - offset
        if start >= 0 and recognise(data[start : start + 64]).name == content.format.name:
            return Further(first + start, first + start)
        found = data.find(magic[:4], found + 1)
    return None


def _read(file: BinaryIO, first: int, stop: int) -> bytes:
    file.seek(first)
    return file.read(stop - first + _BEHIND)
