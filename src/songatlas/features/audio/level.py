"""Is there sound in the samples? Not a number, silence, a constant, channels that cancel out."""

from __future__ import annotations

import math

import numpy as np

from songatlas.errors import AudioError
from songatlas.features.audio.compiled import kernels_for
from songatlas.types import FloatArray

SILENCE = 2e-4  # −74 dB of full scale: six steps of 16 bits, where only dither is left
_CANCELLED = 1e-3  # −60 dB: what lossy coding leaves of channels that cancel out
_OPPOSED = 0.25  # of the power of two channels left in their mix: they correlate by −0.5
_FEWEST = 100  # samples: fewer swing too little to be judged, and are too short anyway
_LARGEST = 2.0**32  # 32-bit integers kept as floats are sound yet; beyond, the power overflows

Ends = tuple[float, float]  # least and greatest


class Level:
    """Extremes of a stream, block by block.

    Examples
    --------
    >>> level = Level()
    >>> level.add(channels=(-0.5, 0.5), mono=(0.0, 0.0))
    >>> level.check(100)
    Traceback (most recent call last):
        ...
    songatlas.errors.AudioError: E-SILENT: its channels cancel out when they are mixed to one ...
    """

    def __init__(self) -> None:
        self._channels = self._mono = math.inf, -math.inf
        self._lost = 0.0

    @property
    def opposed(self) -> bool:
        """Whether two channels have opposite polarity: most of them is not in the mix."""
        return self._lost > 0

    def add(self, *, channels: Ends, mono: Ends) -> None:
        """Take note of a block: the :func:`ends` of its samples, and of their mix."""
        self._channels = _wider(self._channels, channels)
        self._mono = _wider(self._mono, mono)

    def add_pair(self, block: FloatArray, mono: FloatArray) -> None:
        """Take note of two channels, (n, 2), and of their mix, (n,)."""
        self._lost += _OPPOSED / 2 * _energy(block) - _energy(mono)

    def check(self, n_samples: int) -> None:
        """Raise ``E-SILENT`` when the mix has nothing to analyse, saying why."""
        if n_samples < _FEWEST:
            return
        channels, mono = ((high - low) / 2.0 for low, high in (self._channels, self._mono))
        if mono >= max(SILENCE, _CANCELLED * channels):
            return
        if channels >= SILENCE:
            raise AudioError(
                "E-SILENT",
                "its channels cancel out when they are mixed to one (opposite polarity); "
                "invert one of them",
            )
        largest = max(self._mono[1], -self._mono[0])
        if largest >= SILENCE:
            raise AudioError("E-SILENT", f"it is a constant level of {largest:.3g}")
        raise AudioError("E-SILENT", f"it is silent: its peak is {largest:.1e} of full scale")


def ends(samples: FloatArray) -> Ends:
    """Least and greatest sample; both NaN where one is not a number.

    Examples
    --------
    >>> import numpy as np
    >>> ends(np.array([[1.0, -0.5], [0.25, 0.0]], np.float32))
    (-0.5, 1.0)
    """
    if kernels := kernels_for(samples):
        found: Ends = kernels.ends(samples)
        return found
    return float(samples.min()), float(samples.max())


def _energy(samples: FloatArray) -> float:
    flat = samples.ravel()
    return float(np.dot(flat, flat))


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


def _wider(a: Ends, b: Ends) -> Ends:
    return min(a[0], b[0]), max(a[1], b[1])
