"""Planted that are planted, and the same with a share of them wrong."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Planted = npt.NDArray[np.int64]


def spoilt(truth: Planted, share: float, seed: int) -> Planted:
    rng = np.random.default_rng(seed)
    labels = truth.copy()
    wrong = rng.random(len(labels)) < share
    labels[wrong] = rng.integers(3, size=wrong.sum())
    return labels
