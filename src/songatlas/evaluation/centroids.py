"""Means of clusters, on which the variance-based internal scores rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from songatlas.types import FloatArray, IntArray

    Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Centroids:
    """Clustered tracks and the means of their clusters.

    Parameters
    ----------
    points
        Shape (n_clustered, n_features): the tracks that are not noise, centred on their mean.
    cluster
        Shape (n_clustered,): row of ``means`` for each.
    means
        Shape (n_clusters, n_features).
    sizes
        Shape (n_clusters,): tracks in each.
    """

    points: Float64
    cluster: IntArray
    means: Float64
    sizes: IntArray

    @property
    def defined(self) -> bool:
        """Whether there is something to compare: 2 ≤ n_clusters < n_clustered."""
        return 2 <= len(self.sizes) < len(self.points)

    @property
    def squared_distances(self) -> Float64:
        """Shape (n_clustered,): squared distance of every track to the mean of its cluster."""
        steps = self.means[self.cluster]
        np.subtract(self.points, steps, out=steps)
        squared: Float64 = np.square(steps, out=steps).sum(axis=1)
        return squared


def centroids(X: FloatArray, labels: IntArray) -> Centroids:
    """Means of the clusters of `X`, noise (negative labels) left out, in double precision.

    Examples
    --------
    >>> centroids(np.array([[0.0], [2.0], [7.0]]), np.array([0, 0, 1])).means.tolist()
    [[-2.0], [4.0]]
    """
    clustered = np.asarray(labels) >= 0
    points = np.asarray(X, dtype=np.float64)[clustered]
    if len(points):
        points -= points.mean(axis=0)
    _, cluster, sizes = np.unique(
        np.asarray(labels)[clustered], return_inverse=True, return_counts=True
    )
    sums = np.zeros((len(sizes), points.shape[1]))
    np.add.at(sums, cluster, points)
    return Centroids(points=points, cluster=cluster, means=sums / sizes[:, None], sizes=sizes)
