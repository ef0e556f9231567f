"""Mix channels to one and change the sampling rate, block by block."""

from __future__ import annotations

import math

import numpy as np
import soxr

from songatlas.features.audio.compiled import kernels_for
from songatlas.types import FloatArray


def downmix(block: FloatArray) -> FloatArray:
    """Average the channels.

    Parameters
    ----------
    block
        Shape (n, n_channels).

    Returns
    -------
    numpy.ndarray
        Shape (n,).

    Examples
    --------
    >>> downmix(np.array([[1.0, 0.0], [0.5, -0.5]])).tolist()
    [0.5, 0.0]
    """
    n_channels = block.shape[1]
    if n_channels == 1:
        return block[:, 0]
    if kernels := kernels_for(block):
        mono = np.empty(len(block), np.float32)
        kernels.average(block, n_channels, mono)
        return mono
    # a sum over the short last axis, numpy's mean among them, is several times slower
    total = block[:, 0] + block[:, 1]
    for channel in range(2, n_channels):
        total += block[:, channel]
    total /= n_channels
    return total


class Resampler:
    """Takes mono blocks at one rate and gives them back at another, as far as they are certain.

    soxr's HQ recipe, in a stream: all that is given back is the result of one call on the whole.

    Examples
    --------
    >>> resampler = Resampler(rate=44100, sr=22050)
    >>> len(resampler.add(np.zeros(3, dtype=np.float32))) + len(resampler.finish())
    2
    """

    def __init__(self, *, rate: int, sr: int) -> None:
        self.n_samples = 0  # taken in
        self._n_given = 0
        self._ratio = sr / rate
        self._stream = None
        if rate != sr:
            self._stream = soxr.ResampleStream(rate, sr, 1, dtype="float32", quality="HQ")

    def add(self, mono: FloatArray) -> FloatArray:
        """Take in samples of shape (n,), float32; give back what they complete, maybe nothing."""
        self.n_samples += len(mono)
        if self._stream is not None:
            mono = self._stream.resample_chunk(np.ascontiguousarray(mono))
        self._n_given += len(mono)
        return mono

    def finish(self) -> FloatArray:
        """The rest, so that there are ``ceil(n_samples * sr / rate)`` samples in all, float32."""
        rest = np.empty(0, np.float32)
        if self._stream is not None:
            rest = self._stream.resample_chunk(rest, last=True)
        n = math.ceil(self.n_samples * self._ratio) - self._n_given
        return np.pad(rest, (0, n - len(rest))) if len(rest) < n else rest[:n]
