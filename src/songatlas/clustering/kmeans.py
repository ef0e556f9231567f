"""K-Means: clusters as balls around means."""

from __future__ import annotations

import logging

import numpy as np

from songatlas.clustering.labels import canonical_labels
from songatlas.clustering.points import divide
from songatlas.distances import blocks, nearest_centre, spaced
from songatlas.geometry import cluster_means, finite_points
from songatlas.store.arena import pick
from songatlas.types import Float64, FloatArray, IntArray

MAX_FIT = 100_000  # of more tracks, the means are those of so many evenly spaced ones
_BLOCK = 16_384

logger = logging.getLogger(__name__)


def kmeans(X: FloatArray, n_clusters: int, *, random_state: int, n_init: int = 10) -> IntArray:
    """Partition that minimises the squared distances to cluster means, best of `n_init` starts.

    Runs on one thread: sums over several threads depend on their number. Of more than 100,000
    tracks the means are found among so many evenly spaced ones; every track goes to its nearest.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features); Euclidean distances.
    n_clusters
        In [2, n_tracks − 1].
    random_state
        Seed of the k-means++ starts.
    n_init
        Number of starts, at least 1.

    Returns
    -------
    Shape (n_tracks,): canonical labels. Fewer clusters than asked for where fewer distinct points
    exist.

    Raises
    ------
    ConfigError, TooFewTracksError
        When `n_clusters` does not fit the number of tracks.

    References
    ----------
    D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.

    Examples
    --------
    >>> kmeans(np.array([[0.0], [0.1], [9.0], [9.1], [9.2]]), 2, random_state=0).tolist()
    [1, 1, 0, 0, 0]
    """
    from sklearn.cluster import KMeans

    if len(X) > MAX_FIT:
        some = pick(X, spaced(len(X), MAX_FIT))
        labels = kmeans(some, n_clusters, random_state=random_state, n_init=n_init)
        centres = cluster_means(finite_points(some), labels)
        parts = (finite_points(X[part]) for part in blocks(len(X), _BLOCK))
        return canonical_labels(np.concatenate([nearest_centre(x, centres) for x in parts]))

    def fit(points: Float64) -> IntArray:
        settings = {"n_init": n_init, "random_state": random_state, "algorithm": "lloyd"}
        model = KMeans(n_clusters, **settings, copy_x=False).fit(points)  # a copy already
        n_found = len(np.unique(model.labels_))
        if n_found < n_clusters:
            logger.warning(
                "K-Means found %d clusters where %d were asked for.", n_found, n_clusters
            )
        return np.asarray(model.labels_)

    return divide(X, n_clusters, fit)


def inertia(X: FloatArray, labels: IntArray) -> float:
    """Sum of squared distances of clustered tracks to the mean of their cluster; less is tighter.

    Examples
    --------
    >>> inertia(np.array([[0.0], [2.0], [5.0]]), np.array([0, 0, 1]))
    2.0
    """
    total = 0.0
    for cluster in np.unique(labels[labels >= 0]):
        members = np.asarray(X, dtype=np.float64)[labels == cluster]
        total += float(((members - members.mean(axis=0)) ** 2).sum())
    return total
