"""Decibels, with the floor and the dynamic range that every feature shares."""

from __future__ import annotations

import math

import numpy as np

from songatlas.types import FloatArray

_FLOOR = 1e-10
_DECIBELS_PER_NEPER = 10.0 / math.log(10.0)


def decibels(power: FloatArray, *, dynamic_range: float = 80.0) -> FloatArray:
    """Power in decibels, at least 1e-10 and at most `dynamic_range` below the loudest cell.

    The loudest cell is that of the whole array, so the array must hold a whole clip.

    Examples
    --------
    >>> decibels(np.array([1.0, 1e-3, 0.0])).round(6).tolist()
    [0.0, -30.0, -80.0]
    """
    level: FloatArray = np.log(np.maximum(power, _FLOOR))
    level *= _DECIBELS_PER_NEPER
    np.maximum(level, level.max() - dynamic_range, out=level)
    return level
