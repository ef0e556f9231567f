"""Silhouette: how much nearer a track is to its own cluster than to the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songatlas.distances import spaced, squared_distance_blocks
from songatlas.store.arena import pick
from songatlas.threads import single_thread
from songatlas.types import Float64, FloatArray, IntArray

MAX_EXACT = 30_000  # tracks, all pairs of which are compared
SAMPLE = 5_000  # of more tracks, so many are compared with all
MAX_COMPARED = 50_000  # or with so many, evenly spaced


def silhouette_score(X: FloatArray, labels: IntArray) -> float | None:
    """Mean silhouette of the clustered tracks, best 1, worst −1; about 0 for touching clusters.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features); Euclidean distances.
    labels
        Shape (n_tracks,); noise (negative) is left out.

    Returns
    -------
    None when not defined: fewer than two clusters, or nothing but clusters of one track. Up to
    30,000 tracks exact, above as for :func:`silhouette_scores`.

    References
    ----------
    P. J. Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster
    analysis", Journal of Computational and Applied Mathematics 20, 1987.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [4.0], [5.0]])
    >>> round(silhouette_score(X, np.array([0, 0, 1, 1])), 6)
    0.746032
    """
    return silhouette_scores(X, [labels])[0]


def silhouette_scores(X: FloatArray, partitions: Sequence[IntArray]) -> list[float | None]:
    """Mean silhouette of several partitions of the same tracks, from one pass over the distances.

    Above 30,000 tracks the mean is over 5,000 evenly spaced ones, each compared with *all* tracks:
    a sample of the mean's terms, not of the clusters, hence unbiased, with a standard error of
    about 0.003. Above 50,000 they are compared with so many, evenly spaced.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features); Euclidean distances.
    partitions
        Labels of shape (n_tracks,) each; noise (negative) is left out, partition by partition.

    Returns
    -------
    One score a partition; None when not defined. Memory does not grow with the number of pairs.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [4.0], [5.0]])
    >>> partitions = [np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0]), np.array([0, 0, 0, 0])]
    >>> [score and round(score, 6) for score in silhouette_scores(X, partitions)]
    [0.746032, -0.333333, None]
    """
    return [average.result() for average in silhouette_averages(X, partitions)]


def silhouette_averages(X: FloatArray, partitions: Sequence[IntArray]) -> list[SilhouetteAverage]:
    """What :func:`silhouette_scores` gives, and over how many tracks, by the same parameters.

    Rows of `X` that are noise in every partition are not looked at.
    """
    if not partitions:
        return []
    stacked = np.stack(partitions, axis=1)
    if len(stacked) > MAX_COMPARED:
        compared = spaced(len(stacked), MAX_COMPARED)
        X, stacked = pick(X, compared), stacked[compared]
    used = (stacked >= 0).any(axis=1)
    stacked = stacked[used]
    # Tracks that share their cluster in every partition form a cell. With the tracks sorted by
    # cell, the sums over all clusters of all partitions are sums over stretches of a row.
    cell_labels, cell = np.unique(np.maximum(stacked, -1), axis=0, return_inverse=True)
    order = np.argsort(cell, kind="stable")
    points = np.asarray(X, dtype=np.float64)[np.flatnonzero(used)[order]]
    averages = [SilhouetteAverage(labels, cell) for labels in cell_labels.T]
    if len(points) == 0:
        return averages
    # Inner products are exact near the origin: bring most tracks there whatever the outliers.
    points -= np.median(points, axis=0)
    starts = np.searchsorted(cell[order], np.arange(len(cell_labels)))
    n_rows = len(points) if len(points) <= MAX_EXACT else min(SAMPLE, MAX_EXACT)
    rows = np.argsort(order)[spaced(len(points), n_rows)]
    with single_thread():
        for part, squared in squared_distance_blocks(points[rows], points):
            own = rows[part]
            distances = np.sqrt(squared, out=squared)
            distances[np.arange(len(own)), own] = 0  # exactly, where rounding leaves a trace
            sums = np.add.reduceat(distances, starts, axis=1)
            for average in averages:
                average.add(sums, cell[order[own]])
    return averages


class SilhouetteAverage:
    """Running mean silhouette of one partition.

    ``labels`` are the partition's labels of the cells, ``cell`` the cell of every track.
    """

    def __init__(self, labels: IntArray, cell: IntArray) -> None:
        clusters = np.unique(labels[labels >= 0])
        self.cluster = np.where(labels >= 0, np.searchsorted(clusters, labels), -1)
        self.member = (self.cluster[:, None] == np.arange(len(clusters))).astype(np.float64)
        self.sizes = self.member.T @ np.bincount(cell)
        self.clusters = clusters
        self.totals = np.zeros(len(clusters))  # silhouettes by cluster, and their number
        self.counts = np.zeros(len(clusters))
        self.total = 0.0
        self.n_rows = 0

    def add(self, sums: Float64, cell: IntArray) -> None:
        """Take in rows of distances summed by cell, (n_rows, n_cells), and the rows' cells."""
        own = self.cluster[cell]
        clustered = own >= 0
        own = own[clustered]
        if len(self.sizes) < 2 or len(own) == 0:
            return
        to_clusters = sums[clustered] @ self.member  # (n_rows, n_cells) -> (n_rows, n_clusters)
        row = np.arange(len(own))
        within = to_clusters[row, own] / np.maximum(self.sizes[own] - 1, 1)
        to_clusters /= self.sizes
        to_clusters[row, own] = np.inf
        nearest = to_clusters.min(axis=1)
        larger = np.maximum(within, nearest)
        # A track alone in its cluster scores 0, as does one whose two nearest clusters coincide.
        counts = (self.sizes[own] > 1) & (larger > 0)
        silhouettes = (nearest - within)[counts] / larger[counts]
        self.totals += np.bincount(own[counts], silhouettes, len(self.sizes))
        self.counts += np.bincount(own, minlength=len(self.sizes))
        self.total += float(silhouettes.sum())
        self.n_rows += len(own)

    def result(self) -> float | None:
        """Mean so far; None when not defined."""
        if not 2 <= len(self.sizes) < self.sizes.sum() or self.n_rows == 0:
            return None
        return self.total / self.n_rows


def silhouette_by_cluster(X: FloatArray, labels: IntArray) -> list[float]:
    """Mean silhouette of the tracks of every cluster from 0, by the same rules; 0 for one of none.

    Of more than 30,000 tracks only 5,000 count, as for :func:`silhouette_scores`.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [10.0], [14.0]])
    >>> [round(value, 3) for value in silhouette_by_cluster(X, np.array([0, 0, 1, 1]))]
    [0.913, 0.641]
    """
    n_clusters = int(labels.max()) + 1
    average = silhouette_averages(X, [labels])[0]
    totals, counts = average.totals, average.counts
    means = np.divide(totals, counts, out=np.zeros(len(totals)), where=counts > 0)
    values = np.zeros(n_clusters)
    values[average.clusters] = means
    return [float(value) for value in values]
