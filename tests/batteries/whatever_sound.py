"""Group I, sound: joined, changed on the way, behind junk, of any container, unsized, silent."""

from __future__ import annotations

import functools
import io
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import soundfile
from batteries.good_audio import encode, encode_libav, music, song
from batteries.whatever import Build, Case
from library.tag_bytes import ape, id3, text, v1

from songatlas.types import FloatArray

_SUBTYPES = {"MP3": "MPEG_LAYER_III", "OGG": "VORBIS"}
RANDOM = np.random.default_rng(7).bytes(200_000)
TAG = id3(3, text(3, b"TIT2", "Middle"), padding=700)
APE = ape([("Title", b"Middle", 0)])


@functools.cache  # the Ogg encoder draws a serial number
def sound(
    kind: str, seconds: float = 2.0, rate: int = 44100, n_channels: int = 2, seed: int = 0
) -> bytes:
    """A whole file: a format of libsndfile, or muxer/encoder of libav."""
    samples = music(seconds, rate, n_channels, seed=seed)
    if "/" in kind:
        muxer, codec = kind.split("/")
        options = {"write_xing": "0", "id3v2_version": "0"} if muxer == "mp3" else {}
        return encode_libav(samples, rate, muxer, codec, **options)
    form, subtype = ("OGG", "OPUS") if kind == "OPUS" else (kind, _SUBTYPES.get(kind, "PCM_16"))
    return encode(samples, rate, form=form, subtype=subtype)


def _one(kind: str, name: str, build: Build, *said: str, **known: Any) -> Case:
    """A case of one file; `known` of its sound, or its ``code``."""
    code = known.pop("code", None)
    return Case(
        kind, name, {name: build}, {} if code else {name: known}, {name: code} if code else {}, said
    )


# ---- more sound behind the end of the first

_NO_SOUND = "1 of 1 tracks hold bytes behind their sound"
_JOINED: Mapping[str, tuple[tuple[bytes | tuple[Any, ...], ...], float]] = {
    "two.mp3": ((("MP3", 1.5), ("MP3", 2.5, 44100, 2, 1)), 4.0),
    "without counts.mp3": ((("mp3/libmp3lame", 1.5), ("mp3/libmp3lame", 2.5)), 4.0),
    "tagged.mp3": (
        (TAG, ("MP3", 2.0), APE, v1(b"x"), TAG, ("MP3", 2.0, 44100, 2, 1), v1(b"y")), 4.0
    ),
    "to mono.mp3": ((("MP3", 2.0), ("MP3", 2.0, 44100, 1)), 4.0),
    "to half the rate.mp3": ((("MP3", 2.0), ("MP3", 2.0, 22050)), 4.0),
    "there and back.mp3": ((("MP3", 1.5), ("MP3", 1.5, 48000, 1), ("MP3", 1.5)), 4.5),
    "zeros between.mp3": ((("MP3", 2.0), bytes(9000), ("MP3", 2.0, 44100, 2, 1)), 4.0),
    "three.ogg": (tuple(("OGG", 1.5, 44100, 2, i) for i in range(3)), 4.5),
    "other channels.ogg": ((("OGG", 1.5), ("OGG", 1.5, 48000, 1)), 3.0),
    "three.opus": (tuple(("OPUS", 1.5, 48000, 1 + i % 2, i) for i in range(3)), 4.5),
    "FLAC in Ogg behind Vorbis.ogg": ((("OGG", 1.5), ("ogg/flac", 1.5)), 3.0),
    "two.flac": ((("FLAC", 1.5), ("FLAC", 1.5, 48000, 1)), 3.0),
    "two.wav": ((("WAV", 1.5), ("WAV", 1.5, 22050, 1)), 3.0),
    "two.aiff": ((("AIFF", 1.5), ("AIFF", 1.5, 44100, 2, 1)), 3.0),
    "two.m4a": ((("ipod/aac", 1.5), ("ipod/aac", 1.5, 44100, 2, 1)), 3.0),
    "two.wv": ((("wv/wavpack", 1.5), ("wv/wavpack", 1.5, 44100, 1)), 3.0),
}  # fmt: skip


def _bytes(part: bytes | tuple[Any, ...]) -> bytes:
    return part if isinstance(part, bytes) else sound(*part)


def _joined() -> Iterator[Case]:
    for name, (parts, seconds) in _JOINED.items():
        build = lambda parts=parts: b"".join(map(_bytes, parts))  # noqa: E731
        yield _one("joined", name, build, seconds=seconds)
    for kind in ("FLAC", "MP3", "OGG"):
        build = lambda kind=kind: sound(kind) + RANDOM  # noqa: E731
        name = f"noise behind.{kind.lower()}"
        yield _one("joined", name, build, _NO_SOUND, seconds=2.0, unread=200_000)
    yield _one("joined", "half of the second.mp3", lambda: _cut("MP3"), code="E-TRUNC")
    yield _one("joined", "half of the second.ogg", lambda: _cut("OGG"), code="E-TRUNC")


def _cut(kind: str) -> bytes:
    second = sound(kind, 4.0, 44100, 2, 1)
    return sound(kind) + second[: len(second) // 2]


# ---- something else before the first frame

_BEFORE = {
    "zeros": bytes(7000),
    "many zeros": bytes(150_000),
    "a page": b"<html><head><title>Wait</title></head>" + b"<p>one moment</p>" * 200 + b"</html>",
    "a server": b"HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n",
    "RIFF": b"RIFF\x24\0\1\0WAVE",
    "APE": ape([("Title", b"x", 0), ("Comment", b"y" * 900, 0)]),
    "two tags": TAG + TAG,
    "a tag too short": b"ID3\3\0\0\0\0\1\0" + bytes(128) + RANDOM[:500],
    "noise": RANDOM[:60_000],
}


def _before() -> Iterator[Case]:
    for what, junk in _BEFORE.items():
        for kind in ("MP3", "mp3/libmp3lame"):
            name = f"{what}, {kind.replace('/', ' ')}.mp3"
            build = lambda junk=junk, kind=kind: junk + sound(kind)  # noqa: E731
            yield _one("before", name, build, seconds=2.0)
    lost = lambda: sound("mp3/libmp3lame")[50:]  # noqa: E731
    yield _one("before", "the first frame is lost.mp3", lost, code="E-DECODE")


# ---- containers

_CONTAINERS = {
    "a.oga": ("ogg/flac", 44100, 2), "a.opus": ("OPUS", 48000, 2),
    "a.webm": ("webm/libopus", 48000, 2),
    "a.mka": ("matroska/flac", 44100, 2),
    "b.mka": ("matroska/libmp3lame", 44100, 2), "a.3gp": ("3gp/aac", 44100, 1),
    "a.mov": ("mov/pcm_s24le", 48000, 2), "a.mp4": ("mp4/alac", 44100, 2),
    "a.m4b": ("ipod/aac", 22050, 1), "a.ac3": ("ac3/ac3", 48000, 6),
    "a.eac3": ("eac3/eac3", 48000, 2),
    "a.tta": ("tta/tta", 48000, 1), "a.wv": ("wv/wavpack", 44100, 2),
    "a.mp2": ("mp2/mp2", 48000, 2),
    "a.caf": ("CAF", 44100, 2), "b.caf": ("caf/alac", 44100, 2), "a.w64": ("W64", 48000, 2),
    "a.rf64": ("RF64", 44100, 2), "a.au": ("AU", 44100, 1), "a.aif": ("AIFF", 48000, 2),
    "a.wav": ("wav/libmp3lame", 44100, 2), "b.wav": ("wav/adpcm_ms", 44100, 2),
    "a.wma": ("asf/wmav2", 44100, 2), "a.aac": ("adts/aac", 44100, 2), "a.voc": ("VOC", 44100, 1),
    "music": ("FLAC", 44100, 2), "music.mp3": ("webm/libopus", 48000, 2),
}  # fmt: skip
_NO_FORMAT = {
    "a.ofr": b"OFR " + RANDOM[:600],
    "b.mp3": b"Extended Module: tune" + bytes(400),
    "a.dsf": b"<!DOCTYPE html><html>no</html>",
    "a.mka": b"\x89PNG\r\n\x1a\n" + RANDOM[:600],
    "a.wv": RANDOM[300:900],
}


def _containers() -> Iterator[Case]:
    for name, (kind, rate, n_channels) in _CONTAINERS.items():
        build = lambda kind=kind, rate=rate, n=n_channels: sound(kind, 2.0, rate, n)  # noqa: E731
        yield _one("container", name, build, seconds=2.0)
    for name, data in _NO_FORMAT.items():
        yield _one("container", f"no {name}", lambda data=data: data, code="E-DECODE")


# ---- sizes that were never written

_UNSIZED = {
    "0.wav": ("WAV", (b"data", 4, "<I", 0), (b"RIFF", 4, "<I", 0)),
    "endless.wav": ("WAV", (b"data", 4, "<I", 2**32 - 1), (b"RIFF", 4, "<I", 2**32 - 1)),
    "36.wav": ("WAV", (b"data", 4, "<I", 0), (b"RIFF", 4, "<I", 36)),
    "long ago.wav": ("WAV", (b"data", 4, "<I", 60_000)),
    "0.rf64": ("RF64", (b"ds64", 8, "<Q", 0), (b"ds64", 16, "<Q", 0), (b"ds64", 24, "<Q", 0)),
    "endless.rf64": ("RF64", (b"ds64", 16, "<Q", 2**64 - 1)),
    "0.au": ("AU", (b".snd", 8, ">I", 0)),
    "endless.au": ("AU", (b".snd", 8, ">I", 2**32 - 1)),
    "endless.caf": ("CAF", (b"data", 4, ">q", -1)),
    "0.aiff": ("AIFF", (b"SSND", 4, ">I", 0), (b"COMM", 10, ">I", 0), (b"FORM", 4, ">I", 0)),
}


def _unsized() -> Iterator[Case]:
    for name, (form, *changes) in _UNSIZED.items():
        build = lambda form=form, changes=changes: _changed(form, *changes)  # noqa: E731
        yield _one("unsized", name, build, seconds=2.0)
    alone = lambda: sound("WAV")[:44]  # noqa: E731
    yield _one("unsized", "header alone.wav", alone, code="E-EMPTY")
    dead = lambda: _changed("WAV", (b"data", 4, "<I", 0), (b"RIFF", 4, "<I", 0))[:44]  # noqa: E731
    yield _one("unsized", "died at once.wav", dead, code="E-EMPTY")


def _changed(form: str, *changes: tuple[bytes, int, str, int]) -> bytes:
    data = bytearray(sound(form))
    for mark, offset, layout, value in changes:
        struct.pack_into(layout, data, data.rindex(mark) + offset, value)
    return bytes(data)


# ---- silence

_RATE = 22050


def quiet(seconds: float, kind: str = "digital") -> FloatArray:
    """Nothing to hear, shape (n, 1)."""
    rng, n = np.random.default_rng(5), int(seconds * _RATE)
    noise = {"digital": 0 * rng.random(n), "dither": (rng.random(n) - rng.random(n)) / 32768}[kind]
    return np.asarray(noise[:, None], np.float32)


def _flac(*parts: FloatArray) -> bytes:
    return encode(np.concatenate(parts), _RATE, form="FLAC", subtype="PCM_16")


def _silence() -> Iterator[Case]:
    first, last = music(6.0, _RATE, 1), music(6.0, _RATE, 1, seed=1)
    long = "1 of 1 tracks hold long silence"
    for kind in ("digital", "dither"):
        empty = quiet(30.0, kind)
        for place, parts in {
            "before": (empty, first), "behind": (first, empty), "between": (first, empty, last),
            "all around": (empty, first, empty, last, empty),
        }.items():  # fmt: skip
            n_silent = 30.0 * sum(part is empty for part in parts)
            seconds = n_silent + 6.0 * sum(part is not empty for part in parts)
            build = lambda parts=parts: _flac(*parts)  # noqa: E731
            known = {"seconds": seconds, "silent": n_silent}
            yield _one("silence", f"{kind}, {place}.flac", build, long, **known)
        nothing = lambda empty=empty: _flac(empty)  # noqa: E731
        yield _one("silence", f"{kind}, alone.flac", nothing, code="E-SILENT")
        little = lambda empty=empty: _flac(empty, first[: _RATE // 2], empty)  # noqa: E731
        yield _one("silence", f"{kind}, a moment.flac", little, code="E-SHORT")
    pause = lambda: _flac(first, quiet(1.5), last)  # noqa: E731
    yield _one("silence", "a pause.flac", pause, seconds=13.5, silent=0)


# ---- copies of a recording


def _mp3(y: FloatArray, level: float) -> bytes:
    buffer = io.BytesIO()
    options = {"bitrate_mode": "CONSTANT", "compression_level": level}
    soundfile.write(buffer, y, _RATE, format="MP3", **options)
    return buffer.getvalue()


def _tune(y: FloatArray) -> bytes:
    return encode(y, _RATE, form="FLAC", subtype="PCM_16")


def _copies() -> Iterator[Case]:
    y, other = song(900), song(901)
    late = np.concatenate([np.zeros(4000, np.float32), y])
    ways: Mapping[str, Build] = {
        "as MP3": lambda: _mp3(y, 0.2),
        "as a bad MP3": lambda: _mp3(y, 0.95),
        "quieter": lambda: _tune(y / 6),
        "later": lambda: _tune(late),
        "cut": lambda: _tune(y[3000:]),
        "in Matroska": lambda: encode_libav(y[:, None], _RATE, "matroska", "flac"),
    }
    for way, build in ways.items():
        files = {"a.flac": lambda: _tune(y), "b.mp3": build, "c.flac": lambda: _tune(other)}
        known = {"a.flac": {"copy_of": "a.flac"}, "b.mp3": {"copy_of": "a.flac"}}
        yield Case("copies", way, files, known | {"c.flac": {"copy_of": "c.flac"}})
    many: dict[str, Build] = {
        f"{i:02}.flac": lambda i=i: _tune(y * np.float32(0.97**i)) for i in range(16)
    }
    yield Case("copies", "sixteen", many, {name: {"copy_of": "00.flac"} for name in many})
    live = {"a.flac": lambda: _tune(y), "b.flac": lambda: _tune(song(900, late=0.08))}
    yield Case("copies", "played again", live, {name: {"copy_of": name} for name in live})


CASES = (*_joined(), *_before(), *_containers(), *_unsized(), *_silence(), *_copies())
