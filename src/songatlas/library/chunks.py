"""Tags in files of chunks: WAV, RF64, AIFF, CAF, DSDIFF; and in the headers of DSF and AU."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Literal, NamedTuple

from songatlas.library import id3
from songatlas.library.tag_value import Value, utf8

_MOST = 1 << 20  # bytes of a chunk of texts
_MOST_CHUNKS, _MOST_OF_HEADER = 10_000, 1 << 26
ASF = bytes.fromhex("3026b2758e66cf11")  # begins with
_ASF_EXTENSION = bytes.fromhex("b503bf5f2ea9cf11")
_MOST_OF_REAL = 1 << 16  # bytes of a header
_FAR = 1 << 40  # file systems refuse places that no file reaches
_TEXTS = {b"NAME", b"AUTH"}  # of AIFF and 8SVX


class Layout(NamedTuple):
    """Where the chunks begin, how their sizes are written, and on what multiple each begins."""

    first: int
    order: Literal["little", "big"]
    width: int
    even: int


class Chunk(NamedTuple):
    """A chunk: its name, where its header begins, and where its content begins and ends."""

    name: bytes
    header: int
    start: int
    end: int


_LAYOUTS = (
    (re.compile(rb"(RIFF|RF64|BW64)....WAVE", re.DOTALL), Layout(12, "little", 4, 2)),
    (re.compile(rb"FORM....(?:AIF[FC]|8SVX|16SV)", re.DOTALL), Layout(12, "big", 4, 2)),
    (re.compile(rb"FRM8.{8}DSD ", re.DOTALL), Layout(16, "big", 8, 2)),
    (re.compile(rb"caff"), Layout(8, "big", 8, 1)),
)


def layout_of(head: bytes) -> Layout | None:
    """How a file of chunks is laid out that begins with `head`, of 16 bytes."""
    return next((layout for mark, layout in _LAYOUTS if mark.match(head)), None)


def chunks(file: BinaryIO, layout: Layout) -> Iterator[Chunk]:
    """The chunks of a file, up to the first that cannot be one."""
    at, sound = layout.first, 0
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(4 + layout.width)
        name, size = head[:4], int.from_bytes(head[4:], layout.order)
        if len(head) < 4 + layout.width or not name.isascii() or b"\0" in name:
            return
        start = at + len(head)
        if name == b"ds64":  # sizes that do not fit into 32 bits
            sound = int.from_bytes(file.read(16)[8:], "little")
        elif name == b"data" and size == 0xFFFFFFFF and sound:
            size = sound
        yield Chunk(name, at, start, start + size)
        at = min(start + size + size % layout.even, _FAR)


def read_chunks(file: BinaryIO, layout: Layout) -> list[list[Value]]:
    """What the tags say, ID3 first."""
    first: list[list[Value]] = []
    texts: list[Value] = []
    for chunk in chunks(file, layout):
        file.seek(chunk.start)
        if chunk.name.lower() == b"id3 ":
            tag = id3.read_tag(file)
            first += [id3.values_of(tag)] if tag else []
        elif chunk.name in _TEXTS or chunk.name in (b"LIST", b"info"):
            data = file.read(min(chunk.end - chunk.start, _MOST))
            if chunk.name == b"LIST":
                texts += _info(data)
            elif chunk.name == b"info":
                words = data[4:].split(b"\0")
                pairs = zip(words[0::2], words[1::2], strict=False)
                texts += [Value(k.decode("latin-1").lower(), utf8(v)) for k, v in pairs]
            else:
                name = chunk.name.decode("ascii").lower()
                texts += [Value(name, text) for text in data.split(b"\0")]
    return [*first, texts]


def _info(data: bytes) -> list[Value]:
    """The texts of a ``LIST`` chunk of type ``INFO``."""
    found, at = list[Value](), 4
    while data.startswith(b"INFO") and at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        text = data[at + 8 : at + 8 + size].split(b"\0")[0]
        found.append(Value(name.decode("latin-1").lower(), text))
        at += 8 + size + size % 2
    return found


def asf_in_order(file: BinaryIO) -> BinaryIO:
    """The header of an ASF file with its extension last, which holds all but the first values."""
    head = file.read(30)
    size = int.from_bytes(head[16:24], "little") - len(head)
    body = file.read(min(max(size, 0), _MOST_OF_HEADER))
    objects, at = list[bytes](), 0
    while at + 24 <= len(body):
        size = max(int.from_bytes(body[at + 16 : at + 24], "little"), 24)
        objects.append(body[at : at + size])
        at += size
    objects.sort(key=lambda one: one.startswith(_ASF_EXTENSION))
    return io.BytesIO(head + b"".join(objects))


def read_dsf(file: BinaryIO) -> list[Value]:
    """Values of the ID3 tag at whose place the header of a DSF file points."""
    file.seek(20)
    file.seek(min(int.from_bytes(file.read(8), "little"), file.seek(0, io.SEEK_END)))
    tag = id3.read_tag(file)
    return id3.values_of(tag) if tag else []


def read_au(file: BinaryIO) -> list[Value]:
    """Values of the annotation in the header of an AU file, in lines ``Title=…``."""
    file.seek(4)
    length = int.from_bytes(file.read(4), "big") - 24
    file.seek(24)
    lines = file.read(min(max(length, 0), _MOST)).rstrip(b"\0").split(b"\n")
    pairs = (line.partition(b"=") for line in lines if b"=" in line)
    return [Value(name.decode("latin-1").lower(), text) for name, _, text in pairs]


def read_real(file: BinaryIO) -> list[Value]:
    """Title and author in the header of a RealMedia file."""
    file.seek(0)
    head = file.read(_MOST_OF_REAL)
    at = head.find(b"CONT") + 10  # behind its size and version
    found = []
    for name in ("title", "author") if at >= 10 else ():
        size = int.from_bytes(head[at : at + 2], "big")
        found.append(Value(name, utf8(head[at + 2 : at + 2 + size].rstrip(b"\0"))))
        at += 2 + size
    return found
