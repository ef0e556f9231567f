"""Random damage to the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Mutation = Callable[[np.random.Generator, bytes, bytes], bytes]


def _span(rng: np.random.Generator, data: bytes) -> tuple[int, int]:
    """Start and end of a block of up to 8 KiB."""
    start = int(rng.integers(len(data)))
    return start, min(len(data), start + int(2 ** rng.uniform(0, 13)))


def _flip(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    changed = bytearray(data)
    for i in rng.integers(len(data), size=int(2 ** rng.uniform(0, 10))):
        changed[i] ^= 1 << int(rng.integers(8))
    return bytes(changed)


def _cut(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    return data[: int(rng.integers(len(data)))]


def _splice(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    return data[: int(rng.integers(len(data)))] + other[int(rng.integers(len(other))) :]


def _insert(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    start, end = _span(rng, data)
    return data[:start] + rng.bytes(end - start) + data[start:]


def _duplicate(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    start, end = _span(rng, data)
    return data[:end] + data[start:]


def _remove(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    start, end = _span(rng, data)
    return data[:start] + data[end:]


def _header(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    changed = bytearray(data)
    extremes = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f")
    for start in rng.integers(min(len(data) - 4, 256), size=int(rng.integers(1, 4))):
        field = rng.bytes(4) if rng.random() < 0.5 else extremes[rng.integers(4)]
        changed[start : start + 4] = field
    return bytes(changed)


def _before(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    n = int(2 ** rng.uniform(4, 15))
    return (bytes(n) if rng.random() < 0.5 else rng.bytes(n)) + data


def _joined(rng: np.random.Generator, data: bytes, other: bytes) -> bytes:
    behind = (data, other, data[: int(rng.integers(len(data)))])[rng.integers(3)]
    return data + bytes(int(rng.integers(2)) * 3000) + behind


MUTATIONS: Mapping[str, Mutation] = {
    "bits flipped": _flip,
    "cut off": _cut,
    "spliced with another format": _splice,
    "random block inserted": _insert,
    "block repeated": _duplicate,
    "block removed": _remove,
    "header fields": _header,
    "something before it": _before,
    "a file behind it": _joined,
}
