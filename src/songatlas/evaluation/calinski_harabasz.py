"""Calinski-Harabasz: variance between clusters over variance within."""

from __future__ import annotations

import numpy as np

from songatlas.geometry import spread_about_means
from songatlas.types import FloatArray, IntArray


def calinski_harabasz_score(X: FloatArray, labels: IntArray) -> float | None:
    """Variance ratio of the clustered tracks, 0 to infinity, greater is better.

    It grows with the number of tracks and has no scale of its own: compare it only within one
    space and one set of tracks.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features).
    labels
        Shape (n_tracks,); noise (negative) is left out.

    Returns
    -------
    None when not defined: fewer than two clusters, only clusters of one track, or every cluster
    a single point.

    References
    ----------
    T. Caliński and J. Harabasz, "A dendrite method for cluster analysis", Communications in
    Statistics 3, 1974.

    Examples
    --------
    >>> calinski_harabasz_score(np.array([[0.0], [1.0], [4.0], [5.0]]), np.array([0, 0, 1, 1]))
    32.0
    """
    means, cluster, squared = spread_about_means(X, labels)
    n_clusters, n_clustered = len(means), len(cluster)
    within = float(squared.sum())
    if not 2 <= n_clusters < n_clustered or within == 0:
        return None
    between = float((np.bincount(cluster) * (means**2).sum(axis=1)).sum())
    return between / (n_clusters - 1) / (within / (n_clustered - n_clusters))
