"""Short-time power spectrum, shared by every feature and made in blocks of frames.

Conventions
-----------
Frame *t* is centred on sample ``t * hop_length``; beyond both ends the signal is zero. The window
is a periodic Hann window. Window and FFT are in float64: the quietest bins, which the spectral
contrast listens to, lie below the rounding noise of a float32 FFT. The result is float32.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from songatlas.features.audio.compiled import kernels_for
from songatlas.types import FloatArray

BLOCK_FRAMES = 240  # one megabyte: smaller blocks pay for calls, greater ones leave the cache
_FFT_FRAMES = 48  # by numpy: what they need stays in the cache


def power_blocks(
    samples: Iterable[FloatArray], *, n_fft: int, hop_length: int
) -> Iterator[FloatArray]:
    """``|STFT|²`` of a signal that comes in pieces of any length.

    Parameters
    ----------
    samples
        Arrays of shape (n,), float32, that follow one another.

    Yields
    ------
    numpy.ndarray
        Shape (n, 1 + n_fft // 2), float32: ``BLOCK_FRAMES`` frames, fewer at the end.

    Examples
    --------
    >>> pieces = np.ones(700, np.float32), np.ones(1348, np.float32)
    >>> (power,) = power_blocks(pieces, n_fft=1024, hop_length=512)
    >>> power.shape, float(power[2, 0].round())
    ((5, 513), 262144.0)
    """
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n_fft) / n_fft)
    for stretch in _stretches(samples, n_fft=n_fft, hop_length=hop_length):
        n_frames = 1 + (len(stretch) - n_fft) // hop_length
        power = np.empty((n_frames, 1 + n_fft // 2), np.float32)
        kernels = kernels_for(stretch)
        if kernels and n_fft >= 8 and n_fft & (n_fft - 1) == 0:
            kernels.power(stretch, window, _turns(n_fft), hop_length, power)
        else:
            _fill(power, stretch, window, hop_length)
        yield power


def _stretches(
    samples: Iterable[FloatArray], *, n_fft: int, hop_length: int
) -> Iterator[FloatArray]:
    """Samples of BLOCK_FRAMES overlapping frames or fewer, (n,); each used before the next."""
    step, span = BLOCK_FRAMES * hop_length, (BLOCK_FRAMES - 1) * hop_length + n_fft
    pieces = [np.zeros(n_fft // 2, np.float32)]  # the first frame is centred on the first sample
    n_samples = n_done = 0
    for piece in samples:
        n_samples += len(piece)
        pieces.append(piece)
        if n_samples + n_fft // 2 - n_done * hop_length < max(span, step):
            continue
        waiting = np.concatenate(pieces)
        while len(waiting) >= max(span, step):
            yield waiting[:span]
            waiting = waiting[step:]
            n_done += BLOCK_FRAMES
        pieces = [waiting]
    n_frames = 1 + n_samples // hop_length
    waiting = np.concatenate([*pieces, np.zeros(n_fft, np.float32)])
    for start in range(0, n_frames - n_done, BLOCK_FRAMES):
        n = min(BLOCK_FRAMES, n_frames - n_done - start)
        first = start * hop_length
        yield waiting[first : first + (n - 1) * hop_length + n_fft]


def _fill(power: FloatArray, samples: FloatArray, window: FloatArray, hop_length: int) -> None:
    """``|STFT|²`` of overlapping frames, (n_frames, n_bins), by numpy."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, len(window))[::hop_length]
    windowed = np.empty((_FFT_FRAMES, frames.shape[1]))
    spectrum = np.empty((_FFT_FRAMES, power.shape[1]), dtype=np.complex128)
    squares = spectrum.view(np.float64)  # (_FFT_FRAMES, 2 n_bins), real beside imaginary
    for start in range(0, len(power), _FFT_FRAMES):
        part = power[start : start + _FFT_FRAMES]
        n = len(part)
        np.multiply(frames[start : start + n], window, out=windowed[:n])
        np.fft.rfft(windowed[:n], axis=1, out=spectrum[:n])
        np.square(squares[:n], out=squares[:n])
        np.add(squares[:n, ::2], squares[:n, 1::2], out=part, casting="same_kind")


@lru_cache(maxsize=8)
def _turns(n_fft: int) -> npt.NDArray[np.complex128]:
    """``exp(2πi k / n_fft)``, (1 + n_fft // 2,), for a power of two; 0 where it is not needed.

    With the rounding of numpy's FFT, which turns an impulse at sample *p* by *p k* steps, and does
    nothing else to it in the first bins.
    """
    turns = np.zeros(1 + n_fft // 2, np.complex128)
    impulses = [(1, n_fft // 8), (2, n_fft // 8), (3, n_fft // 8)]
    if n_fft.bit_length() % 2 == 0:  # an odd power of two is halved first, then quartered
        impulses = [(1, n_fft // 4), (6, n_fft // 16)]
    for position, n_bins in impulses:
        spectrum = np.fft.rfft(np.arange(n_fft) == position)
        turns[: position * n_bins : position] = spectrum[:n_bins].conj()
    return turns
