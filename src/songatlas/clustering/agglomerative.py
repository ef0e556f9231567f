"""Agglomerative clustering with Ward's criterion: merge what raises the variance least."""

from __future__ import annotations

import numpy as np

from songatlas.clustering.points import divide
from songatlas.distances import squared_distances
from songatlas.geometry import cluster_means
from songatlas.types import Float64, FloatArray, IntArray

MAX_TRACKS = 8_000  # 0.5 GB of distances
N_MICRO = 500
_PASSES = 5  # of mini-batch K-Means over the tracks


def agglomerative(X: FloatArray, n_clusters: int, *, max_tracks: int = MAX_TRACKS) -> IntArray:
    """Cut the Ward tree of all tracks at `n_clusters` branches.

    The tree of all tracks needs all pairs of distances, 80 GB for 100,000 tracks. Of many tracks
    it is therefore grown from micro-clusters: K-Means first divides them into 500 small groups,
    whose means and sizes Ward's criterion goes by from there on.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features); Euclidean distances.
    n_clusters
        In [2, n_tracks − 1].
    max_tracks
        Above so many, micro-clusters.

    Returns
    -------
    Shape (n_tracks,): canonical labels. Fewer clusters than asked for where fewer distinct points
    exist.

    Raises
    ------
    ConfigError
        When `n_clusters` does not fit the number of tracks.
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
    from sklearn.cluster import AgglomerativeClustering, MiniBatchKMeans

    def fit(points: Float64) -> IntArray:
        if len(points) <= max_tracks:
            ward = AgglomerativeClustering(n_clusters, linkage="ward")
            return np.asarray(ward.fit(points).labels_)
        n_micro = min(N_MICRO, len(points) // 4)
        settings = {"n_init": 1, "max_iter": _PASSES, "batch_size": 4096, "random_state": 0}
        micro = MiniBatchKMeans(n_micro, **settings).fit(points).labels_
        micro = np.unique(micro, return_inverse=True)[1]
        return ward_of_means(cluster_means(points, micro), np.bincount(micro), n_clusters)[micro]

    return divide(X, n_clusters, fit)


def ward_of_means(means: FloatArray, sizes: IntArray, n_clusters: int) -> IntArray:
    """Ward's tree of groups that are known by their means and sizes, cut at `n_clusters`.

    Parameters
    ----------
    means, sizes
        Shapes (n_groups, n_features) and (n_groups,).

    Returns
    -------
    Shape (n_groups,): branch of every group.

    Examples
    --------
    >>> ward_of_means(np.array([[0.0], [4.0], [9.0]]), np.array([1, 1, 50]), 2).tolist()
    [0, 0, 1]
    """
    means, weights = np.array(means, dtype=np.float64), np.array(sizes, dtype=np.float64)
    branch = np.arange(len(means))
    cost = squared_distances(means, means) * (
        weights[:, None] * weights / (weights[:, None] + weights)
    )
    np.fill_diagonal(cost, np.inf)
    for _ in range(len(means) - n_clusters):
        i, j = sorted(divmod(int(cost.argmin()), len(means)))
        total = weights[i] + weights[j]
        means[i] = (weights[i] * means[i] + weights[j] * means[j]) / total
        weights[i] = total
        branch[branch == j] = i
        cost[j] = cost[:, j] = np.inf
        alive = np.isfinite(cost[i])
        alive[i] = False
        joined = ((means[alive] - means[i]) ** 2).sum(axis=1)
        cost[i, alive] = cost[alive, i] = joined * total * weights[alive] / (total + weights[alive])
    return np.unique(branch, return_inverse=True)[1]
