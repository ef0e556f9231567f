"""Short-time power spectrum, shared by every feature and made in blocks of frames.

Conventions
-----------
Frame *t* is centred on sample ``t * hop_length``; beyond both ends the signal is zero. The window
is a periodic Hann window. Window and FFT are in float64: the quietest bins, which the spectral
contrast listens to, lie below the rounding noise of a float32 FFT. The result is float32.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songatlas.types import FloatArray

BLOCK_FRAMES = 240  # one megabyte: smaller blocks pay for calls, greater ones leave the cache
_FFT_FRAMES = 48


@dataclass(frozen=True, kw_only=True)
class PowerSpectrum:
    """Blocks of ``|STFT|²``, computed anew each time they are iterated.

    Parameters
    ----------
    y
        Shape (n_samples,), float32, full scale 1.
    n_fft
        Window and FFT length in samples, even.
    hop_length
        Samples from one frame to the next.

    Examples
    --------
    >>> spectrum = PowerSpectrum(y=np.ones(2048, np.float32), n_fft=1024, hop_length=512)
    >>> [block.shape for block in spectrum], spectrum.n_frames
    ([(5, 513)], 5)
    >>> next(iter(spectrum))[2, :3].round(0).tolist()  # a constant: the window's own spectrum
    [262144.0, 65536.0, 0.0]
    """

    y: FloatArray
    n_fft: int
    hop_length: int

    @property
    def n_frames(self) -> int:
        """Number of frames: every hop that begins within the signal, and the first."""
        return 1 + len(self.y) // self.hop_length

    @property
    def n_bins(self) -> int:
        """Number of frequencies, from 0 to half the sampling rate."""
        return 1 + self.n_fft // 2

    def __iter__(self) -> Iterator[FloatArray]:
        """Yield arrays of shape (at most BLOCK_FRAMES, n_bins), float32, in the order of time."""
        window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(self.n_fft) / self.n_fft)
        # made once: in arrays of this size, page faults cost as much as the FFT
        windowed = np.empty((_FFT_FRAMES, self.n_fft))
        spectrum = np.empty((_FFT_FRAMES, self.n_bins), dtype=np.complex128)
        for start in range(0, self.n_frames, BLOCK_FRAMES):
            power = np.empty((min(BLOCK_FRAMES, self.n_frames - start), self.n_bins), np.float32)
            for offset in range(0, len(power), _FFT_FRAMES):
                part = power[offset : offset + _FFT_FRAMES]
                n = len(part)
                np.multiply(self._frames(start + offset, n), window, out=windowed[:n])
                np.fft.rfft(windowed[:n], axis=1, out=spectrum[:n])
                _squared_magnitude(spectrum[:n], out=part)
            yield power

    def _frames(self, start: int, n_frames: int) -> FloatArray:
        first = start * self.hop_length - self.n_fft // 2
        last = first + (n_frames - 1) * self.hop_length + self.n_fft
        samples = self.y[max(first, 0) : last]
        before, after = max(-first, 0), max(last - len(self.y), 0)
        if before or after:
            samples = np.pad(samples, (before, after))
        return np.lib.stride_tricks.sliding_window_view(samples, self.n_fft)[:: self.hop_length]


def _squared_magnitude(spectrum: npt.NDArray[np.complex128], *, out: FloatArray) -> None:
    """Destroys `spectrum`, whose memory serves for the squares."""
    squares = spectrum.view(np.float64)  # (n, 2 n_bins), real beside imaginary
    np.square(squares, out=squares)
    np.add(squares[:, ::2], squares[:, 1::2], out=out, casting="same_kind")


def kept_or_repeated(
    spectrum: PowerSpectrum, *, max_cells: int = 2**24
) -> Sequence[FloatArray] | PowerSpectrum:
    """Blocks for more than one pass: kept when they fit `max_cells` floats, else made again.

    Six minutes of music take 64 MB; beyond that a second FFT is cheaper than the memory.
    """
    if spectrum.n_frames * spectrum.n_bins <= max_cells:
        return list(spectrum)
    return spectrum
