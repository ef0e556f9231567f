"""Group A: 180 damaged, degenerate and hostile files, each with what must become of it.

Conventions
-----------
The expected outcome is a skip code, or ``ACCEPTED``: features that are finite; either, with ``|``
between them. Damage that no decoder can know of is accepted, and the comment at the row says why.
"""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from batteries.damaged_bytes import ACCEPTED, Build, Case, changed
from batteries.good_audio import encode, good, music

from songatlas.types import FloatArray

# ---- a WAV header that lies


def _wav(offset: int, layout: str, value: int) -> bytes:
    data = bytearray(good("wav"))
    struct.pack_into(layout, data, offset, value)
    return bytes(data)


def _values(change: Callable[[FloatArray], object]) -> bytes:
    samples = music()
    change(samples)
    return encode(samples)


def _set(value: float) -> Build:
    def change(samples: FloatArray) -> None:
        samples[70_000, 0] = value

    return lambda: _values(change)


def _same(samples: FloatArray) -> Build:
    return lambda: encode(samples.astype(np.float32))


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("song.wav", bytes(1000))
    return buffer.getvalue()


def _flac_that_promises(n: int) -> bytes:
    data = bytearray(good("flac"))
    data[21] = data[21] & 0xF0 | n >> 32
    data[22:26] = struct.pack(">I", n & 0xFFFFFFFF)
    return bytes(data)


def _noise(seconds: float, rate: int) -> bytes:
    noise = np.random.default_rng(3).normal(0, 0.1, round(seconds * rate))
    return encode(noise.astype(np.float32), rate, form="FLAC", subtype="PCM_16")


_TUNE = music()[:, 0]
_N = len(_TUNE)


# name → (how it is made, what must become of it)
Rows = Mapping[str, tuple[Build, str]]

_LIES: Rows = {
    "riff size 0.wav": (lambda: _wav(4, "<I", 0), ACCEPTED),
    "riff size small.wav": (lambda: _wav(4, "<I", 1000), ACCEPTED),
    "riff size huge.wav": (lambda: _wav(4, "<I", 2**32 - 1), ACCEPTED),
    "form tag unknown.wav": (lambda: _wav(20, "<H", 0x7777), "E-DECODE"),
    "form tag mp3.wav": (lambda: _wav(20, "<H", 0x55), "E-DECODE"),
    "no channels.wav": (lambda: _wav(22, "<H", 0), "E-DECODE"),
    "65535 channels.wav": (lambda: _wav(22, "<H", 65535), "E-DECODE"),
    "rate 0.wav": (lambda: _wav(24, "<I", 0), "E-DECODE"),
    "rate huge.wav": (lambda: _wav(24, "<I", 2**32 - 1), "E-DECODE"),
    "byte rate 0.wav": (lambda: _wav(28, "<I", 0), ACCEPTED),
    "block align 0.wav": (lambda: _wav(32, "<H", 0), ACCEPTED),
    "1 bit.wav": (lambda: _wav(34, "<H", 1), "E-DECODE"),
    "65535 bits.wav": (lambda: _wav(34, "<H", 65535), "E-DECODE"),
    "data twice its size.wav": (lambda: _wav(40, "<I", 2 * 4 * _N), "E-TRUNC"),
    "data size 0.wav": (lambda: _wav(40, "<I", 0), ACCEPTED),
}
_VALUES: Rows = {
    "nan.wav": (_set(np.nan), "E-NONFINITE"),
    "all nan.wav": (_same(np.full(_N, np.nan)), "E-NONFINITE"),
    "inf.wav": (_set(np.inf), "E-NONFINITE"),
    "minus inf.wav": (_set(-np.inf), "E-NONFINITE"),
    "1e30.wav": (_set(1e30), "E-NONFINITE"),
    "integers as floats.wav": (_same(2.0**31 * _TUNE), ACCEPTED),
    "denormal.wav": (_same(1e-40 * np.sign(_TUNE)), "E-SILENT"),
    "silence.wav": (_same(np.zeros(_N)), "E-SILENT"),
    "dither.wav": (_same(2e-5 * np.sign(_TUNE)), "E-SILENT"),
    "constant.wav": (_same(np.full(_N, 0.5)), "E-SILENT"),
    "clipped.wav": (_same(np.clip(50 * _TUNE, -1, 1)), ACCEPTED),
    "opposite.wav": (_same(np.stack([_TUNE, -_TUNE], axis=1)), "E-SILENT"),
    "nearly opposite.wav": (_same(np.stack([_TUNE, 1e-5 - _TUNE], axis=1)), "E-SILENT"),
    "one channel silent.wav": (_same(np.stack([_TUNE, 0 * _TUNE], axis=1)), ACCEPTED),
    "quiet.wav": (_same(2e-3 * _TUNE), ACCEPTED),
}
_KINDS: Rows = {
    "flac.mp3": (lambda: good("flac", seed=1), ACCEPTED),
    "mp3.wav": (lambda: good("mp3", seed=1), ACCEPTED),
    "ogg.flac": (lambda: good("ogg", seed=1), ACCEPTED),
    "m4a.ogg": (lambda: good("m4a", seed=1), ACCEPTED),
    "wav.m4a": (lambda: good("wav", seed=1), ACCEPTED),
    "letter.mp3": (lambda: b"Dear listener, this is a letter.\n", "E-DECODE"),
    "page.mp3": (lambda: b"<!DOCTYPE html><title>404</title>", "E-DECODE"),
    "picture.mp3": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000), "E-DECODE"),
    "archive.wav": (_zip, "E-DECODE"),
    "zeros.wav": (lambda: bytes(50_000), "E-DECODE"),
    "random.mp3": (lambda: np.random.default_rng(0).bytes(50_000), "E-DECODE"),
    "playlist.m4a": (lambda: b"#EXTM3U\nhttp://127.0.0.1:9/a.mp3\n", "E-DECODE"),
    "notes.wav": (lambda: b"MThd\0\0\0\6\0\1\0\1\1\xe0" + bytes(99), "E-DECODE"),
    "compressed.wav": (lambda: gzip.compress(good("wav"), mtime=0), "E-DECODE"),
    "only a tag.mp3": (lambda: b"ID3\x04\0\0\0\0\x07\x76" + bytes(1014), "E-DECODE"),
}
_LONG: Rows = {
    "half an hour of silence.flac": (
        lambda: encode(np.zeros(1800 * 8000, np.int16), 8000, form="FLAC", subtype="PCM_16"),
        "E-SILENT",
    ),
    "ten minutes.flac": (lambda: _noise(600, 4000), ACCEPTED),
    "promises 17 days.flac": (lambda: _flac_that_promises(2**36 - 1), "E-TRUNC"),
    "tag of 256 MB.mp3": (lambda: b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + good("mp3")[:5000], "E-DECODE"),
}
_NAMES = (
    "=cmd|' C calc'!A0.flac",
    "<script>alert(1)<script>.flac",
    "two\nlines.flac",
    "\x1b[31mred\x1b[0m.flac",
    os.fsdecode(b"caf\xe9 \xff.flac"),
    "e\u0301 \u202egnp.flac",
    "-rf *; $(reboot) `x` %s.flac",
    f"{'long ' * 49}.flac",
)


_LENGTHS = {
    0: "E-EMPTY",
    1: "E-SHORT",
    441: "E-SHORT",
    4410: "E-SHORT",
    22050: "E-SHORT",
    44000: "E-SHORT",
    44100: ACCEPTED,
    66150: ACCEPTED,
    88200: ACCEPTED,
    132300: ACCEPTED,
}
_RATES = {
    1: "E-RATE",
    100: "E-RATE",
    3999: "E-RATE",
    4000: ACCEPTED,
    8000: ACCEPTED,
    11025: ACCEPTED,
    96000: ACCEPTED,
    192000: ACCEPTED,
    384000: ACCEPTED,
    384001: "E-RATE",
}
_CHANNELS = {
    1: ACCEPTED,
    3: ACCEPTED,
    6: ACCEPTED,
    8: ACCEPTED,
    16: ACCEPTED,
    32: ACCEPTED,
    33: "E-CHANNELS",
    64: "E-CHANNELS",
}


def _degenerate() -> Iterator[Case]:
    for n, expected in _LENGTHS.items():
        yield Case("length", f"{n}.wav", lambda n=n: encode(music()[:n]), expected)
    for rate, expected in _RATES.items():
        sound = lambda r=rate: encode(music(2.0, r, 1), r)  # noqa: E731
        yield Case("rate", f"{rate}.wav", sound, expected)
    for n, expected in _CHANNELS.items():
        yield Case(
            "channels", f"{n}.wav", lambda n=n: encode(music(1.5, 22050, n), 22050), expected
        )


def _all() -> Iterator[Case]:
    yield from changed()
    for group, rows in (("lie", _LIES), ("value", _VALUES), ("kind", _KINDS), ("long", _LONG)):
        for name, (build, expected) in rows.items():
            yield Case(group, name, build, expected)
    yield from _degenerate()
    for i, name in enumerate(_NAMES):
        yield Case("name", name, lambda i=i: good("flac", seed=10 + i), ACCEPTED)


CASES = tuple(_all())
