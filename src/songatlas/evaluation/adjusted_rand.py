"""Adjusted Rand index: pairs of tracks on which clusters and classes agree, chance taken off."""

from __future__ import annotations

import numpy as np

from songatlas.evaluation.contingency import contingency_table, defined_or_none
from songatlas.types import Counts, Float64, IntArray


def adjusted_rand_score(labels_true: IntArray, labels: IntArray) -> float | None:
    """Adjusted Rand index of a clustering, best 1, by chance 0, worst −0.5.

    Parameters
    ----------
    labels_true, labels
        Shape (n_tracks,); conventions of :mod:`songatlas.evaluation`.

    Returns
    -------
    None when fewer than two classes are among the scored tracks, or every track is both a class
    and a cluster of its own.

    References
    ----------
    L. Hubert and P. Arabie, "Comparing partitions", Journal of Classification 2, 1985.

    Examples
    --------
    >>> adjusted_rand_score(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]))
    -0.5
    """
    return defined_or_none(float(adjusted_rand(contingency_table(labels_true, labels))))


def adjusted_rand(counts: Counts) -> Float64:
    """Adjusted Rand index of every table of a stack; NaN where not defined.

    Parameters
    ----------
    counts
        Shape (..., n_clusters, n_classes).
    """
    of_clusters, of_classes = counts.sum(axis=-1), counts.sum(axis=-2)
    both = _pairs(counts).sum(axis=(-2, -1))
    same_cluster = _pairs(of_clusters).sum(axis=-1)
    same_class = _pairs(of_classes).sum(axis=-1)
    n_pairs = _pairs(counts.sum(axis=(-2, -1)))
    expected = same_cluster * same_class  # times n_pairs, as are the two terms below
    above_chance = both * n_pairs - expected
    room = (same_cluster + same_class) / 2 * n_pairs - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        index: Float64 = above_chance / room
    return np.where((of_classes > 0).sum(axis=-1) >= 2, index, np.nan)


def _pairs(n: Counts) -> Float64:
    size = n.astype(np.float64)
    return size * (size - 1) / 2
