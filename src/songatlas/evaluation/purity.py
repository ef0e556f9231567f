"""Purity: the share of tracks that belong to the commonest class of their cluster."""

from __future__ import annotations

import numpy as np

from songatlas.evaluation.contingency import contingency_table, defined_or_none
from songatlas.types import Counts, Float64, IntArray


def purity_score(labels_true: IntArray, labels: IntArray) -> float | None:
    """Purity of a clustering, best 1; never below the share of the commonest class.

    Not adjusted for chance: it grows with the number of clusters, so that it means something only
    beside its chance level (:func:`songatlas.evaluation.permutation.permutation_test`).

    Parameters
    ----------
    labels_true, labels
        Shape (n_tracks,); conventions of :mod:`songatlas.evaluation`.

    Returns
    -------
    None when fewer than two classes are among the scored tracks.

    References
    ----------
    C. D. Manning, P. Raghavan and H. Schütze, "Introduction to Information Retrieval", 2008,
    section 16.3.

    Examples
    --------
    >>> purity_score(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1]))
    0.8
    """
    return defined_or_none(float(purity(contingency_table(labels_true, labels))))


def purity(counts: Counts) -> Float64:
    """Purity of every table of a stack; NaN where not defined.

    Parameters
    ----------
    counts
        Shape (..., n_clusters, n_classes).
    """
    n_classes = (counts.sum(axis=-2) > 0).sum(axis=-1)
    largest = counts.max(axis=-1, initial=0).sum(axis=-1).astype(np.float64)
    share = largest / np.maximum(counts.sum(axis=(-2, -1)), 1)
    return np.where(n_classes >= 2, share, np.nan)
