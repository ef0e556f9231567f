"""Tempo: how fast the beat is, and how clear a beat there is.

The spectrum of an onset envelope has peaks at the tempo and its multiples, its autocorrelation at
the tempo and what divides it: only the tempo itself has both. Where two remain, the one that people
tap to more often wins, by a log-normal prior.

References
----------
Peeters, G. (2006). Template-based estimation of time-varying tempo. EURASIP Journal on Advances in
Signal Processing 2007, 067215: the product of both. Ellis, D. P. W. (2007). Beat tracking by
dynamic programming. Journal of New Music Research 36(1), 51-60: the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from songatlas.types import FloatArray

SLOWEST, FASTEST = 40.0, 220.0  # BPM
_USUAL, _SPREAD = 120.0, 0.5  # BPM and octaves of the prior
_STEPS = 240  # an octave: 0.3 % each
_WINDOW = 12.0  # seconds, in which a tempo hardly drifts
_FINER = 4  # times as many points in spectrum and autocorrelation
_LOCAL = 1.0  # seconds whose mean is no onset
_LEAST_PULSE = 0.15  # below, a beat is no clearer than that of noise


@dataclass(frozen=True, kw_only=True)
class Tempo:
    """The beat of a clip.

    Parameters
    ----------
    bpm
        Beats a minute, in [40, 220]; NaN without a clear beat.
    pulse
        How alike the clip is to itself one beat later, in [0, 1]: 1 for a machine.
    """

    bpm: float
    pulse: float


def onset_envelope(mel: FloatArray) -> FloatArray:
    """How much louder the bands become from one frame to the next but one.

    Parameters
    ----------
    mel
        Shape (n_frames, n_mel_bands), decibels.

    Returns
    -------
    numpy.ndarray
        Shape (n_frames,): dB, at least 0, the mean over the bands.

    Examples
    --------
    >>> onset_envelope(np.array([[-60.0], [-60.0], [-40.0], [-20.0], [-30.0]])).tolist()
    [0.0, 0.0, 20.0, 40.0, 10.0]
    """
    envelope = np.zeros(len(mel))
    # An analysis window is four frames long: an attack takes more than one to rise.
    np.maximum(mel[2:] - mel[:-2], 0.0).mean(axis=1, out=envelope[2:])
    return envelope


def tempo(envelope: FloatArray, *, frame_rate: float) -> Tempo:
    """Beats a minute of an onset envelope.

    Half and twice the tempo fit most music nearly as well: what is found may be either.

    Parameters
    ----------
    envelope
        Shape (n_frames,), of :func:`onset_envelope`.
    frame_rate
        Frames a second.

    Examples
    --------
    >>> clicks = np.zeros(1200)
    >>> clicks[::20] = 9.0
    >>> found = tempo(clicks, frame_rate=40.0)
    >>> round(found.bpm), found.pulse > 0.9
    (120, True)
    >>> tempo(np.zeros(1200), frame_rate=40.0)
    Tempo(bpm=nan, pulse=0.0)
    """
    import scipy.fft  # slow to load

    n_window = scipy.fft.next_fast_len(round(_WINDOW * frame_rate), real=True)
    n_fft, n_lags = 4 * n_window, 4 * n_window * _FINER
    power = _mean_power(_above_local(envelope, frame_rate), n_window, n_fft)
    correlation = np.fft.irfft(power, n=n_lags)  # _FINER lags a frame
    if correlation[0] <= 1e-9:
        return Tempo(bpm=float("nan"), pulse=0.0)
    n_steps = round(_STEPS * np.log2(FASTEST / SLOWEST))
    bpm = np.geomspace(SLOWEST, FASTEST, n_steps + 1)
    lag = 60.0 * frame_rate * _FINER / bpm
    alike = _at(correlation / correlation[0], lag) / _at(_overlap(n_window), lag)
    strength = _at(power, bpm / 60.0 / frame_rate * n_fft) ** 0.25
    prior = np.exp(-0.5 * (np.log2(bpm / _USUAL) / _SPREAD) ** 2)
    best = int(np.argmax(np.maximum(alike, 0.0) * strength * prior))
    pulse = float(np.clip(alike[best], 0.0, 1.0))
    return Tempo(bpm=float(bpm[best]) if pulse >= _LEAST_PULSE else float("nan"), pulse=pulse)


def _above_local(envelope: FloatArray, frame_rate: float) -> FloatArray:
    import scipy.ndimage  # slow to load

    around = scipy.ndimage.uniform_filter1d(envelope, max(1, round(_LOCAL * frame_rate)))
    return np.asarray(np.maximum(envelope - around, 0.0))


def _mean_power(values: FloatArray, n_window: int, n_fft: int) -> FloatArray:
    """Mean power spectrum of half-overlapping windows, each without its mean."""
    padded = np.pad(values, (0, max(0, n_window - len(values))))
    windows = np.lib.stride_tricks.sliding_window_view(padded, n_window)[:: n_window // 2]
    windows = windows - windows.mean(axis=1, keepdims=True)
    return np.asarray(_power(windows * np.hanning(n_window), n_fft).mean(axis=0))


@lru_cache(maxsize=8)
def _overlap(n_window: int) -> FloatArray:
    """Autocorrelation of the window itself, which shrinks with the lag."""
    power = _power(np.hanning(n_window), 4 * n_window)
    correlation = np.fft.irfft(power, n=4 * n_window * _FINER)
    overlap: FloatArray = correlation / correlation[0]
    overlap.setflags(write=False)  # shared by the cache
    return overlap


def _power(values: FloatArray, n_fft: int) -> FloatArray:
    spectrum = np.fft.rfft(values, n=n_fft)
    return np.asarray(np.square(spectrum.real) + np.square(spectrum.imag))


def _at(values: FloatArray, position: FloatArray) -> FloatArray:
    return np.interp(position, np.arange(len(values)), values)
