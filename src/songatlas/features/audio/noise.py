"""Steady noise under a recording: hiss of tapes, records and early converters.

It says nothing of the music, and yet it fills every pause of the upper bands, which tells tracks
apart more than music does. So it is measured, to be told from what the clusters are about.

Noise is where an upper band never falls below a level, and is as steady there as no music is.
"""

from __future__ import annotations

import numpy as np

from songatlas.features.audio.clip import MEL
from songatlas.types import FloatArray

_UPPER = slice(10, 16)  # bands, above 3 kHz at the usual rate
_QUIET = (0.01, 0.1)  # quantiles over the frames
_STEADY = 1.0  # dB between these, at most
_NOTHING = 74.0  # dB below the loudest: next to what is told apart at all
_MUSIC = 20.0  # dB below the loudest: what is above is no ground, but what is played
_MOST = 2000  # frames that are looked at


def noise_floor(table: FloatArray) -> float:
    """Level of steady noise in dB below the loudest that a band ever is; infinity without any.

    Parameters
    ----------
    table
        Shape (n_frames, 63): a row of the cache.

    Examples
    --------
    >>> from songatlas.config.stages import AudioConfig
    >>> from songatlas.features.audio.clip import frame_table
    >>> rng, t = np.random.default_rng(0), np.arange(220500) / 22050
    >>> tune = np.sin(2 * np.pi * 330 * t) * np.exp(-3 * (t % 1)) / 5
    >>> hiss = rng.normal(size=len(t)) * 10 ** (-45 / 20)
    >>> tables = [
    ...     frame_table([y.astype(np.float32)], AudioConfig()) for y in (tune, tune + hiss)
    ... ]
    >>> [f"{noise_floor(table):.0f}" for table in tables]
    ['inf', '45']
    """
    mel = table[:: max(1, len(table) // _MOST), MEL]
    top = mel.max()
    mel = mel[mel.max(axis=1) > top - _NOTHING]  # digital silence is without noise
    low, high = np.quantile(mel[:, _UPPER], _QUIET, axis=0)
    below = (top - low)[(high - low < _STEADY) & (low > top - _NOTHING) & (low < top - _MUSIC)]
    return float(below.min(initial=np.inf))
