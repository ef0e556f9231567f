"""One text put into an ID3 or APEv2 tag, whose other frames and items stay as they are to the byte.

Libraries that write tags read them first and write what they made of them: in another version, in
another order, dates and genres rewritten.
"""

from __future__ import annotations

import io
import re

from songatlas.errors import TaggingError
from songatlas.library import ape, id3, id3v1
from songatlas.library.chunks import chunks, layout_of
from songatlas.library.tag_text import decoded
from songatlas.store.formats import seven_bits

GROUPING = "GROUPING"
_KEYS = {GROUPING: "Grouping"}
_PADDING = 1024
_DAMAGED = "its tag is damaged; mend it with a tag editor, nothing was changed"
_CHECKED = "its ID3 tag has a checksum or limits, which would no longer hold"
# What begins with them keeps its tags in another way, whatever stands in front or behind.
_OTHERS = re.compile(rb"fLaC|OggS|....ftyp|\x30\x26\xb2\x75|\x1a\x45\xdf\xa3|\.snd|caff", re.DOTALL)
_WITH_APE = (b"wvpk", b"MAC ", b"MPCK", b"MP+", b"tBaK")  # nothing may stand before these
_OF_APE = ("title", "artist", "album", "year")
_OF_V1 = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB", "year": b"TYER", "tcon": b"TCON"}


def spliced(data: bytes, field: str, text: str) -> bytes | None:
    """The file with `text` in `field`; None where it has no ID3 or APEv2 tag.

    Where ID3v1 is all there is, a tag of version 2.3 says what it says: players look at one or
    the other.

    Raises
    ------
    TaggingError
        When the tag is damaged, or has a checksum.
    """
    file = io.BytesIO(data)
    if data.startswith(b"ea3"):
        return None
    tag = id3.read_tag(file, whole=True)
    start = tag.size if tag else 0
    head = data[start : start + 16]
    if layout_of(head) and head[:4] != b"caff":
        return _in_chunk(data, field, text) if start == 0 else None
    if head.startswith(b"DSD "):
        return _in_dsf(data, field, text)
    if _OTHERS.match(head):
        return None
    if tag:
        return _id3(data, tag, field, text) + data[start:]
    end, v1 = ape.end_of_sound(file)
    items = ape.read_tag(file, end)
    if items:
        return data[: items.start] + _ape(data, items, field, text) + data[items.end :]
    if not v1:
        return None
    if head.startswith(_WITH_APE):
        return data[:end] + _new_ape(v1, field, text) + data[end:]
    copied = _from_v1(v1)
    tag = id3.read_tag(io.BytesIO(copied), whole=True)
    return _id3(copied, tag, field, text) + data if tag else None


def _id3(data: bytes, tag: id3.Tag, field: str, text: str) -> bytes:
    """The tag that `data` begins with, and the text where the field was, else behind all frames."""
    doubled = tag.version < 4 and bool(tag.flags & id3.UNSYNCHRONISED)
    footer = id3.HEADER if tag.version == 4 and tag.flags & id3.FOOTER else 0
    frames, extended = tag.frames, tag.extended
    raw = extended + b"".join(frame.raw for frame in frames) + tag.rest
    old = data[id3.HEADER : tag.size - footer]
    if any(tag.rest) or (_doubled(raw) if doubled else raw) != old:
        raise TaggingError(_DAMAGED)
    if extended[5:6] > b"\0" if tag.version == 4 else extended[4:5] >= b"\x80":
        raise TaggingError(_CHECKED)
    held = [_holds(frame, field, tag.version) for frame in frames]
    ours = [frame for frame, is_ours in zip(frames, held, strict=True) if is_ours]
    said = [value.text for frame in ours for value in id3.said_by(frame, tag.version)]
    if [x if isinstance(x, str) else x.decode("latin-1") for x in said] == [text]:
        return data[: tag.size]  # in whatever encoding
    kept = [frame.raw for frame in frames if frame not in ours]
    kept.insert(held.index(True) if any(held) else len(kept), _frame(tag.version, field, text))
    body = b"".join(kept)
    padding = len(old) - len(_doubled(extended + body) if doubled else extended + body)
    padding = 0 if footer else padding if padding >= 0 else _PADDING
    if tag.version == 3 and extended:  # says how much padding there is
        extended = extended[:6] + padding.to_bytes(4, "big") + extended[10:]
    body = extended + body
    body = (_doubled(body) if doubled else body) + bytes(padding)
    if len(body) >= 1 << 28:
        raise TaggingError("its ID3 tag has no room for more")
    rest = data[3:6] + seven_bits(len(body))
    return b"ID3" + rest + body + (b"3DI" + rest if footer else b"")


def _doubled(body: bytes) -> bytes:
    """`body` unsynchronised: nothing in it looks like the beginning of a frame of sound."""
    return re.sub(rb"\xff(?=[\x00\xe0-\xff]|$)", b"\xff\x00", body, flags=re.DOTALL)


def _holds(frame: id3.Frame, field: str, version: int) -> bool:
    if field == GROUPING:
        return frame.name in ("tit1", "tt1")
    values = id3.said_by(frame, version) if frame.name in ("txxx", "txx") and frame.data else []
    return any(value.name == field.lower() for value in values)


def _frame(version: int, field: str, text: str) -> bytes:
    """A frame in the encoding that every reader of its version knows."""
    encoding, codec = (3, "utf-8") if version == 4 else (0, "latin-1")
    if version < 4 and not text.isascii():
        encoding, codec = 1, "utf-16"
    names = {2: (b"TT1", b"TXX")}.get(version, (b"TIT1", b"TXXX"))
    content = text.encode(codec)
    if field != GROUPING:
        content = (field + "\0").encode(codec) + content
    return _raw(version, names[field != GROUPING], bytes([encoding]) + content)


def _raw(version: int, name: bytes, content: bytes) -> bytes:
    if version == 2:
        return name + len(content).to_bytes(3, "big") + content
    size = seven_bits(len(content)) if version == 4 else len(content).to_bytes(4, "big")
    return name + size + bytes(2) + content


def _from_v1(v1: bytes) -> bytes:
    """A tag of version 2.3 that says what `v1` does, in its very bytes."""
    frames = b""
    for value in id3v1.read_v1(v1):
        said = value.text if isinstance(value.text, bytes) else f"({value.text})".encode()
        frames += _raw(3, _OF_V1[value.name], b"\0" + said) if said else b""
    if v1[125] == 0 and v1[126]:
        frames += _raw(3, b"TRCK", b"\0" + str(v1[126]).encode())
    return b"ID3\x03\0\0" + seven_bits(len(frames)) + frames


def _new_ape(v1: bytes, field: str, text: str) -> bytes:
    """An APEv2 tag with the text, and what `v1` says in whatever code page that is in."""
    found, _ = decoded([id3v1.read_v1(v1)])
    items = [(_KEYS.get(field, field), text)]
    items += [(name.title(), str(found[name][0].text)) for name in _OF_APE if found.get(name)]
    texts = [(key.encode(), said.encode()) for key, said in items]
    body = b"".join(
        len(said).to_bytes(4, "little") + bytes(4) + key + b"\0" + said for key, said in texts
    )
    sizes = b"".join(n.to_bytes(4, "little") for n in (2000, len(body) + ape.BLOCK, len(items)))
    header, footer = (ape.MARK + sizes + bytes(3) + kind + bytes(8) for kind in (b"\xa0", b"\x80"))
    return header + body + footer


def _in_chunk(data: bytes, field: str, text: str) -> bytes | None:
    """The file with the tag of its ID3 chunk changed; None where it has none."""
    file, layout = io.BytesIO(data), layout_of(data[:16])
    assert layout is not None
    found = (chunk for chunk in chunks(file, layout) if chunk.name.lower() == b"id3 ")
    chunk = next(found, None)
    if chunk is None or not (
        tag := id3.read_tag(io.BytesIO(data[chunk.start : chunk.end]), whole=True)
    ):
        return None
    content = data[chunk.start : chunk.end]
    content = _id3(content, tag, field, text) + content[tag.size :]
    size = len(content).to_bytes(layout.width, layout.order)
    odd = bytes(len(content) % layout.even)
    after = data[chunk.end + (chunk.end - chunk.start) % layout.even :]
    new = bytearray(data[: chunk.header + 4] + size + content + odd + after)
    at, width = (20, 8) if data[:4] in (b"RF64", b"BW64") else (4, layout.width)
    whole = int.from_bytes(data[at : at + width], layout.order)
    if whole not in (0, (1 << 8 * width) - 1):  # which say that nobody knew it
        whole += len(new) - len(data)
        if whole >= (1 << 8 * width) - 1:
            raise TaggingError("it has no room for more")
        new[at : at + width] = whole.to_bytes(width, layout.order)
    return bytes(new)


def _in_dsf(data: bytes, field: str, text: str) -> bytes | None:
    """The file with the tag at its end changed; None where it has none."""
    at = int.from_bytes(data[20:28], "little")
    tag = id3.read_tag(io.BytesIO(data[at:]), whole=True) if at else None
    if tag is None:
        return None
    new = data[:at] + _id3(data[at:], tag, field, text) + data[at + tag.size :]
    return new[:12] + len(new).to_bytes(8, "little") + new[20:]


def _ape(data: bytes, tag: ape.Tag, field: str, text: str) -> bytes:
    """The tag with the text in place of what the field held, else behind all other items."""
    if len(tag.items) != tag.n_items:
        raise TaggingError(_DAMAGED)
    said = text.encode()
    new = (
        len(said).to_bytes(4, "little") + bytes(4) + _KEYS.get(field, field).encode() + b"\0" + said
    )
    names = {field.lower(), _KEYS.get(field, field).lower()}
    held = [item.key.lower() in names for item in tag.items]
    kept = [item.raw for item, ours in zip(tag.items, held, strict=True) if not ours]
    kept.insert(held.index(True) if any(held) else len(kept), new)
    body = b"".join(kept)
    counts = (len(body) + ape.BLOCK).to_bytes(4, "little") + len(kept).to_bytes(4, "little")
    header = data[tag.start : tag.start + ape.BLOCK * tag.header]
    footer = data[tag.end - ape.BLOCK : tag.end]
    blocks = [block and block[:12] + counts + block[20:] for block in (header, footer)]
    return blocks[0] + body + blocks[1]
