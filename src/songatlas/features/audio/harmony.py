"""Chroma spectra: which intervals sound together, and how fast harmony changes, in any key.

The magnitudes of the two-dimensional Fourier transform of a window of chroma. Along pitch classes,
a transposition turns the phases of its coefficients alone: fifths and thirds, clusters and single
notes differ in their magnitudes, and a piece does not from the same in another key. Along time,
they say how much of each stays, and how much comes and goes at which speed.

Reference
---------
D. Ellis and T. Bertin-Mahieux, "Large-scale cover song recognition using the 2D Fourier transform
magnitude", ISMIR 2012. Here of windows of the same length, in bands of modulation.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from songatlas.features.audio.fluctuation import STEP, variance_in_bands
from songatlas.types import FloatArray

_EDGES = STEP * np.array([0.5, 1.5, 4.5, 14.5, 64.0])  # 0.17, 0.5, 1.5, 4.9 and 21.5 Hz
_SPEEDS = ("still", *(f"speed_{k}" for k in range(len(_EDGES) - 1)))
_N_INTERVALS = 7  # coefficients along 12 pitch classes, of 0 to 6 turns
_LEAST = 1e-3  # a swing of 0.03, where a pitch class at its strongest is 1


def harmony_names() -> tuple[str, ...]:
    """``harmony_<turns>_<speed>``, in the order of :func:`chroma_spectra`."""
    return tuple(f"harmony_{k}_{speed}" for k in range(_N_INTERVALS) for speed in _SPEEDS)


def chroma_spectra(chroma: FloatArray, *, frame_rate: float) -> FloatArray:
    """Magnitudes of windows of chroma, which no transposition changes.

    Parameters
    ----------
    chroma
        Shape (n_windows, n_frames, 12).
    frame_rate
        Frames a second.

    Returns
    -------
    numpy.ndarray
        Shape (n_windows, 7 * 5), float32, at least 0: ``log(1 + v / 0.001)`` of the square of the
        mean and of the variance in four bands of modulation, for each number of turns of a wave
        around the circle of semitones.

    Examples
    --------
    >>> chroma = np.random.default_rng(0).random((1, 128, 12))
    >>> higher = chroma_spectra(np.roll(chroma, 5, axis=2), frame_rate=43.0)
    >>> float(np.abs(chroma_spectra(chroma, frame_rate=43.0) - higher).max().round(4))
    0.0
    """
    series = chroma @ _waves()  # (n_windows, n_frames, 12)
    still = np.square(series.mean(axis=1))[:, :, None]
    moving = variance_in_bands(series, frame_rate=frame_rate, edges=_EDGES)
    both = np.concatenate([still, moving], axis=2)  # (n_windows, 12, 5)
    both[:, 1 : _N_INTERVALS - 1] += both[:, _N_INTERVALS:]  # sines to their cosines
    squares = both[:, :_N_INTERVALS] / _LEAST
    return np.asarray(np.log1p(squares).reshape(len(chroma), -1).astype(np.float32))


@lru_cache(maxsize=1)
def _waves() -> FloatArray:
    """Orthonormal cosines of 0 to 6 turns, then sines of 1 to 5, (12, 12), float32."""
    angle = 2 * np.pi * np.arange(12)[:, None] * np.arange(_N_INTERVALS) / 12
    waves = np.concatenate([np.cos(angle), np.sin(angle[:, 1:-1])], axis=1)
    waves /= np.linalg.norm(waves, axis=0)
    return np.asarray(waves.astype(np.float32))
