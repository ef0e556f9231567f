"""Single sounds with a pitch: cycles of partials, plucked strings, struck notes, distortion.

Conventions
-----------
A sound is a mono float32 array at `sr` samples a second, about 1 at its loudest. Frequencies are
in Hz, times in seconds; every other number is a dial in [0, 1] unless it says otherwise.

References
----------
Karplus & Strong, "Digital synthesis of plucked-string and drum timbres", 1983.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy import signal

from songatlas.types import FloatArray

CYCLE_BITS = 12
CYCLE_SIZE = 2**CYCLE_BITS


def hertz(pitch: float) -> float:
    """Frequency of a MIDI pitch (69 is the A of 440 Hz).

    Examples
    --------
    >>> hertz(69), hertz(57)
    (440.0, 220.0)
    """
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


def rolloff(exponent: float, *, odd: bool = False, n_partials: int = 48) -> FloatArray:
    """Amplitudes 1/kᵉ of the partials k = 1, 2, …; 1 is a saw, a greater exponent is darker.

    Examples
    --------
    >>> rolloff(1.0, n_partials=4).round(2).tolist()
    [1.0, 0.5, 0.33, 0.25]
    >>> rolloff(1.0, odd=True, n_partials=4).round(2).tolist()
    [1.0, 0.0, 0.33, 0.0]
    """
    k = np.arange(1, n_partials + 1)
    amplitudes = k.astype(float) ** -exponent
    if odd:
        amplitudes[1::2] = 0.0
    return amplitudes


def vowel(frequency: float, formants: tuple[float, ...] = (600.0, 1040.0, 2250.0)) -> FloatArray:
    """Amplitudes of the partials of `frequency` under resonances at `formants` (Hz).

    Examples
    --------
    >>> int(vowel(200.0)[1:].argmax()) + 2  # the third partial lies on the first formant
    3
    """
    partials = frequency * np.arange(1, 25)
    peaks = [np.exp(-(((partials - centre) / 180.0) ** 2)) for centre in formants]
    return np.asarray(rolloff(1.4, n_partials=24) * (0.12 + np.sum(peaks, axis=0)))


def tone(
    frequency: float,
    seconds: float,
    sr: int,
    partials: FloatArray,
    *,
    vibrato: float = 0.0,
    phase: float = 0.0,
) -> FloatArray:
    """Steady tone of the given partials; those above 0.45 `sr` are left out.

    Parameters
    ----------
    partials
        Shape (n_partials,): amplitudes of 1, 2, … times `frequency`.
    vibrato
        Depth as a share of the frequency, at 5.3 Hz.
    phase
        Start, in cycles.

    Returns
    -------
    array
        Shape (seconds · sr,), peak 1.

    Examples
    --------
    >>> sine = tone(1.0, 1.0, 8, np.array([1.0]))
    >>> bool(np.allclose(sine, np.sin(2 * np.pi * np.arange(8) / 8), atol=1e-6))
    True
    """
    kept = partials[: max(1, int(0.45 * sr / frequency))]
    spectrum = np.zeros(CYCLE_SIZE // 2 + 1, dtype=complex)
    spectrum[1 : len(kept) + 1] = -1j * kept
    wave = np.fft.irfft(spectrum)
    cycle: FloatArray = (wave / np.abs(wave).max()).astype(np.float32)
    # position in the cycle as a 32-bit fraction, which wraps by itself
    index = np.arange(int(seconds * sr), dtype=np.uint32)
    position = index * np.uint32(round(frequency / sr * 2**32)) + np.uint32(phase % 1.0 * 2**32)
    if vibrato:
        swing = 1 - np.cos(np.float32(2 * np.pi * 5.3 / sr) * index.astype(np.float32))
        depth = vibrato * frequency / (2 * np.pi * 5.3) * 2**32
        position += (np.float32(depth) * swing).astype(np.int64).astype(np.uint32)
    return np.asarray(cycle[position >> np.uint32(32 - CYCLE_BITS)])


def together(sounds: Sequence[FloatArray]) -> FloatArray:
    """Mean of sounds of one length.

    Examples
    --------
    >>> together([np.ones(2), np.zeros(2)]).tolist()
    [0.5, 0.5]
    """
    return np.asarray(np.mean(sounds, axis=0, dtype=np.float32))


def decay(n_samples: int, sr: int, half_life: float) -> FloatArray:
    """Exponential fall from 1, halving every `half_life` seconds, silent at the end.

    Examples
    --------
    >>> [f"{level:.2f}" for level in decay(4, 4, 0.5)]
    ['1.00', '0.71', '0.50', '0.00']
    """
    fall: FloatArray = np.exp2(-np.arange(n_samples, dtype=np.float32) / np.float32(half_life * sr))
    return fall * swell(n_samples, sr, 0.0, 0.01)


def swell(n_samples: int, sr: int, attack: float, release: float) -> FloatArray:
    """Rise from 0 over `attack` seconds, 1 in between, fall to 0 over `release` seconds.

    Examples
    --------
    >>> swell(5, 1, 2.0, 2.0).tolist()
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    index = np.arange(n_samples, dtype=np.float32)
    rise = index / max(attack * sr, 1e-9) if attack else np.ones(n_samples, dtype=np.float32)
    fall = (n_samples - 1 - index) / max(release * sr, 1.0)
    return np.asarray(np.clip(np.minimum(rise, fall), 0.0, 1.0).astype(np.float32))


def struck(frequency: float, seconds: float, sr: int, brightness: float) -> FloatArray:
    """Piano-like note: a bright cycle that fades fast over a dark one that fades slowly.

    Examples
    --------
    >>> note = struck(220.0, 1.0, 8000, 0.5)
    >>> bool(np.abs(note[:2000]).max() > 2 * np.abs(note[-2000:]).max())
    True
    """
    bright = tone(frequency, seconds, sr, rolloff(1.6 - 0.7 * brightness, n_partials=20))
    dark = tone(frequency, seconds, sr, np.array([1.0, 0.45, 0.12, 0.05]))
    n_samples = len(dark)
    long = 0.9 * (220.0 / frequency) ** 0.4
    note = bright * decay(n_samples, sr, 0.12 + 0.1 * brightness) * (0.25 + 0.45 * brightness)
    return (note + 0.7 * dark * decay(n_samples, sr, long)) * swell(n_samples, sr, 0.004, 0.02)


def plucked(
    frequency: float,
    seconds: float,
    sr: int,
    rng: np.random.Generator,
    *,
    brightness: float,
    damping: float = 0.3,
) -> FloatArray:
    """Plucked string after Karplus and Strong, all periods at once.

    Their averaging filter multiplies partial k of a period of N samples by cos(πk/N) a period, so
    that period p is the first one with its partials scaled by the p-th power. Read out at the
    exact pitch by interpolation.

    Examples
    --------
    >>> note = plucked(100.0, 0.5, 8000, np.random.default_rng(0), brightness=0.5)
    >>> len(note), float(np.abs(note).max()) <= 1.0
    (4000, True)
    """
    period = round(sr / frequency)
    n_periods = int(seconds * frequency) + 2
    k = np.arange(period // 2 + 1)
    noise = np.fft.rfft(rng.uniform(-1, 1, period))
    # where the string is plucked, and how soft the finger is
    noise *= np.abs(np.sin(np.pi * k * 0.17)) + 0.1
    noise *= np.exp(-k * frequency / (1200.0 + 6000.0 * brightness))
    noise[0] = 0.0
    loss = np.log(np.maximum(np.cos(np.pi * k / period), 1e-6)) * (0.4 + 1.6 * damping)
    loss -= (0.6 + 3.0 * damping) / frequency
    powers = np.exp(np.arange(n_periods)[:, None] * loss)  # (n_periods, n_partials)
    string = np.fft.irfft(noise * powers, n=period, axis=1).ravel()
    n_samples = int(seconds * sr)
    exact = np.interp(
        np.arange(n_samples) * (frequency * period / sr), np.arange(len(string)), string
    )
    note: FloatArray = (exact / np.abs(exact).max()).astype(np.float32)
    return note * swell(n_samples, sr, 0.001, 0.03)


def overdriven(sound: FloatArray, sr: int, drive: float) -> FloatArray:
    """Push a sound through a valve-like curve and a loudspeaker that ends near 5 kHz."""
    curve = np.tanh(sound * np.float32(1.0 + 14.0 * drive)) * np.float32(0.9)
    return filtered(curve, sr, 3200.0 + 1800.0 * drive, "lowpass")


def filtered(
    sound: FloatArray, sr: int, cutoff: float, kind: Literal["lowpass", "highpass"], order: int = 2
) -> FloatArray:
    """Butterworth filter along the last axis; `cutoff` is held below 0.45 `sr`."""
    sections = signal.butter(order, min(cutoff, 0.45 * sr), kind, fs=sr, output="sos")
    return np.asarray(signal.sosfilt(sections.astype(np.float32), sound).astype(np.float32))
