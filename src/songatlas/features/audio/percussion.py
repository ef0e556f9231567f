"""Percussive shares: how much of the sound of a band strikes, and how much of it stays.

What stays is a ridge along time, what strikes is one across the bands: a median along time removes
strokes, a median across bands removes tones. Drums, plucked strings and voices differ in it where
their spectra do not.

Reference
---------
D. FitzGerald, "Harmonic/percussive separation using median filtering", DAFx 2010. Here between two
frames at a time, in 32 mel bands, and nothing is separated.
"""

from __future__ import annotations

import numpy as np

from songatlas.types import FloatArray

N_SHARES = 16
_BLOCK = 256  # pairs of frames whose medians are found at once: they stay in the cache
_NOTHING = np.float32(1e-20)  # power beside which there is no sound


def percussive_shares(power: FloatArray) -> FloatArray:
    """Share of the power that is percussive, in bands two by two.

    Parameters
    ----------
    power
        Shape (n, 2 * n_bands), of frames that follow one another.

    Returns
    -------
    numpy.ndarray
        Shape (n, n_bands), float32, in [0, 1]; 0 where there is no sound.

    Examples
    --------
    >>> tone, stroke = np.zeros((2, 99, 32), np.float32)
    >>> tone[:, 7] = stroke[50] = 1.0
    >>> percussive_shares(tone)[50, 3].round(3), percussive_shares(stroke)[50, 3].round(3)
    (np.float32(0.0), np.float32(1.0))
    """
    n, n_bands = power.shape
    shares = np.empty((n, n_bands // 2), np.float32)
    for start in range(0, n, _BLOCK):
        stop = min(n, start + _BLOCK)
        # what is beyond an edge is as what is at it
        around = power[np.arange(start - 4, stop + 4).clip(0, n - 1)]
        here = around[4:-4]
        stays = _median_of_nine(around)
        wide = np.empty((n_bands + 4, stop - start), np.float32)  # a row a band
        wide[2:-2], wide[:2], wide[-2:] = here.T, here[:, 0], here[:, -1]
        strikes = np.ascontiguousarray(_median_of_five(wide).T)
        stays += strikes
        stays += _NOTHING
        strikes /= stays
        strikes *= here
        whole = here[:, ::2] + here[:, 1::2]
        whole += _NOTHING
        np.divide(strikes[:, ::2] + strikes[:, 1::2], whole, out=shares[start:stop])
    return shares


def _median_of_nine(x: FloatArray) -> FloatArray:
    """Of rows that follow one another, (n + 8, …) to (n, …), 0.42 s of pairs by default.

    Three neighbours in order are so for all windows that have them; of three such, the median is
    that of the greatest least, the median of medians and the least greatest.
    """
    least, greatest = np.minimum(x[:-1], x[1:]), np.maximum(x[:-1], x[1:])
    middle = np.maximum(least[:-1], np.minimum(greatest[:-1], x[2:]))
    least, greatest = np.minimum(least[:-1], x[2:]), np.maximum(greatest[:-1], x[2:])
    low = np.maximum(np.maximum(least[:-6], least[3:-3]), least[6:])
    high = np.minimum(np.minimum(greatest[:-6], greatest[3:-3]), greatest[6:])
    return _median(low, _median(middle[:-6], middle[3:-3], middle[6:]), high)


def _median_of_five(x: FloatArray) -> FloatArray:
    """Of rows that follow one another, (n + 4, …) to (n, …), by pairs in order."""
    least, greatest = np.minimum(x[:-1], x[1:]), np.maximum(x[:-1], x[1:])
    low, high = np.maximum(least[:-3], least[3:]), np.minimum(greatest[:-3], greatest[3:])
    return _median(low, x[2:-2], high)


def _median(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
    return np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
