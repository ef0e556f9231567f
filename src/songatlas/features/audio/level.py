"""Is there sound in the samples? Not a number, silence, a constant, channels that cancel out."""

from __future__ import annotations

import numpy as np

from songatlas.errors import AudioError
from songatlas.types import FloatArray

SILENCE = 1e-4  # −80 dB of full scale: three steps of 16 bits, where only dither is left
_CANCELLED = 1e-3  # −60 dB: what lossy coding leaves of channels that cancel out
_FEWEST = 100  # samples: fewer swing too little to be judged, and are too short anyway
_LARGEST = 2.0**32  # 32-bit integers kept as floats are sound yet; beyond, the power overflows


class Level:
    """Extremes of a stream, block by block.

    Examples
    --------
    >>> level = Level()
    >>> block = np.array([[0.5, -0.5], [-0.5, 0.5]] * 50, dtype=np.float32)
    >>> level.add(block, mono=block.mean(axis=1))
    >>> level.check()
    Traceback (most recent call last):
        ...
    songatlas.errors.AudioError: E-SILENT: its channels cancel out when they are mixed to one ...
    """

    def __init__(self) -> None:
        self._n_samples = 0
        self._channels = _Extremes()
        self._mono = _Extremes()

    def add(self, block: FloatArray, mono: FloatArray) -> None:
        """Take note of samples and of their mix.

        Parameters
        ----------
        block
            Shape (n, n_channels).
        mono
            Shape (n,).
        """
        self._n_samples += len(block)
        self._channels.add(block)
        self._mono.add(mono)

    def check(self) -> None:
        """Raise ``E-SILENT`` when the mix has nothing to analyse, saying why."""
        if self._n_samples < _FEWEST:
            return
        channels, mono = self._channels.swing, self._mono.swing
        if mono >= max(SILENCE, _CANCELLED * channels):
            return
        if channels >= SILENCE:
            raise AudioError(
                "E-SILENT",
                "its channels cancel out when they are mixed to one (opposite polarity); "
                "invert one of them",
            )
        if self._mono.largest >= SILENCE:
            raise AudioError("E-SILENT", f"it is a constant level of {self._mono.largest:.3g}")
        raise AudioError(
            "E-SILENT", f"it is silent: its peak is {self._mono.largest:.1e} of full scale"
        )


def check_finite(block: FloatArray) -> None:
    """Raise ``E-NONFINITE`` for NaN, infinity and values that no recording has.

    Examples
    --------
    >>> check_finite(np.array([[1.0], [np.nan]]))
    Traceback (most recent call last):
        ...
    songatlas.errors.AudioError: E-NONFINITE: it holds samples that are not numbers
    """
    largest = max(float(block.max()), -float(block.min()))
    if largest <= _LARGEST:
        return
    if np.isnan(block).any():
        raise AudioError("E-NONFINITE", "it holds samples that are not numbers")
    raise AudioError("E-NONFINITE", f"it holds samples of {largest:.3g}, where full scale is 1")


class _Extremes:
    def __init__(self) -> None:
        self._low, self._high = np.inf, -np.inf

    def add(self, samples: FloatArray) -> None:
        self._low = min(self._low, float(samples.min()))
        self._high = max(self._high, float(samples.max()))

    @property
    def swing(self) -> float:
        """Half of the way between the extremes: the peak without any constant part."""
        return (self._high - self._low) / 2.0

    @property
    def largest(self) -> float:
        return max(self._high, -self._low)
