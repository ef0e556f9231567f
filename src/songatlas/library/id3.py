"""ID3 tags of every version, as they were meant and as they are written in practice."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from songatlas.library.tag_value import Value, utf8
from songatlas.store.formats import from_seven_bits

HEADER = 10
UNSYNCHRONISED, _EXTENDED, FOOTER = 0x80, 0x40, 0x10
_ID = re.compile(rb"[A-Z][A-Z0-9]{2}[A-Z0-9 \x00]?")
_MARKED = (b"ID3", b"ea3")  # the second of ATRAC
_PICTURES = ("apic", "pic", "geob", "geo")
_MOST = 1 << 24  # bytes of a frame that was compressed
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class Frame(NamedTuple):
    """One frame: `raw` as it is in the body, `data` without what the flags put around it."""

    name: str
    raw: bytes
    data: bytes


class Tag(NamedTuple):
    """A whole tag.

    Parameters
    ----------
    version
        2, 3 or 4, of ID3v2.
    flags
        Of the header.
    size
        Bytes in the file, header and footer included.
    extended
        The extended header.
    frames
        In their order; encrypted ones have no data.
    rest
        What follows them, which is zeros unless something is damaged; only of a whole tag.
    """

    version: int
    flags: int
    size: int
    extended: bytes
    frames: tuple[Frame, ...]
    rest: bytes


class _Span:
    """Bytes of a file from where it stands on, read as they are asked for."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._start = file, file.tell()
        self._size = min(size, file.seek(0, io.SEEK_END) - self._start)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        self._file.seek(self._start + start)
        return self._file.read(max(stop - start, 0))


def read_tag(file: BinaryIO, *, whole: bool = False) -> Tag | None:
    """The tag that begins where `file` stands, if one does; pictures only of a whole one."""
    header = file.read(HEADER)
    if len(header) < HEADER or header[:3] not in _MARKED or not 2 <= header[3] <= 4:
        return None
    version, flags, size = header[3], header[5], from_seven_bits(header[6:])
    body: bytes | _Span = _Span(file, size)
    footer = HEADER if version == 4 and flags & FOOTER else 0
    if version < 4 and flags & UNSYNCHRONISED:
        body = body[:].replace(b"\xff\x00", b"\xff")
    if version == 2 and flags & _EXTENDED:  # compressed in a way that was never said
        body = b""
    n = _extended(version, body) if flags & _EXTENDED else 0
    frames = tuple(_frames(version, flags, body, n, whole=whole))
    rest = body[n + sum(len(frame.raw) for frame in frames) :] if whole else b""
    return Tag(version, flags, HEADER + size + footer, body[:n], frames, rest)


def read_before(file: BinaryIO, end: int) -> Tag | None:
    """The tag that ends at `end` with a footer, if one does, as one behind the sound must."""
    file.seek(max(end - HEADER, 0))
    footer = file.read(HEADER)
    if not footer.startswith(b"3DI") or len(footer) < HEADER:
        return None
    file.seek(max(end - 2 * HEADER - from_seven_bits(footer[6:]), 0))
    return read_tag(file)


def _extended(version: int, body: bytes | _Span) -> int:
    """Length of the extended header; 0 where a frame stands although the flag announces one."""
    if version == 2 or len(body) < 6 or _ID.fullmatch(body[:4]):
        return 0
    return from_seven_bits(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")


def _frames(
    version: int, flags: int, body: bytes | _Span, at: int, *, whole: bool
) -> Iterator[Frame]:
    head, n = (6, 3) if version == 2 else (10, 4)
    while at + head <= len(body) and _ID.fullmatch(body[at : at + n]):
        end = at + head + _size(version, body, at)
        if end > len(body):
            return
        name = body[at : at + n].rstrip(b"\0 ").decode("ascii").lower()
        raw = body[at:end] if whole or name not in _PICTURES else bytes(head)
        yield Frame(name, raw, _content(version, flags, raw))
        at = end


def _size(version: int, body: bytes | _Span, at: int) -> int:
    """Size of a frame; 7 bits a byte were to be written in 2.4 and 8 before, and often were not."""
    if version == 2:
        return int.from_bytes(body[at + 3 : at + 6], "big")
    field = body[at + 4 : at + 8]
    sizes = [int.from_bytes(field, "big"), from_seven_bits(field)]
    if max(field) > 127:
        return sizes[0]
    if version == 4:
        sizes.reverse()
    if sizes[0] == sizes[1] or _goes_on(body, at + HEADER + sizes[0]):
        return sizes[0]
    return sizes[1] if _goes_on(body, at + HEADER + sizes[1]) else sizes[0]


def _goes_on(body: bytes | _Span, at: int) -> bool:
    """Whether the frames end at `at`, or another can begin there."""
    if at >= len(body) or not any(body[at : at + HEADER]):
        return at <= len(body)
    size, flags = body[at + 4 : at + 8], body[at + 8 : at + HEADER]
    if not _ID.fullmatch(body[at : at + 4]) or len(flags) < 2 or flags[0] & 0x0F:
        return False
    return min(int.from_bytes(size, "big"), from_seven_bits(size)) <= len(body) - at - HEADER


def _content(version: int, flags: int, raw: bytes) -> bytes:
    """Data of a frame without what was added, packed or doubled; none where it is encrypted."""
    if version == 2:
        return raw[6:]
    data, flag = raw[HEADER:], raw[9]
    if version == 3:
        packed, encrypted, before = flag & 0x80, flag & 0x40, 4 * bool(flag & 0x80)
        before += bool(flag & 0x20)
    else:
        packed, encrypted = flag & 0x08, flag & 0x04
        before = bool(flag & 0x40) + 4 * (flag & 0x01)
    if encrypted:
        return b""
    plain = data[before:]
    if version == 4 and (flag & 0x02 or flags & UNSYNCHRONISED):
        plain = plain.replace(b"\xff\x00", b"\xff")
    return _unpacked(plain, data) if packed else plain


def _unpacked(*candidates: bytes) -> bytes:
    for data in candidates:  # some write no length before
        try:
            return zlib.decompressobj().decompress(data, _MOST)
        except zlib.error:
            continue
    return b""


def values_of(tag: Tag) -> list[Value]:
    """What the frames say; several values of a frame one by one."""
    return [value for frame in tag.frames if frame.data for value in said_by(frame, tag.version)]


def said_by(frame: Frame, version: int) -> list[Value]:
    """What one frame says."""
    found: list[Value] = []
    name, data = frame.name, frame.data
    if name in ("txxx", "txx"):
        about, *texts = _texts(data[0], data[1:])
        found += [Value(_latin(about).lower(), text) for text in texts]
    elif name.startswith("t"):
        texts = _texts(data[0], data[1:])
        found += [Value(name, text) for text in texts]
        if name in ("tpe1", "tp1") and version < 4:
            found += [Value("artists", text) for text in _listed(texts)]
    elif name in ("uslt", "ult"):
        about, *texts = _texts(data[0], data[4:], 2)
        text, about = (texts[0], about) if texts else (about, "")
        found.append(Value(name, text, _latin(data[1:4]), _latin(about)))
    elif name in ("sylt", "slt") and len(data) > 6 and data[5] < 3:
        found.append(Value(name, _sung(data), _latin(data[1:4])))
    elif name in ("ufid", "ufi"):
        found.append(Value("ufid", data.decode("latin-1")))
    return found


def _latin(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("latin-1")


def _listed(texts: list[str | bytes]) -> list[str | bytes]:
    """Artists of a list with ``/``, as ID3v2.3 has it; never AC/DC."""
    if len(texts) != 1:
        return []
    text = texts[0]
    parts = text.split(b"/") if isinstance(text, bytes) else text.split("/")
    return list(parts) if len(parts) > 1 and all(len(part.strip()) > 2 for part in parts) else []


def _texts(encoding: int, data: bytes, most: int = 0) -> list[str | bytes]:
    """The strings of `data`, at most `most` unless that is 0, without empty ones at the end."""
    if encoding == 0 and data[:2] in _MARKS:
        encoding = 1
    wide, parts, at = encoding in (1, 2), list[bytes](), 0
    while (end := _end(data, wide, at)) >= 0 and len(parts) + 1 != most:
        parts.append(data[at:end])
        at = end + 1 + wide
    parts.append(data[at:])
    while len(parts) > 1 and not parts[-1].strip(b"\0"):
        parts.pop()
    return _decoded(encoding, parts)


def _end(data: bytes, wide: bool, at: int) -> int:
    """Where the string that begins at `at` is terminated, -1 where it is not."""
    end = data.find(bytes(1 + wide), at)
    while wide and end >= 0 and (end - at) % 2:
        end = data.find(bytes(2), end + 1)
    return end


def _decoded(encoding: int, parts: list[bytes]) -> list[str | bytes]:
    if encoding not in (1, 2):
        return [utf8(part) if encoding == 3 else part for part in parts]
    order, texts = "", list[str | bytes]()
    for part in parts:
        order = _MARKS.get(part[:2]) or order or _order(b"".join(parts), encoding)
        text = part[: len(part) // 2 * 2].decode(order, "replace")
        texts.append(text.removeprefix("\ufeff").rstrip("\0"))
    return texts


def _order(data: bytes, encoding: int) -> str:
    """Byte order of UTF-16 without a mark: the high bytes of a text differ less than the low."""
    halves = [data[0::2], data[1::2]]
    big, little = ((len(set(half)), len(half) - half.count(0)) for half in halves)
    if big == little:
        return "utf-16-be" if encoding == 2 else "utf-16-le"
    return "utf-16-be" if big < little else "utf-16-le"


def _sung(data: bytes) -> str | bytes:
    """Text of synchronised lyrics, in lines, whether its pieces are lines, words or syllables."""
    wide = data[0] in (1, 2)
    parts, at = [], 6
    while (end := _end(data, wide, at)) >= 0:
        parts.append(data[at:end])
        at = end + 1 + wide + (4 if len(parts) > 1 else 0)  # the first describes, without a time
    pieces = _decoded(data[0], parts)[1:]
    if any(isinstance(piece, bytes) for piece in pieces):
        return _lines([_latin(piece) for piece in pieces]).encode("latin-1", "replace")
    return _lines([_latin(piece) for piece in pieces])


def _lines(pieces: list[str]) -> str:
    r"""Pieces of lyrics put together: the standard marks new lines and words; many mark neither.

    Examples
    --------
    >>> _lines(["\nWe ", "are ", "sail", "ing", "\nhome"]), _lines(["one", "two"])
    ('We are sailing\nhome', 'one\ntwo')
    """
    pieces = [piece.replace("\r\n", "\n").replace("\r", "\n") for piece in pieces]
    words = [len(piece.split(" ")) for piece in (piece.strip(" \n") for piece in pieces) if piece]
    spaced = any(piece != piece.strip(" \n") for piece in pieces)
    if spaced and 2 * sum(n > 1 for n in words) <= len(words):
        return "".join(pieces).strip()
    return "\n".join(piece.strip(" \n") for piece in pieces).strip()
