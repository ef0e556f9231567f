"""Chroma: how strongly each of the twelve pitch classes sounds, whatever the octave.

Reference
---------
Ellis, D. P. W. (2007). Chroma feature analysis and synthesis, LabROSA: every bin is shared among
pitch classes by Gaussian bumps on the log-frequency axis, weighted towards the middle octaves.
Müller, M. (2015). Fundamentals of Music Processing, chapter 3.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from songatlas.types import FloatArray

CHROMA_NAMES = tuple(
    f"chroma_{name}" for name in ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
)
_A0 = 27.5  # Hz
_CENTRE_OCTAVE = 5.0  # octaves above A0, where a bin counts most
_OCTAVE_WIDTH = 2.0  # standard deviation in octaves
_A_TO_C = 3  # semitones from A, where frequencies are counted from, to C, the first name


@lru_cache(maxsize=128)
def chroma_filters(*, sr: int, n_fft: int, tuning: float) -> FloatArray:
    """Weight of every FFT bin in every pitch class.

    Parameters
    ----------
    tuning
        Deviation from A = 440 Hz in semitones.

    Returns
    -------
    numpy.ndarray
        Shape (1 + n_fft // 2, 12), float32.

    Examples
    --------
    >>> filters = chroma_filters(sr=22050, n_fft=2048, tuning=0.0)
    >>> a440 = round(440 * 2048 / 22050)
    >>> CHROMA_NAMES[filters[a440].argmax()]
    'chroma_A'
    """
    n_bins = 1 + n_fft // 2
    frequency = np.arange(1, n_bins + 1) * (sr / n_fft)  # one more, for the last bin's width
    semitone = 12.0 * np.log2(frequency / (_A0 * 2.0 ** (tuning / 12.0)))
    # 0 Hz has no pitch: it stands an octave and a half below the first bin, as wide as that
    semitone = np.concatenate([[semitone[0] - 18.0], semitone])
    width = np.maximum(np.diff(semitone), 1.0)[:, None]  # (n_bins, 1), in semitones
    semitone = semitone[:-1, None]
    distance = np.mod(semitone - np.arange(12) + 6.0, 12.0) - 6.0  # (n_bins, 12), −6 … 6
    bumps = np.exp(-0.5 * (2.0 * distance / width) ** 2)
    bumps /= np.sqrt(np.square(bumps).sum(axis=1, keepdims=True))
    bumps *= np.exp(-0.5 * ((semitone / 12.0 - _CENTRE_OCTAVE) / _OCTAVE_WIDTH) ** 2)
    filters: FloatArray = np.roll(bumps, -_A_TO_C, axis=1).astype(np.float32)
    filters.setflags(write=False)  # shared by the cache
    return filters


def chroma(power: FloatArray, filters: FloatArray) -> FloatArray:
    """Pitch class profile of each frame, its strongest class at 1.

    Parameters
    ----------
    power
        Shape (n_frames, n_bins).
    filters
        Shape (n_bins, 12).

    Returns
    -------
    numpy.ndarray
        Shape (n_frames, 12) in [0, 1]; all 0 where the frame is silent.

    Examples
    --------
    >>> chroma(np.array([[2.0, 1.0], [0.0, 0.0]]), np.eye(2)).tolist()
    [[1.0, 0.5], [0.0, 0.0]]
    """
    profile = power @ filters
    strongest = profile.max(axis=1, keepdims=True)
    strongest[strongest < np.finfo(np.float32).tiny] = 1.0
    profile /= strongest
    return profile
