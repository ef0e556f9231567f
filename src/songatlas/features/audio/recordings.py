"""Which tracks are one recording, whatever the format, the level, and the silence around it.

A recording is known by the course of its spectrum: how the difference in level of neighbouring
bands, of 13 up to 6 kHz, changes from frame to frame. Encoders, volumes, sampling rates and a shift
leave courses that correlate by 0.95 and more. Those of other songs correlate below 0.3; those of
another performance, whose notes fall 40 ms elsewhere, below 0.85. The limit is absolute: it
does not depend on what else is in the collection, nor on how many copies there are.

Reference
---------
J. Haitsma and T. Kalker, "A highly robust audio fingerprinting system", ISMIR 2002 (differences of
neighbouring bands).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songatlas.config.stages import AudioConfig
from songatlas.distances import squared_distance_blocks
from songatlas.features.audio.clip import MEL, N_VALUES
from songatlas.features.audio.silence import sounding_frames
from songatlas.threads import single_thread
from songatlas.types import FloatArray, IntArray

MAX_TRACKS = 20_000  # that are compared pair by pair; of more, those that are equal are found
LIKE = 0.88  # correlation of the changes in one recording, at least
_BANDS = slice(N_VALUES, N_VALUES + 13)  # columns of a frame; what is above, some encoders drop
_RANGE = 50.0  # dB below the loudest, under which there is the noise of encoders
_BLOCK = 512 / 22050  # seconds
_MOST, _LEAST = 640, 128  # blocks: a quarter of a minute about the middle, and three seconds
_SHIFT = 48  # blocks by which one may be later: 1.1 s
_CHANGE = 3  # blocks
_COARSE, _MAYBE = 16, 0.5  # blocks as one, and the correlation of these, which is quick to see
_LENGTHS = 2.0  # seconds by which the lengths may differ
_PER_DB = 4  # steps of a course
_MOVES, _MOVING = 1.0, 20  # dB, and blocks: what changes in fewer than four places has no course
_ALIKE = 1.5  # dB between means and deviations of the bands: the pairs that are looked at


@dataclass(frozen=True, kw_only=True)
class Print:
    """What a recording is recognised by.

    Parameters
    ----------
    digest
        Of its frames: the same for the same decoded sound, and for no other.
    outline
        Shape (24,), decibels: mean and standard deviation of the differences of the bands.
    course
        Shape (n_blocks, 12), int8, quarters of a decibel about the mean.
    seconds
        Length of what was analysed, without long silence.
    """

    digest: bytes
    outline: FloatArray
    course: npt.NDArray[np.int8]
    seconds: float


def print_of(table: FloatArray, seconds: float, config: AudioConfig) -> Print:
    """Print of one clip.

    Parameters
    ----------
    table
        Shape (n_frames, 63): a row of the cache.
    config
        What it was made with.
    """
    kept = sounding_frames(table[:, MEL], config.sr / config.hop_length)
    level = np.maximum(table[kept, _BANDS], table[:, _BANDS].max() - _RANGE)
    step = max(1, round(_BLOCK * config.sr / config.hop_length))
    n_blocks = len(level) // step
    mean = level[: n_blocks * step].reshape(n_blocks, step, level.shape[1]).mean(axis=1)
    # of two blocks, so that a shift by half a block changes little
    contrast = np.diff((mean[1:] + mean[:-1]) / 2, axis=1)
    contrast = contrast[max(0, len(contrast) - _MOST) // 2 :][:_MOST]
    if not len(contrast):
        contrast = np.zeros((1, level.shape[1] - 1), np.float32)
    centre = contrast.mean(axis=0)
    steps = np.rint(_PER_DB * (contrast - centre)).clip(-127, 127)
    return Print(
        digest=hashlib.blake2b(np.ascontiguousarray(table).tobytes(), digest_size=16).digest(),
        outline=np.concatenate([centre, contrast.std(axis=0)]).astype(np.float32),
        course=steps.astype(np.int8),
        seconds=seconds * float(kept.mean()),
    )


def same_recordings(prints: Sequence[Print]) -> IntArray:
    """The first track that is the same recording, or the track itself, shape (n_tracks,).

    Examples
    --------
    >>> from songatlas.features.audio.clip import frame_table
    >>> rng, config = np.random.default_rng(0), AudioConfig()
    >>> a, b = rng.normal(size=(2, 20, 5000)).cumsum(axis=2) * rng.uniform(0, 1, (2, 20, 1))
    >>> clips = (a.ravel(), b.ravel(), 0.3 * a.ravel(), a.ravel()[4000:])
    >>> tables = [frame_table([clip.astype(np.float32)], config) for clip in clips]
    >>> same_recordings([print_of(table, 4.5, config) for table in tables]).tolist()
    [0, 1, 0, 0]
    """
    seen: dict[bytes, int] = {}
    first = np.array([seen.setdefault(x.digest, i) for i, x in enumerate(prints)], np.intp)
    rows = np.array([i for i, x in enumerate(prints) if first[i] == i and _has_course(x)], np.intp)
    if len(prints) > MAX_TRACKS or len(rows) < 2:
        return first
    coarse = np.stack([_coarse(prints[row].course) for row in rows])
    outlines = np.stack([prints[row].outline for row in rows]).astype(np.float64)
    seconds = np.array([prints[row].seconds for row in rows])
    reach = outlines.shape[1] * _ALIKE**2
    leader = np.arange(len(rows))
    lags = np.arange(-_SHIFT // _COARSE - 1, _SHIFT // _COARSE + 2)
    for part, distances in squared_distance_blocks(outlines, outlines):
        near = (distances <= reach) & (np.abs(seconds[part, None] - seconds) <= _LENGTHS)
        for row in range(part.start, part.stop):
            others = np.flatnonzero(near[row - part.start, :row])
            others = others[leader[others] == others]
            if not len(others):
                continue
            likeness = _correlations(coarse[row], coarse[others], lags)
            others = others[likeness.max(axis=1) >= _MAYBE]
            if len(others):
                about = lags[likeness[likeness.max(axis=1) >= _MAYBE].argmax(axis=1)]
                shifts = np.unique(_COARSE * about[:, None] + np.arange(-_COARSE, _COARSE + 1))
                changes = np.stack([_changes(prints[rows[i]].course) for i in others])
                found = _correlations(_changes(prints[rows[row]].course), changes, shifts)
                same = [*others[found.max(axis=1) >= LIKE], row]
                leader[np.isin(leader, same)] = same[0]
    first[rows] = rows[leader]
    return first[first]


def _has_course(found: Print) -> bool:
    moves = np.sqrt((_changes(found.course) ** 2).mean(axis=1)) >= _MOVES * _PER_DB
    return len(found.course) >= _LEAST and int(moves.sum()) >= _MOVING


def _coarse(course: npt.NDArray[np.int8]) -> FloatArray:
    framed = _framed(course.astype(np.float32))
    return np.asarray(framed.reshape(-1, _COARSE, framed.shape[1]).mean(axis=1))


def _changes(course: npt.NDArray[np.int8]) -> FloatArray:
    values = course.astype(np.float32)
    return _framed(values[_CHANGE:] - values[:-_CHANGE])


def _framed(values: FloatArray) -> FloatArray:
    """Values about the middle of room for the longest and its shifts."""
    room = np.zeros((_MOST + 2 * _SHIFT, values.shape[1]), np.float32)
    start = (len(room) - len(values)) // 2
    room[start : start + len(values)] = values
    return room


def _correlations(course: FloatArray, others: FloatArray, shifts: IntArray) -> FloatArray:
    """With every other course, the one later by so many blocks, (n_others, n_shifts)."""
    shifted = np.stack([np.roll(course, shift, axis=0).ravel() for shift in shifts])
    flat = others.reshape(-1, course.size)
    sizes = np.sqrt(np.einsum("ij,ij->i", flat, flat) * np.einsum("j,j->", shifted[0], shifted[0]))
    with single_thread():
        return np.asarray(flat @ shifted.T / sizes[:, None])
