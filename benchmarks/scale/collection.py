"""Collections that were never recorded: planted groups, in the shape of cached features.

A track has a place, its group's plus its own, in a few dimensions; each of its windows shows that
place through one fixed random map, with noise of its own. Its words come half from those of all
and half from those of its group.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from songatlas.types import FloatArray, IntArray, Library, Track

N_GROUPS = 6
N_WINDOWS = 10  # of 128 frames: a clip of 30 s
N_FEATURES = 376  # of a window: statistics and rhythm, percussion, harmony
_N_PLACE = 12
_APART, _OWN, _NOISE = 6.0, 1.0, 1.0
_WITH_LYRICS = 0.6
_N_COMMON, _N_OF_GROUP, _N_WORDS = 800, 150, 24
_CHUNK = 1000


def groups(n_tracks: int, seed: int) -> IntArray:
    """Group of every track, all about equally large."""
    return np.random.default_rng([seed, 0]).integers(N_GROUPS, size=n_tracks)


def library(groups: IntArray, seed: int) -> Library:
    """Tracks with lyrics, artist and the group as their genre."""
    rng = np.random.default_rng([seed, 1])
    common = np.array([_word(i) for i in range(_N_COMMON)])
    own = np.array([[_word(10_000 * (g + 1) + i) for i in range(_N_OF_GROUP)]
                    for g in range(N_GROUPS)])  # fmt: skip
    tracks = []
    for i, group in enumerate(groups):
        lyrics = ""
        if rng.random() < _WITH_LYRICS:
            words = np.concatenate([rng.choice(common, _N_WORDS), rng.choice(own[group], _N_WORDS)])
            lines = rng.permutation(words).reshape(-1, 6)
            lyrics = "\n".join(" ".join(line) for line in lines)
        tracks.append(
            Track(
                path=f"{i:07d}.mp3",
                source=Path(f"{i:07d}.mp3"),
                content_hash=f"{i:032x}",
                title=f"track {i}",
                # artists keep to one group, as they do to one genre
                artist=f"artist {group}-{rng.integers(1 + len(groups) // 50)}",
                genre=f"group {group}",
                language="en",
                lyrics=lyrics,
            )
        )
    return Library(root=Path(), tracks=tuple(tracks))


def windows(groups: IntArray, seed: int) -> Iterator[FloatArray]:
    """Statistics of the windows of every track, (n_windows, n_features) float32."""
    rng = np.random.default_rng([seed, 2])
    centres = np.linalg.qr(rng.normal(size=(_N_PLACE, _N_PLACE)))[0][:N_GROUPS] * _APART
    shown = rng.normal(size=(_N_PLACE, N_FEATURES)) / np.sqrt(_N_PLACE)
    scale = np.exp(rng.normal(size=N_FEATURES))
    for start in range(0, len(groups), _CHUNK):
        of = groups[start : start + _CHUNK]
        place = centres[of] + _OWN * rng.normal(size=(len(of), _N_PLACE))
        noise = rng.standard_normal((len(of), N_WINDOWS, N_FEATURES), np.float32)
        seen = (place @ shown)[:, None] + _NOISE * noise
        yield from (seen * scale).astype(np.float32)


def _word(i: int) -> str:
    """A word of letters alone, another for every number."""
    return "w" + "".join(chr(ord("a") + int(digit)) for digit in str(i))
