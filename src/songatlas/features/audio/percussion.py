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
_ALONG, _ACROSS = 9, 5  # pairs of frames (0.42 s by default) and bands that a median is of
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
    edge, side = _ALONG // 2, _ACROSS // 2
    for start in range(0, n, _BLOCK):
        stop = min(n, start + _BLOCK)
        # what is beyond an edge is as what is at it
        around = power[np.arange(start - edge, stop + edge).clip(0, n - 1)]
        here = around[edge : edge + stop - start]
        beside = np.concatenate([here[:, :1]] * side + [here] + [here[:, -1:]] * side, axis=1)
        stays = _median([around[i : i + len(here)] for i in range(_ALONG)])
        strikes = _median([beside[:, i : i + n_bands] for i in range(_ACROSS)])
        stays += strikes
        stays += _NOTHING
        strikes /= stays
        strikes *= here
        whole = here[:, ::2] + here[:, 1::2]
        whole += _NOTHING
        np.divide(strikes[:, ::2] + strikes[:, 1::2], whole, out=shares[start:stop])
    return shares


def _median(arrays: list[FloatArray]) -> FloatArray:
    """Median of an odd number of arrays, at least 3, cell by cell.

    Of any half and two of them neither the greatest nor the least is the median: both are
    forgotten, and the next one takes their place.
    """
    n_kept = len(arrays) // 2 + 2
    kept, waiting = arrays[:n_kept], arrays[n_kept:]
    while True:
        for i in range(len(kept) - 1):  # the greatest goes to the end
            kept[i], kept[i + 1] = np.minimum(kept[i], kept[i + 1]), np.maximum(*kept[i : i + 2])
        kept.pop()
        for i in range(len(kept) - 1, 0, -1):  # the least to the front
            kept[i - 1], kept[i] = (
                np.minimum(*kept[i - 1 : i + 1]),
                np.maximum(*kept[i - 1 : i + 1]),
            )
        kept.pop(0)
        if not waiting:
            return kept[0]
        kept.append(waiting.pop(0))
