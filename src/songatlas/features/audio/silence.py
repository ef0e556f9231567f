"""Where a recording is silent for long: before a hidden track, after the last note.

Silence is no observation of a song. All that is silent sounds alike, with or without the dither
that 16 bits leave, and so minutes of it make files neighbours that have nothing else in common.
Pauses are music, and stay.
"""

from __future__ import annotations

import numpy as np

from songatlas.types import BoolArray, FloatArray

LONG = 2.0  # seconds: what is shorter is a pause
_QUIETEST_BAND = -48.0  # dB in the loudest rhythm band: white noise at −70 dB of full scale
QUIETEST = 3e-4  # the same as root mean square
_BELOW = 40.0  # dB below the loudest, at least: a quiet recording is none
_FLOOR = 79.9  # dB below the loudest: nothing lower is told apart
_RUMBLE = 50.0  # dB that the lowest band counts for less: mains hum, and a level that is not zero
_EDGE = 3  # frames that a silence begins or ends in: an abrupt end sounds like a stroke
_STEP = 0.1  # seconds


def sounding_frames(mel: FloatArray, frame_rate: float) -> BoolArray:
    """Which frames do not belong to a long silence.

    Parameters
    ----------
    mel
        Shape (n_frames, n_bands), decibels, at most 80 below the loudest.
    frame_rate
        Frames a second.

    Returns
    -------
    numpy.ndarray
        Shape (n_frames,).

    Examples
    --------
    >>> mel = np.full((900, 16), -65.0)
    >>> mel[:100] = mel[120:203] = 15.0
    >>> int(sounding_frames(mel, 43.0).sum())  # the gap of half a second is a pause
    200
    """
    level = mel[:, 0] - _RUMBLE
    for band in mel.T[1:]:  # numpy's maximum over so short an axis takes five times as long
        np.maximum(level, band, out=level)
    top = level.max()
    silent = level <= max(min(_QUIETEST_BAND, top - _BELOW), top - _FLOOR)
    kept = without_long(silent, frame_rate, margin=_EDGE)
    return kept if kept.any() else ~kept


def sounding(y: FloatArray, sr: int) -> FloatArray:
    """Samples of shape (n,) without long silence; as they are where there is none.

    Examples
    --------
    >>> tone = np.sin(np.arange(8000))
    >>> y = np.concatenate([tone, np.zeros(80000), tone])
    >>> len(sounding(y, 8000))
    16000
    """
    step = max(1, int(_STEP * sr))
    n = len(y) // step
    silent = is_silent(y[: n * step].reshape(n, step).var(axis=1))
    kept = without_long(silent, sr / step)
    if kept.all():
        return y
    rest = np.full(len(y) - n * step, kept[-1])
    return np.asarray(y[np.append(np.repeat(kept, step), rest)])


def is_silent(squares: FloatArray) -> BoolArray:
    """Which stretches of a whole recording are silent, by their variance; shape (n,) both."""
    loudest = squares.max(initial=0.0)
    return np.asarray(squares <= min(QUIETEST**2, loudest * 10 ** (-_BELOW / 10)))


def without_long(silent: BoolArray, per_second: float, *, margin: int = 0) -> BoolArray:
    """All stretches but those in runs of `silent` that last for :data:`LONG`; shape (n,) both.

    Parameters
    ----------
    margin
        Stretches on either side of a run that go with it.
    """
    edges = np.flatnonzero(np.diff(silent, prepend=False, append=False))
    kept = np.ones(len(silent), bool)
    for begin, end in edges.reshape(-1, 2):
        if end - begin >= LONG * per_second:
            kept[max(0, begin - margin) : end + margin] = False
    return kept
