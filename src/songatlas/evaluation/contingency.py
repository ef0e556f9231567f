"""Counts of tracks by cluster and true class: all that an external metric looks at.

Conventions
-----------
``counts`` has shape (..., n_clusters, n_classes): a table, or a stack of tables. Tracks without a
true label (negative) are left out. Noise tracks (negative cluster) are counted, not dropped: all
of them together form one more cluster.
"""

from __future__ import annotations

import numpy as np

from songatlas.types import BoolArray, Counts, IntArray


def scored_tracks(labels_true: IntArray) -> BoolArray:
    """Shape (n_tracks,): which tracks have a true label."""
    return np.asarray(np.asarray(labels_true) >= 0)


def contingency_table(labels_true: IntArray, labels: IntArray) -> Counts:
    """Number of tracks in every cluster (row) and class (column), both in order of their number.

    Parameters
    ----------
    labels_true
        Shape (n_tracks,); negative: the track is left out.
    labels
        Shape (n_tracks,); negative: noise, the first row if there is any.

    Raises
    ------
    ValueError
        When the two differ in length.

    Examples
    --------
    >>> contingency_table(np.array([0, 0, 1, -1, 1]), np.array([0, 1, 1, 1, -1])).tolist()
    [[0, 1], [1, 0], [1, 1]]
    """
    clusters, classes = cells(labels_true, labels)
    shape = (clusters.max(initial=-1) + 1, classes.max(initial=-1) + 1)
    return np.bincount(clusters * shape[1] + classes, minlength=shape[0] * shape[1]).reshape(shape)


def cells(labels_true: IntArray, labels: IntArray) -> tuple[IntArray, IntArray]:
    """Row and column of every scored track in the contingency table, shape (n_scored,) each."""
    labels_true, labels = np.asarray(labels_true), np.asarray(labels)
    if labels_true.shape != labels.shape or labels.ndim != 1:
        raise ValueError(
            "labels_true and labels must be vectors of the same tracks. Got shapes "
            f"{labels_true.shape} and {labels.shape}."
        )
    scored = scored_tracks(labels_true)
    clusters = np.unique(np.maximum(labels[scored], -1), return_inverse=True)[1]
    classes = np.unique(labels_true[scored], return_inverse=True)[1]
    return clusters, classes


def defined_or_none(value: float) -> float | None:
    """`value`, or None in the place of the NaN by which a stack marks "not defined"."""
    return None if np.isnan(value) else float(value)
