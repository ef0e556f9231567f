"""Is there sound in the samples? Not a number, silence, a constant, channels that cancel out."""

from __future__ import annotations

import math

from songatlas.errors import AudioError
from songatlas.features.audio.compiled import kernels_for
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
    >>> level.add(100, channels=(-0.5, 0.5), mono=(0.0, 0.0))
    >>> level.check()
    Traceback (most recent call last):
        ...
    songatlas.errors.AudioError: E-SILENT: its channels cancel out when they are mixed to one ...
    """

    def __init__(self) -> None:
        self._n_samples = 0
        self._channels = _Extremes()
        self._mono = _Extremes()

    def add(
        self, n_samples: int, *, channels: tuple[float, float], mono: tuple[float, float]
    ) -> None:
        """Take note of a block: the :func:`ends` of its samples, and of their mix."""
        self._n_samples += n_samples
        self._channels.add(*channels)
        self._mono.add(*mono)

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


def ends(samples: FloatArray) -> tuple[float, float]:
    """Least and greatest sample; both NaN where one is not a number.

    Examples
    --------
    >>> import numpy as np
    >>> ends(np.array([[1.0, -0.5], [0.25, 0.0]], np.float32))
    (-0.5, 1.0)
    """
    if kernels := kernels_for(samples):
        found: tuple[float, float] = kernels.ends(samples)
        return found
    return float(samples.min()), float(samples.max())


def check_finite(low: float, high: float) -> None:
    """Raise ``E-NONFINITE`` for NaN, infinity and values that no recording has.

    Parameters
    ----------
    low, high
        The :func:`ends` of a block.

    Examples
    --------
    >>> import numpy as np
    >>> check_finite(*ends(np.array([[1.0], [np.nan]])))
    Traceback (most recent call last):
        ...
    songatlas.errors.AudioError: E-NONFINITE: it holds samples that are not numbers
    """
    largest = max(high, -low)
    if largest <= _LARGEST:
        return
    if math.isnan(largest):
        raise AudioError("E-NONFINITE", "it holds samples that are not numbers")
    raise AudioError("E-NONFINITE", f"it holds samples of {largest:.3g}, where full scale is 1")


class _Extremes:
    def __init__(self) -> None:
        self._low, self._high = math.inf, -math.inf

    def add(self, low: float, high: float) -> None:
        self._low = min(self._low, low)
        self._high = max(self._high, high)

    @property
    def swing(self) -> float:
        """Half of the way between the extremes: the peak without any constant part."""
        return (self._high - self._low) / 2.0

    @property
    def largest(self) -> float:
        return max(self._high, -self._low)
