"""Agglomerative clustering with Ward's criterion: merge what raises the variance least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from songatlas.clustering.labels import canonical_labels
from songatlas.clustering.points import check_n_clusters, check_points, coincident_labels
from songatlas.errors import ConfigError

if TYPE_CHECKING:
    from songatlas.types import FloatArray, IntArray

MAX_TRACKS = 20_000


def agglomerative(X: FloatArray, n_clusters: int) -> IntArray:
    """Cut the Ward tree of all tracks at `n_clusters` branches.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features), at most 20,000 tracks; Euclidean distances.
    n_clusters
        In [2, n_tracks − 1].

    Returns
    -------
    Shape (n_tracks,): canonical labels. Fewer clusters than asked for where fewer distinct points
    exist.

    Raises
    ------
    ConfigError
        Above 20,000 tracks, with the memory that the distances would take; and when `n_clusters`
        does not fit the number of tracks.
    TooFewTracksError
        Below 3 tracks.

    References
    ----------
    J. H. Ward, "Hierarchical grouping to optimize an objective function", JASA 58, 1963.

    Examples
    --------
    >>> agglomerative(np.array([[0.0], [0.1], [9.0], [9.1], [9.2]]), 2).tolist()
    [1, 1, 0, 0, 0]
    """
    check_memory(len(X))
    points = check_points(X)
    check_n_clusters(n_clusters, len(points))
    labels = coincident_labels(points, n_clusters)
    if labels is None:
        from sklearn.cluster import AgglomerativeClustering

        with threadpool_limits(1):
            labels = AgglomerativeClustering(n_clusters, linkage="ward").fit(points).labels_
    return canonical_labels(np.asarray(labels))


def estimated_bytes(n_tracks: int) -> int:
    """Memory of the tree: all pairs of distances in double precision, and a working copy.

    Examples
    --------
    >>> estimated_bytes(10_000) / 1e6
    799.92
    """
    return n_tracks * (n_tracks - 1) // 2 * 8 * 2


def check_memory(n_tracks: int) -> None:
    """Refuse more tracks than the tree's memory allows.

    Examples
    --------
    >>> check_memory(100_000)
    Traceback (most recent call last):
        ...
    songatlas.errors.ConfigError: Agglomerative clustering must have at most 20000 tracks. Got \
100000, which would need about 80 GB of memory. Use K-Means or GMM, whose memory grows with the \
number of tracks, not with its square.
    """
    if n_tracks > MAX_TRACKS:
        raise ConfigError(
            f"Agglomerative clustering must have at most {MAX_TRACKS} tracks. Got {n_tracks}, "
            f"which would need about {estimated_bytes(n_tracks) / 1e9:.0f} GB of memory. Use "
            "K-Means or GMM, whose memory grows with the number of tracks, not with its square."
        )
