"""Random halves of the tracks: what one half says of all, and whether the other says the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.distances import nearest_centre
from songatlas.evaluation.adjusted_rand import adjusted_rand
from songatlas.evaluation.contingency import contingency_table
from songatlas.evaluation.silhouette import silhouette_scores
from songatlas.geometry import cluster_means
from songatlas.types import Float64, FloatArray, IntArray

# (points, number of clusters, seed) → labels
Cluster = Callable[[FloatArray, int, int], IntArray]

MAX_TRACKS = 2000  # drawn at random before they are halved
N_SPLITS = 8


@dataclass(frozen=True, kw_only=True)
class HalfSamples:
    """K-Means on random halves, for every number of clusters.

    Parameters
    ----------
    ks
        Numbers of clusters, ascending.
    agreement
        Shape (n_ks,): mean adjusted Rand index of the partitions of two disjoint halves, each
        extended to all tracks by the nearest cluster mean; best 1, by chance 0.
    silhouettes
        Shape (2 · N_SPLITS, n_ks): of every half.
    """

    ks: tuple[int, ...]
    agreement: Float64
    silhouettes: Float64


def measure_half_samples(
    X: FloatArray, ks: Sequence[int], *, cluster: Cluster, random_state: int
) -> HalfSamples:
    """Cluster disjoint random halves and compare what they say of all tracks.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates), without duplicates; of more than 2,000 tracks a random
        2,000 are used.
    ks
        Numbers of clusters; those that do not fit a half are left out.

    References
    ----------
    T. Lange, V. Roth, M. Braun and J. Buhmann, "Stability-based validation of clustering
    solutions", Neural Computation 16, 2004.
    """
    rng = np.random.default_rng(random_state)
    points = np.asarray(X, dtype=np.float64)
    if len(points) > MAX_TRACKS:
        points = points[rng.permutation(len(points))[:MAX_TRACKS]]
    n_half = len(points) // 2
    ks = tuple(k for k in ks if k < n_half)
    agreement = np.zeros((N_SPLITS, len(ks)))
    silhouettes = np.full((2 * N_SPLITS, len(ks)), np.nan)
    for split in range(N_SPLITS):
        order = rng.permutation(len(points))
        extended = []
        for side, rows in enumerate((order[:n_half], order[n_half:])):
            half = points[rows]
            seed = int(rng.integers(2**31))
            partitions = [cluster(half, k, seed) for k in ks]
            scores = silhouette_scores(half, partitions)
            silhouettes[2 * split + side] = [np.nan if x is None else x for x in scores]
            extended.append([nearest_cluster(points, half, labels) for labels in partitions])
        agreement[split] = [rand(a, b) for a, b in zip(*extended, strict=True)]
    return HalfSamples(ks=ks, agreement=agreement.mean(axis=0), silhouettes=silhouettes)


def nearest_cluster(X: FloatArray, members: FloatArray, labels: IntArray) -> IntArray:
    """Cluster of whose members the mean is nearest, for every row of `X`.

    Examples
    --------
    >>> members = np.array([[0.0], [1.0], [8.0]])
    >>> nearest_cluster(np.array([[3.0], [6.0]]), members, np.array([0, 0, 1])).tolist()
    [0, 1]
    """
    clusters = np.unique(labels[labels >= 0])
    return np.asarray(clusters[nearest_centre(X, cluster_means(members, labels))])


def rand(a: IntArray, b: IntArray) -> float:
    """Adjusted Rand index of two partitions; two of one cluster each agree by nothing, 0."""
    value = float(adjusted_rand(contingency_table(a, b)))
    return 0.0 if np.isnan(value) else value
