"""Partitions of the tracks: one method a file, all of them in the table :data:`CLUSTERERS`.

A clusterer gets points and returns canonical labels: clusters are numbered from 0 by decreasing
size, −1 is noise. The same points and seed give the same labels whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable

from songatlas.clustering.agglomerative import agglomerative
from songatlas.clustering.dbscan import dbscan, refusal
from songatlas.clustering.gaussian_mixture import gaussian_mixture
from songatlas.clustering.kmeans import kmeans
from songatlas.config.stages import ClusteringConfig
from songatlas.types import FloatArray, IntArray

Clusterer = Callable[[FloatArray, int, ClusteringConfig, int], IntArray]

# Name in tables → (X, n_clusters, config, random_state) → labels; a new method adds one row.
CLUSTERERS: dict[str, Clusterer] = {
    "K-Means": lambda X, k, config, seed: kmeans(X, k, random_state=seed, n_init=config.n_init),
    "Agglomerative": lambda X, k, config, seed: agglomerative(X, k),
    "DBSCAN": lambda X, k, config, seed: dbscan(
        X, eps=config.dbscan_eps, min_samples=config.dbscan_min_samples
    ),
    "GMM": lambda X, k, config, seed: gaussian_mixture(X, k, random_state=seed),
}

# Clusterers that refuse too many tracks: number of tracks → why, or nothing.
REFUSALS: dict[str, Callable[[int], str]] = {"DBSCAN": refusal}
