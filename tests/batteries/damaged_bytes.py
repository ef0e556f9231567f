"""Group A, bytes that are missing, changed, or in the wrong place; in files of every format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from batteries.good_audio import FORMATS, good

ACCEPTED = "accepted"
Build = Callable[[], bytes]


@dataclass(frozen=True)
class Case:
    """One file: its name, how it is made, what must become of it."""

    group: str
    name: str
    build: Build
    expected: str

    @property
    def id(self) -> str:
        return f"{self.group}: {os.fsencode(self.name)!r}"[:60]


# Expected of the formats in the order of ``FORMATS``. What has no checksum keeps changed bytes to
# itself: samples of a WAV file, and single bytes within a frame of MP3 or AAC.
_FLIPPED = {
    # AAC has no checksums, and each version of FFmpeg writes other bytes: which one is hit varies.
    "1 byte": "accepted E-DECODE E-TRUNC accepted accepted|E-DECODE",
    "16 bytes": "accepted E-DECODE E-TRUNC accepted E-DECODE",
    "256 bytes": "accepted E-DECODE E-TRUNC E-TRUNC E-DECODE",
    "a block": "accepted E-DECODE E-TRUNC E-DECODE E-DECODE",
}
_HEADLESS = {
    "4 zeros": "E-DECODE E-DECODE E-DECODE E-DECODE E-DECODE",
    "16 random": "E-DECODE E-DECODE E-DECODE E-DECODE E-DECODE",
    "64 gone": "E-DECODE E-DECODE E-DECODE E-DECODE E-DECODE",
    "1024 zeros": "E-DECODE E-DECODE E-DECODE E-DECODE E-DECODE",
}
# The last three in a hundred of a WAV or MP3 file of 3 s are 0.1 s, as much as encoders' padding
# differs. A start of an MP3 file shorter than a frame, or of an MP4 file before its first box,
# promises nothing; an Ogg stream that ends with its headers holds no samples.
_CUT = {
    0.0: "E-EMPTY E-EMPTY E-EMPTY E-EMPTY E-EMPTY",
    0.0005: "E-TRUNC E-TRUNC E-TRUNC E-DECODE E-DECODE",
    0.01: "E-TRUNC E-TRUNC E-TRUNC E-DECODE E-TRUNC",
    0.1: "E-TRUNC E-TRUNC E-EMPTY E-TRUNC E-TRUNC",
    0.3: "E-TRUNC E-TRUNC E-TRUNC E-TRUNC E-TRUNC",
    0.5: "E-TRUNC E-TRUNC E-TRUNC E-TRUNC E-TRUNC",
    0.7: "E-TRUNC E-TRUNC E-TRUNC E-TRUNC E-TRUNC",
    0.9: "E-TRUNC E-TRUNC E-TRUNC E-TRUNC E-TRUNC",
    0.97: "accepted E-TRUNC E-TRUNC accepted E-TRUNC",
}


def _cut(form: str, share: float) -> bytes:
    data = good(form)
    return data[: int(share * len(data))]


def _flip(form: str, n: int) -> bytes:
    """`n` bytes changed, all behind the headers and before the end."""
    data = bytearray(good(form))
    rng = np.random.default_rng(n)
    for i in rng.integers(len(data) // 4, 3 * len(data) // 4, n):
        data[i] ^= int(rng.integers(1, 256))
    return bytes(data)


def _overwrite(form: str) -> bytes:
    data = bytearray(good(form))
    middle = len(data) // 2
    data[middle : middle + 4096] = np.random.default_rng(1).bytes(4096)
    return bytes(data)


_FLIPS: Mapping[str, Callable[[str], bytes]] = {
    "1 byte": lambda form: _flip(form, 1),
    "16 bytes": lambda form: _flip(form, 16),
    "256 bytes": lambda form: _flip(form, 256),
    "a block": _overwrite,
}
_HEADERS: Mapping[str, Callable[[str], bytes]] = {
    "4 zeros": lambda form: bytes(4) + good(form)[4:],
    "16 random": lambda form: np.random.default_rng(5).bytes(16) + good(form)[16:],
    "64 gone": lambda form: good(form)[64:],
    "1024 zeros": lambda form: bytes(1024) + good(form)[1024:],
}


def _splice(first: str, second: str) -> bytes:
    a, b = good(first), good(second, seed=1)
    return a[: len(a) // 2] + b[len(b) // 2 :]


_SPLICED = {
    ("flac", "wav"): "E-DECODE",
    ("flac", "ogg"): "E-DECODE",
    ("flac", "mp3"): "E-DECODE",
    ("flac", "m4a"): "E-DECODE",
    ("ogg", "wav"): "E-TRUNC",
    ("mp3", "wav"): "E-TRUNC",
    ("mp3", "ogg"): "E-DECODE",
    ("m4a", "wav"): "E-DECODE",
    ("m4a", "ogg"): "E-TRUNC",
    ("m4a", "mp3"): "E-DECODE",
}


def changed() -> Iterator[Case]:
    for group, builders, outcomes in (
        ("flipped", _FLIPS, _FLIPPED),
        ("header", _HEADERS, _HEADLESS),
    ):
        for what, build in builders.items():
            for form, expected in zip(FORMATS, outcomes[what].split(), strict=True):
                yield Case(group, f"{what}.{form}", lambda b=build, f=form: b(f), expected)
    for share, outcomes_of_share in _CUT.items():
        for form, expected in zip(FORMATS, outcomes_of_share.split(), strict=True):
            yield Case("cut", f"{share}.{form}", lambda f=form, s=share: _cut(f, s), expected)
    for (a, b), expected in _SPLICED.items():
        yield Case("spliced", f"{a} and {b}.{a}", lambda a=a, b=b: _splice(a, b), expected)
