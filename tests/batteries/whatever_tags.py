"""Group I, tags: of every container, byte by byte, and in any code page."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any

from batteries.good_audio import encode, encode_libav, music
from batteries.whatever import Build, Case
from library.tag_bytes import ape, frame, id3, info, packed, text, v1

_RATE = 22050


def flac(seed: int = 0, *, seconds: float = 1.5) -> bytes:
    return encode(music(seconds, _RATE, 1, seed=seed), _RATE, form="FLAC", subtype="PCM_16")


def mp3(seed: int = 0) -> bytes:
    samples = music(1.5, _RATE, 1, seed=seed)
    return encode(samples, _RATE, form="MP3", subtype="MPEG_LAYER_III")


def tagged(tag: bytes, *, behind: bytes = b"") -> Build:
    return lambda: tag + mp3() + behind


def one(kind: str, name: str, build: Build, *said: str, of: str = "a.mp3", **known: Any) -> Case:
    return Case(kind, name, {of: build}, {of: known}, {}, said)


# ---- tags of every container, written by libav

_WORDS = {"title": "Kite Season", "artist": "Orla Fenn", "album": "Low Tide", "genre": "Folk"}
# container: muxer, encoder, options; and what of the words it has no place for
_WRITERS: Mapping[str, tuple[str, str, Mapping[str, str], str]] = {
    "a.mp3": ("mp3", "libmp3lame", {}, ""),
    "3.mp3": ("mp3", "libmp3lame", {"id3v2_version": "3"}, ""),
    "a.flac": ("flac", "flac", {}, ""),
    "a.oga": ("ogg", "flac", {}, ""),
    "a.opus": ("ogg", "libopus", {}, ""),
    "a.m4a": ("ipod", "aac", {}, ""),
    "a.mp4": ("mp4", "alac", {}, ""),
    "a.mov": ("mov", "pcm_s16le", {}, ""),
    "a.3gp": ("3gp", "aac", {}, ""),
    "a.3g2": ("3g2", "aac", {}, ""),
    "a.wma": ("asf", "wmav2", {}, ""),
    "a.mka": ("matroska", "flac", {}, ""),
    "a.webm": ("webm", "libopus", {}, ""),
    "a.wv": ("wv", "wavpack", {}, ""),
    "a.tta": ("tta", "tta", {}, ""),
    "a.wav": ("wav", "pcm_s16le", {}, ""),
    "a.rf64": ("wav", "pcm_s16le", {"rf64": "always"}, ""),
    "a.aiff": ("aiff", "pcm_s16be", {"write_id3v2": "1"}, ""),
    "b.aiff": ("aiff", "pcm_s16be", {}, "artist album genre"),
    "a.caf": ("caf", "pcm_s16be", {}, ""),
    "a.au": ("au", "pcm_s16be", {}, ""),
    "a.aac": ("adts", "aac", {"write_id3v2": "1"}, ""),
}


def _containers() -> Iterator[Case]:
    for name, (muxer, codec, options, lacking) in _WRITERS.items():
        rate = 48000 if codec == "libopus" else 44100
        known = {field: words for field, words in _WORDS.items() if field not in lacking}

        def build(muxer=muxer, codec=codec, options=options, rate=rate) -> bytes:
            return encode_libav(music(1.5, rate, 1), rate, muxer, codec, _WORDS, **options)

        yield one("tags by libav", name, build, of=name, **known)


# ---- tags byte by byte


def _frames(version: int, **options: Any) -> bytes:
    ids = (b"TT2", b"TP1", b"TAL", b"TCO") if version == 2 else (b"TIT2", b"TPE1", b"TALB", b"TCON")
    pairs = zip(ids, _WORDS.values(), strict=True)
    return b"".join(text(version, name, words, **options) for name, words in pairs)


_ITEMS = [(name.title(), words.encode(), 0) for name, words in _WORDS.items()]
_PICTURE = frame(4, b"APIC", b"\0image/png\0\3\0" + b"\xff\0\xff\xe0" * 90, plain=True)
_BYTES: Mapping[str, tuple[bytes, bytes, Mapping[str, Any]]] = {
    "2.2": (id3(2, _frames(2)), b"", _WORDS),
    "2.2, UTF-16": (id3(2, _frames(2, encoding=1)), b"", _WORDS),
    "2.3, no mark": (id3(3, _frames(3, encoding=1, codec="utf-16-le")), b"", _WORDS),
    "2.3, packed": (
        id3(3, *(packed(3, b"TIT2", b"\0Kite Season"), text(3, b"TPE1", "Orla Fenn"))), b"",
        {"title": "Kite Season", "artist": "Orla Fenn"},
    ),
    "2.4, sizes of iTunes": (id3(4, _PICTURE, _frames(4, encoding=3)), b"", _WORDS),
    "2.4, footer": (id3(4, _frames(4), footer=True, flags=0x10), b"", _WORDS),
    "APEv2": (b"", ape(_ITEMS), _WORDS),
    "APEv2 without header": (b"", ape(_ITEMS, header=False), _WORDS),
    "APEv2 before ID3v1": (b"", ape(_ITEMS) + v1(b"Kite Sea"), _WORDS),
    "ID3v1 alone": (
        b"", v1(b"Kite Season", b"Orla Fenn", b"Low Tide", genre=80),
        _WORDS | {"genre": "Folk"},
    ),
    "several genres": (
        id3(4, text(4, b"TCON", "Dub\0(17)\0Folk")), b"", {"genre": "Dub; Rock; Folk"},
    ),
    "several artists": (
        id3(4, text(4, b"TPE1", "Orla Fenn\0Bo Wick")), b"",
        {"artist": "Orla Fenn; Bo Wick", "artists": ("Orla Fenn", "Bo Wick")},
    ),
    "album artist, composer, disc, compilation": (
        id3(3, text(3, b"TPE2", "Various"), text(3, b"TCOM", "C. Holt"), text(3, b"TPOS", "2/2"),
            text(3, b"TCMP", "1")), b"",
        {"album_artist": "Various", "composer": "C. Holt", "disc": "2", "compilation": True},
    ),
}  # fmt: skip


def _tags() -> Iterator[Case]:
    for name, (tag, behind, known) in _BYTES.items():
        yield one("tags", name, tagged(tag, behind=behind), **known)
    noise = frame(3, b"TIT2", b"\0" + bytes([0x81, 1, 0x9D, 2, 0xFF, 3, 0xFE, 0x8D, 5]) * 3)
    yield one("tags", "no text", tagged(id3(3, noise)), "no known encoding", title="")
    block = b"\x04\0\0\x10" + b"\xff" * 16  # of comments, behind that of the stream
    broken = lambda: flac()[:42] + block + flac()[42:]  # noqa: E731
    yield one("tags", "damaged", broken, "damaged", of="a.flac", title="")


_PAGES = {
    "cp1251": ("Ветер над рекой", "Северный Причал"),
    "koi8_r": ("Ночной поезд", "Тихая Гавань"),
    "cp866": ("Белые облака", "Старый Город"),
    "cp1250": ("Žluťoučký kůň", "Červená řeka"),
    "cp1253": ("Το καράβι φεύγει", "Γιάννης Θαλασσινός"),
    "cp1255": ("שיר של ים", "להקת הגשר"),
    "cp1256": ("أغنية البحر", "فرقة النهر"),
    "gb18030": ("海上的月光", "李青山"),
    "big5": ("海邊的風", "陳小雨"),
    "cp932": ("海辺のうた", "山田はるか"),
    "euc_jp": ("雨の日のうた", "鈴木あおい"),
    "cp949": ("바다의 노래", "김하늘"),
    "tis_620": ("เพลงของทะเล", "สายลม"),
    "utf-8": ("Señal nocturna", "Größe Łódź"),
}  # fmt: skip


def _code_pages() -> Iterator[Case]:
    for page, (title, artist) in _PAGES.items():
        coded = title.encode(page), artist.encode(page)
        known = {"title": title, "artist": artist}
        pairs = zip((b"TIT2", b"TPE1"), coded, strict=True)
        tag = id3(3, *(frame(3, name, b"\0" + words) for name, words in pairs))
        yield one("code pages", f"{page}, ID3v2", tagged(tag), **known)
        yield one("code pages", f"{page}, ID3v1", tagged(b"", behind=v1(*coded)), **known)
        riff = info(INAM=coded[0], IART=coded[1])

        def wav(riff: bytes = riff) -> bytes:
            data = encode(music(1.5, _RATE, 1), _RATE, subtype="PCM_16") + riff
            return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]

        yield one("code pages", f"{page}, INFO", wav, of="a.wav", **known)


CASES = (*_containers(), *_tags(), *_code_pages())
