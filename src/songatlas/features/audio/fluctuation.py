"""Fluctuation patterns: how strongly each mel band's level goes up and down, and how fast.

A beat in the bass, fast hi-hats and swelling strings differ in them where average spectra do not.

Reference
---------
Pampalk, E. (2001). Islands of Music: analysis, organization, and visualization of music archives.
Master's thesis, Vienna University of Technology. Here the level is in decibels, and the
bands of modulation are those below.
"""

from __future__ import annotations

import numpy as np

from songatlas.features.audio.mel import N_RHYTHM_BANDS
from songatlas.types import FloatArray

# Bands of modulation in steps of a third of a hertz, what 128 frames can tell apart: step 1, 2, 3,
# 4-5, 6-7, 8-10 … 37-50, so 0.3 to 17 Hz, about equal on a logarithmic axis from the fourth on.
STEP = 22050 / 512 / 128
_EDGES = STEP * np.array([0.5, 1.5, 2.5, 3.5, 5.5, 7.5, 10.5, 14.5, 19.5, 26.5, 36.5, 50.5])
N_MODULATION_BANDS = len(_EDGES) - 1


def fluctuation_names() -> tuple[str, ...]:
    """``fluctuation_<mel band>_<modulation band>``, in the order of :func:`fluctuation`."""
    bands, modulations = range(N_RHYTHM_BANDS), range(N_MODULATION_BANDS)
    return tuple(f"fluctuation_{band}_{k}" for band in bands for k in modulations)


def fluctuation(mel: FloatArray, *, frame_rate: float) -> FloatArray:
    """Modulation of the level of each mel band.

    Parameters
    ----------
    mel
        Shape (n_windows, n_frames, n_mel_bands), decibels.
    frame_rate
        Frames a second.

    Returns
    -------
    numpy.ndarray
        Shape (n_windows, n_mel_bands * 11), float32, at least 0: ``log(1 + v)`` of the variance
        `v` of the level, in dB², that lies in each band of modulation frequencies, the slowest
        first. A swing of 1 dB, about the least that one hears, is where the logarithm sets in.

    Examples
    --------
    A level that swings by 10 dB four times a second has a variance of 50 dB²:

    >>> t = np.arange(128) * 512 / 22050
    >>> level = 10 * np.sin(2 * np.pi * 4.0374 * t)
    >>> swing = fluctuation(level[None, :, None], frame_rate=22050 / 512)
    >>> int(swing.argmax()), round(float(np.expm1(swing.max())), 1)
    (6, 50.0)
    """
    bands = variance_in_bands(mel, frame_rate=frame_rate, edges=_EDGES)
    return np.asarray(np.log1p(bands).reshape(len(mel), -1).astype(np.float32))


def variance_in_bands(values: FloatArray, *, frame_rate: float, edges: FloatArray) -> FloatArray:
    """Variance along time in bands of modulation frequencies.

    Parameters
    ----------
    values
        Shape (n_windows, n_frames, n_series).
    frame_rate
        Frames a second.
    edges
        Shape (n_bands + 1,), Hz.

    Returns
    -------
    numpy.ndarray
        Shape (n_windows, n_series, n_bands).
    """
    n_frames = values.shape[1]
    n_fft = max(n_frames, round(frame_rate / STEP))  # a short window is padded with its mean
    # (n_windows, n_frames, n_series) -> (n_windows, n_series, n_frames)
    level = np.swapaxes(values - values.mean(axis=1, keepdims=True), 1, 2)
    spectrum = np.fft.rfft(level, n=n_fft, axis=2)
    # twice for the negative frequencies; by Parseval the bins then add up to the variance
    variance = np.square(spectrum.real) + np.square(spectrum.imag)
    variance *= 2.0 / (n_fft * n_frames)
    return np.asarray(variance @ _band_shares(n_fft, frame_rate, edges))


def _band_shares(n_fft: int, frame_rate: float, edges: FloatArray) -> FloatArray:
    """Share of every FFT bin, taken as wide as their distance, in every band."""
    width = frame_rate / n_fft
    centre = np.arange(1 + n_fft // 2)[:, None] * width
    low = np.maximum(centre - width / 2, edges[:-1])
    high = np.minimum(centre + width / 2, edges[1:])
    return np.asarray(np.maximum(high - low, 0.0) / width)
