"""The one way in which clusters are numbered."""

from __future__ import annotations

import numpy as np

from songatlas.types import IntArray

NOISE = -1


def canonical_labels(labels: IntArray) -> IntArray:
    """Number clusters from 0 by decreasing size, ties by their first member; noise stays −1.

    Two partitions are equal exactly when their canonical labels are.

    Parameters
    ----------
    labels
        Shape (n_tracks,), any integers; every negative one is noise.

    Examples
    --------
    >>> canonical_labels(np.array([7, 2, 2, -1, 7, 2, 5])).tolist()
    [1, 0, 0, -1, 1, 0, 2]
    """
    labels = np.asarray(labels)
    clustered = labels >= 0
    _, first, inverse, sizes = np.unique(
        labels[clustered], return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    canonical = np.full(labels.shape, NOISE, dtype=np.int64)
    canonical[clustered] = rank[inverse]
    return canonical
