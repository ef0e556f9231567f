"""Decibels, with the floor and the dynamic range that every feature shares."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from songatlas.types import FloatArray

_FLOOR = 1e-10
_RANGE = 80.0  # dB below the loudest cell, under which all are alike
_DECIBELS_PER_NEPER = 10.0 / math.log(10.0)


def decibels(power: FloatArray, *, loudest: np.floating[Any] | None = None) -> FloatArray:
    """Power in decibels, at least 1e-10 and at most 80 dB below the loudest cell.

    Parameters
    ----------
    power
        Any shape.
    loudest
        The greatest power of the clip, of the same type; None where the array is a whole clip.

    Examples
    --------
    >>> decibels(np.array([1.0, 1e-3, 0.0])).round(6).tolist()
    [0.0, -30.0, -80.0]
    >>> decibels(np.array([1e-9]), loudest=np.float64(1.0)).round(6).tolist()
    [-80.0]
    """
    level = _level(power)
    top = level.max() if loudest is None else _level_of(loudest)
    np.maximum(level, top - _RANGE, out=level)
    return level


@lru_cache(maxsize=8, typed=True)  # asked for every block of a clip
def _level_of(power: np.floating[Any]) -> np.floating[Any]:
    level: np.floating[Any] = _level(np.atleast_1d(power))[0]
    return level


def _level(power: FloatArray) -> FloatArray:
    level: FloatArray = np.log(np.maximum(power, _FLOOR))
    level *= _DECIBELS_PER_NEPER
    return level
