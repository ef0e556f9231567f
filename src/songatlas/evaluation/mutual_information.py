"""Mutual information of clusters and classes, normalised (NMI) and adjusted for chance (AMI).

Both are divided by the arithmetic mean of the entropies of clusters and classes. All logarithms
are natural.
"""

from __future__ import annotations

import numpy as np

from songatlas.evaluation.contingency import contingency_table, defined_or_none
from songatlas.evaluation.expected_information import expected_mutual_information
from songatlas.types import Counts, Float64, IntArray


def normalized_mutual_info_score(labels_true: IntArray, labels: IntArray) -> float | None:
    """Normalised mutual information of a clustering, best 1, independent 0.

    Not adjusted for chance: on few tracks independent labels score above 0, the more so the more
    clusters there are.

    Parameters
    ----------
    labels_true, labels
        Shape (n_tracks,); conventions of :mod:`songatlas.evaluation`.

    Returns
    -------
    None when fewer than two classes are among the scored tracks.

    References
    ----------
    A. Strehl and J. Ghosh, "Cluster ensembles", JMLR 3, 2002.

    Examples
    --------
    >>> score = normalized_mutual_info_score(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2]))
    >>> round(score, 6)
    0.8
    """
    return defined_or_none(float(normalized_mutual_info(contingency_table(labels_true, labels))))


def adjusted_mutual_info_score(labels_true: IntArray, labels: IntArray) -> float | None:
    """Adjusted mutual information of a clustering, best 1, by chance 0; can be negative.

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
    N. X. Vinh, J. Epps and J. Bailey, "Information theoretic measures for clusterings
    comparison", JMLR 11, 2010.

    Examples
    --------
    >>> score = adjusted_mutual_info_score(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2]))
    >>> round(score, 6)
    0.571429
    """
    return defined_or_none(float(adjusted_mutual_info(contingency_table(labels_true, labels))))


def normalized_mutual_info(counts: Counts) -> Float64:
    """NMI of every table of a stack; NaN where not defined.

    Parameters
    ----------
    counts
        Shape (..., n_clusters, n_classes).
    """
    information, entropy = _information(counts), _mean_entropy(counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(_n_classes(counts) >= 2, np.clip(information / entropy, 0, 1), np.nan)


def adjusted_mutual_info(counts: Counts) -> Float64:
    """AMI of every table of a stack; NaN where not defined.

    Parameters
    ----------
    counts
        Shape (..., n_clusters, n_classes).
    """
    expected = expected_mutual_information(counts.sum(axis=-1), counts.sum(axis=-2))
    entropy = _mean_entropy(counts)
    room = entropy - expected
    defined = (_n_classes(counts) >= 2) & (room > 1e-12 * entropy)
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.minimum((_information(counts) - expected) / room, 1)
    return np.where(defined, index, np.nan)


def _n_classes(counts: Counts) -> Counts:
    return np.asarray((counts.sum(axis=-2) > 0).sum(axis=-1))


def _information(counts: Counts) -> Float64:
    """I = H(clusters) + H(classes) − H(both), at least 0."""
    cells = counts.reshape(*counts.shape[:-2], -1)
    both = _entropy(counts.sum(axis=-1)) + _entropy(counts.sum(axis=-2)) - _entropy(cells)
    return np.maximum(both, 0)


def _mean_entropy(counts: Counts) -> Float64:
    return (_entropy(counts.sum(axis=-1)) + _entropy(counts.sum(axis=-2))) / 2


def _entropy(sizes: Counts) -> Float64:
    """Entropy in nats over the last axis: log n − Σ s log s / n."""
    n = np.maximum(sizes.sum(axis=-1), 1)
    s = sizes.astype(np.float64)
    total = (s * np.log(np.maximum(s, 1))).sum(axis=-1)
    entropy: Float64 = np.log(n) - total / n
    return entropy
