"""Calinski-Harabasz: variance between clusters over variance within."""

from __future__ import annotations

from typing import TYPE_CHECKING

from songatlas.evaluation.centroids import centroids

if TYPE_CHECKING:
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
    >>> import numpy as np
    >>> calinski_harabasz_score(np.array([[0.0], [1.0], [4.0], [5.0]]), np.array([0, 0, 1, 1]))
    32.0
    """
    found = centroids(X, labels)
    within = float(found.squared_distances.sum())
    if not found.defined or within == 0:
        return None
    # The points are centred, so that the mean of all tracks is the origin.
    between = float((found.sizes * (found.means**2).sum(axis=1)).sum())
    n_clusters = len(found.sizes)
    return between / (n_clusters - 1) / (within / (len(found.points) - n_clusters))
