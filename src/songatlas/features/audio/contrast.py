"""Octave-based spectral contrast: how far peaks stand above valleys, band by band.

Reference
---------
Jiang, D.-N., Lu, L., Zhang, H.-J., Tao, J.-H. & Cai, L.-H. (2002). Music type classification by
spectral contrast feature. Proc. ICME, 113-116.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from songatlas.errors import ConfigError
from songatlas.features.audio.compiled import kernels_for
from songatlas.features.audio.decibels import decibels
from songatlas.types import FloatArray

N_BANDS = 7
CONTRAST_NAMES = tuple(f"contrast_{i}" for i in range(N_BANDS))
_LOWEST_EDGE = 200.0  # Hz; band 0 is everything below, each further band an octave
_QUANTILE = 0.02  # share of a band's bins that make its peak, and its valley


def peaks_and_valleys(power: FloatArray, *, sr: int, n_fft: int) -> FloatArray:
    """Mean magnitude of the strongest and of the weakest bins of each band.

    Parameters
    ----------
    power
        Shape (n_frames, 1 + n_fft // 2).

    Returns
    -------
    numpy.ndarray
        Shape (2, n_frames, 7): peaks, then valleys; magnitudes, not power.

    Examples
    --------
    >>> power = np.ones((1, 1025), dtype=np.float32)
    >>> power[0, 5] = 16.0  # 54 Hz, in the lowest band, where one bin makes the peak
    >>> peaks, valleys = peaks_and_valleys(power, sr=22050, n_fft=2048)
    >>> peaks[0, :2].tolist(), valleys[0, :2].tolist()
    ([4.0, 1.0], [1.0, 1.0])
    """
    extremes = np.empty((2, len(power), N_BANDS), dtype=np.float32)
    bands = _band_bins(sr, n_fft)
    if kernels := kernels_for(power):
        kernels.band_extremes(power, power.shape[1], bands, extremes)
        return extremes
    for band, (start, stop, n_extreme) in enumerate(bands):
        cells = power[:, start:stop]
        if n_extreme == 1:
            extremes[0, :, band] = np.sqrt(cells.max(axis=1))
            extremes[1, :, band] = np.sqrt(cells.min(axis=1))
        else:
            ordered = np.sort(cells, axis=1)  # vectorised; a partition is several times slower
            extremes[0, :, band] = np.sqrt(ordered[:, -n_extreme:]).mean(axis=1)
            extremes[1, :, band] = np.sqrt(ordered[:, :n_extreme]).mean(axis=1)
    return extremes


def contrast(extremes: FloatArray, *, loudest: FloatArray | None = None) -> FloatArray:
    """Peaks over valleys.

    Parameters
    ----------
    extremes
        Shape (2, n_frames, 7) of :func:`peaks_and_valleys`. Each half is limited to the 80 dB
        below its own maximum over the clip.
    loudest
        Shape (2,): those maxima; None where the array is a whole clip.

    Returns
    -------
    numpy.ndarray
        Shape (n_frames, 7), ``10 log10`` of the ratio of magnitudes, so half of a level
        difference in dB; 0 for a flat band.

    Examples
    --------
    >>> extremes = np.array([[[100.0] * 7], [[1.0] * 7]])
    >>> contrast(extremes).round(6).tolist()
    [[20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0]]
    """
    if loudest is None:
        loudest = extremes.max(axis=(1, 2))
    peaks, valleys = extremes.astype(np.float64)
    peak, valley = np.asarray(loudest, dtype=np.float64)
    return decibels(peaks, loudest=peak) - decibels(valleys, loudest=valley)


@lru_cache(maxsize=8)
def _band_bins(sr: int, n_fft: int) -> npt.NDArray[np.int64]:
    """First bin of each band, the bin behind its last, bins that make its peak or valley: (7, 3).

    A band begins one bin below its lower edge, so that neighbours meet, and leaves its last bin
    to the next; the last band takes everything up to half the sampling rate.
    """
    edges = np.concatenate([[0.0], _LOWEST_EDGE * 2.0 ** np.arange(N_BANDS)])
    if sr / 2 <= edges[-2]:
        raise ConfigError(
            f"audio.sr must be above {2 * edges[-2]:.0f} Hz for {N_BANDS} octave bands of "
            f"spectral contrast. Got {sr}."
        )
    frequencies = np.arange(1 + n_fft // 2) * (sr / n_fft)
    bands = []
    for band in range(N_BANDS):
        inside = np.flatnonzero((frequencies >= edges[band]) & (frequencies <= edges[band + 1]))
        start, stop = int(inside[0]) - (band > 0), int(inside[-1]) + 1
        if band == N_BANDS - 1:
            stop = len(frequencies)
        n_extreme = max(1, round(_QUANTILE * (stop - start)))
        bands.append((start, stop if band == N_BANDS - 1 else stop - 1, n_extreme))
    return np.array(bands, np.int64)
