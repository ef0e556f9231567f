"""Tags made byte by byte, as the standards have them and as programs write them."""

import struct
import zlib


def seven(n):
    return bytes([n >> 21 & 127, n >> 14 & 127, n >> 7 & 127, n & 127])


def id3(version, *frames, flags=0, padding=0, before=b"", footer=False):
    body = before + b"".join(frames) + bytes(padding)
    head = bytes([version, 0, flags]) + seven(len(body))
    return b"ID3" + head + body + (b"3DI" + head if footer else b"")


def frame(version, name, content, flags=0, plain=False):
    if version == 2:
        return name + len(content).to_bytes(3, "big") + content
    size = seven(len(content)) if version == 4 and not plain else struct.pack(">I", len(content))
    return name + size + bytes([0, flags]) + content


def text(version, name, words, encoding=0, codec=None, **options):
    codec = codec or ("latin-1", "utf-16", "utf-16-be", "utf-8")[encoding]
    return frame(version, name, bytes([encoding]) + words.encode(codec), **options)


def packed(version, name, content):
    flags, size = (0x80, struct.pack(">I", len(content))) if version == 3 else (0x09, None)
    return frame(version, name, (size or seven(len(content))) + zlib.compress(content), flags)


def doubled(body):
    """Unsynchronised."""
    out = bytearray()
    for i, byte in enumerate(body):
        out.append(byte)
        after = body[i + 1] if i + 1 < len(body) else 0xFF
        if byte == 0xFF and (after == 0 or after >= 0xE0):
            out.append(0)
    return bytes(out)


def lyrics(words, language=b"eng", about="", version=3, name=b"USLT"):
    content = b"\3" + language + about.encode() + b"\0" + words.encode()
    return frame(version, name, content)


def sung(*pieces, kind=1, encoding=3, codec="utf-8", end=b"\0"):
    content = bytes([encoding]) + b"eng" + bytes([2, kind]) + end
    for i, piece in enumerate(pieces):
        content += piece.encode(codec) + end + struct.pack(">I", 100 * i)
    return frame(3, b"SYLT", content)


def v1(title=b"", artist=b"", album=b"", year=b"", genre=255):
    parts = title.ljust(30, b"\0"), artist.ljust(30, b"\0"), album.ljust(30, b"\0")
    return b"TAG" + b"".join(parts) + year.ljust(4, b"\0") + bytes(30) + bytes([genre])


def ape(items, header=True):
    body = b"".join(
        struct.pack("<II", len(value), kind << 1) + key.encode() + b"\0" + value
        for key, value, kind in items
    )
    counts = struct.pack("<III", 2000, len(body) + 32, len(items))
    tops = [
        b"APETAGEX" + counts + struct.pack("<I", f) + bytes(8) for f in (0xA0000000, 0x80000000)
    ]
    return (tops[0] if header else b"") + body + tops[1]


def chunk(name, content, order="<I"):
    return name + struct.pack(order, len(content)) + content + bytes(len(content) % 2)


def wave(*chunks, kind=b"RIFF"):
    body = b"WAVE" + b"".join(chunks)
    return kind + struct.pack("<I", len(body) if kind == b"RIFF" else 0xFFFFFFFF) + body


def info(**texts):
    parts = (chunk(name.encode(), words + b"\0") for name, words in texts.items())
    return chunk(b"LIST", b"INFO" + b"".join(parts))


def ebml(name, content, size=None):
    data = bytes.fromhex(name)
    return data + (size or struct.pack(">Q", len(content) | 1 << 56)) + content


SOUND = b"\xff\xfb\x90\x00" + bytes(413)  # a frame of MPEG sound
FMT = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16))


def names(tags):
    return tags.title, tags.artist, tags.genre


THREE = ("Grey Heron", "Ann Oakley", "Folk")


def three(version, **options):
    ids = (b"TT2", b"TP1", b"TCO") if version == 2 else (b"TIT2", b"TPE1", b"TCON")
    return [text(version, name, words, **options) for name, words in zip(ids, THREE, strict=True)]
