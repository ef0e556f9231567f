"""Mel spectrum: power in 128 bands whose spacing follows the ear.

Reference
---------
Slaney, M. (1998). Auditory Toolbox, version 2. Interval Research, report 1998-010: a scale that
is linear below 1 kHz (3 mels per 200 Hz) and logarithmic above (27 mels per factor 6.4), triangular
bands, each of unit area. Young, S. et al. (2006). The HTK Book, 5.4: 2595 log10(1 + f / 700) mels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from songatlas.types import FloatArray

N_MELS = 128
N_RHYTHM_BANDS = 16
MEL_SCALES = ("slaney", "htk", "tensorflow")
MEL_NORMS = ("slaney", "none")
_BANDS_PER_GROUP = 16
_LINEAR_HZ_PER_MEL = 200.0 / 3.0
_BREAK_HZ = 1000.0
_LOG_STEP = np.log(6.4) / 27.0
_HTK = 2595.0 / np.log(10.0)


def mel_filters(
    *,
    sr: int,
    n_fft: int,
    n_mels: int = N_MELS,
    fmin: float = 0.0,
    fmax: float = 0.0,
    mel_scale: str = "slaney",
    norm: str = "slaney",
) -> FloatArray:
    """Triangular mel bands.

    Parameters
    ----------
    fmin, fmax
        Lowest and highest edge in Hz; an `fmax` of 0 is half the sampling rate.
    mel_scale
        ``"slaney"``; ``"htk"``; or ``"tensorflow"``: HTK's, the sides of the triangles straight in
        mels instead of Hz, and nothing of 0 Hz, as ``tf.signal.linear_to_mel_weight_matrix``.
    norm
        ``"slaney"``: each of unit area in Hz; ``"none"``: each of height 1.

    Returns
    -------
    numpy.ndarray
        Shape (n_mels, 1 + n_fft // 2), float32.

    Examples
    --------
    >>> filters = mel_filters(sr=22050, n_fft=2048)
    >>> filters.shape, round(float(filters[64].sum() * 22050 / 2048), 2)
    ((128, 1025), 1.0)
    """
    edges = mel_edges(sr=sr, n_mels=n_mels, fmin=fmin, fmax=fmax, mel_scale=mel_scale)
    low, centre, high = x = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    frequencies = np.arange(1 + n_fft // 2) * (sr / n_fft)
    across = frequencies
    if mel_scale == "tensorflow":
        across, x = _htk_mel(frequencies), (_htk_mel(low), _htk_mel(centre), _htk_mel(high))
    rising, falling = (across - x[0]) / (x[1] - x[0]), (x[2] - across) / (x[2] - x[1])
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    if mel_scale == "tensorflow":
        triangles[:, 0] = 0.0
    if norm == "slaney":
        triangles *= 2.0 / (high - low)
    return np.asarray(triangles.astype(np.float32))


def mel_edges(
    *,
    sr: int,
    n_mels: int = N_MELS,
    fmin: float = 0.0,
    fmax: float = 0.0,
    mel_scale: str = "slaney",
) -> FloatArray:
    """Edges of the bands in Hz, (n_mels + 2,): band *b* begins at *b*, peaks at *b* + 1.

    Examples
    --------
    >>> mel_edges(sr=22050, n_mels=2).round().tolist()
    [0.0, 1119.0, 3513.0, 11025.0]
    """
    fmax = fmax or sr / 2.0
    if mel_scale != "slaney":
        low, high = _htk_mel(np.array([fmin, fmax])).tolist()
        mels = np.linspace(low, high, n_mels + 2)
        return np.asarray(700.0 * np.expm1(mels / _HTK))
    return np.asarray(_mel_to_hz(np.linspace(_hz_to_mel(fmin), _hz_to_mel(fmax), n_mels + 2)))


def mel_power(power: FloatArray, *, sr: int, n_fft: int) -> FloatArray:
    """Power spectra to mel bands.

    Parameters
    ----------
    power
        Shape (n_frames, 1 + n_fft // 2).

    Returns
    -------
    numpy.ndarray
        Shape (n_frames, 128), float32, power per Hz.

    Examples
    --------
    White noise has the same power per Hz in every band:

    >>> mel = mel_power(np.ones((1, 8193), dtype=np.float32), sr=22050, n_fft=16384)
    >>> np.ptp(mel) < 0.03 * mel.mean()
    np.True_
    """
    groups = _filter_groups(sr, n_fft)
    return np.concatenate([power[:, bins] @ weights for bins, weights in groups], axis=1)


def fours(mel: FloatArray) -> FloatArray:
    """Join the 128 mel bands four by four.

    Parameters
    ----------
    mel
        Shape (n_frames, 128), power.

    Returns
    -------
    numpy.ndarray
        Shape (n_frames, 32), the sum of each four.
    """
    # (n_frames, 128) -> 4 of (n_frames, 32); numpy's sum over so short an axis takes five times
    # as long for the same bits
    a, b, c, d = (mel[:, i::4] for i in range(4))
    return (a + b) + (c + d)


def rhythm_bands(four: FloatArray) -> FloatArray:
    """Mean power of the 128 mel bands eight by eight, (n_frames, 16), from :func:`fours`.

    Examples
    --------
    >>> rhythm_bands(fours(np.arange(128.0)[None]))[0, :3].tolist()
    [3.5, 11.5, 19.5]
    """
    joined: FloatArray = four[:, ::2] + four[:, 1::2]
    joined /= 8
    return joined


def _hz_to_mel(frequency: float) -> float:
    if frequency < _BREAK_HZ:
        return frequency / _LINEAR_HZ_PER_MEL
    return float(_BREAK_HZ / _LINEAR_HZ_PER_MEL + np.log(frequency / _BREAK_HZ) / _LOG_STEP)


def _htk_mel(frequency: FloatArray) -> FloatArray:
    return np.asarray(_HTK * np.log1p(frequency / 700.0))


def _mel_to_hz(mels: FloatArray) -> FloatArray:
    break_mel = _BREAK_HZ / _LINEAR_HZ_PER_MEL
    logarithmic = _BREAK_HZ * np.exp(_LOG_STEP * (np.maximum(mels, break_mel) - break_mel))
    return np.where(mels < break_mel, mels * _LINEAR_HZ_PER_MEL, logarithmic)


@lru_cache(maxsize=8)
def _filter_groups(sr: int, n_fft: int) -> tuple[tuple[slice, FloatArray], ...]:
    """Groups of neighbouring bands with the bins that they touch: a sixth of the full product."""
    filters = mel_filters(sr=sr, n_fft=n_fft)
    groups = []
    for start in range(0, N_MELS, _BANDS_PER_GROUP):
        group = filters[start : start + _BANDS_PER_GROUP]
        touched = np.flatnonzero(group.any(axis=0))
        bins = slice(int(touched[0]), int(touched[-1]) + 1)
        groups.append((bins, np.ascontiguousarray(group[:, bins].T)))
    return tuple(groups)
