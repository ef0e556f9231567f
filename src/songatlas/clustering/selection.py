"""Number of clusters: K-Means for every K of a range, judged by internal scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.clustering.kmeans import inertia, kmeans
from songatlas.clustering.points import (
    MIN_TRACKS,
    check_n_clusters,
    check_points,
    coincident_labels,
)
from songatlas.errors import ConfigError, TooFewTracksError
from songatlas.threads import each
from songatlas.types import FloatArray, IntArray
from songatlas.types.scores import InternalScores


@dataclass(frozen=True, kw_only=True)
class KSelection:
    """What was found for every K, one entry a K in every tuple.

    Parameters
    ----------
    ks
        The numbers of clusters that were tried, ascending.
    silhouette, calinski_harabasz, davies_bouldin
        Internal scores; None where not defined.
    inertia
        Sum of squared distances to the cluster means.
    smallest_cluster
        Number of tracks in the smallest cluster.
    labels
        Canonical labels, shape (n_tracks,) each.
    best_k
        The K of the greatest silhouette; of equal ones the smallest.
    notes
        One sentence for each limit that was lowered, for the report.
    """

    ks: tuple[int, ...]
    silhouette: tuple[float | None, ...]
    calinski_harabasz: tuple[float | None, ...]
    davies_bouldin: tuple[float | None, ...]
    inertia: tuple[float, ...]
    smallest_cluster: tuple[int, ...]
    labels: tuple[IntArray, ...]
    best_k: int
    notes: tuple[str, ...] = ()

    @property
    def best_labels(self) -> IntArray:
        """Labels of ``best_k``."""
        return self.labels[self.ks.index(self.best_k)]


def select_k(
    X: FloatArray,
    *,
    k_min: int,
    k_max: int,
    random_state: int,
    n_init: int = 10,
    score: Callable[[FloatArray, Sequence[IntArray]], Sequence[InternalScores]],
) -> KSelection:
    """K-Means for every K in [`k_min`, `k_max`], and the K of the greatest silhouette.

    The silhouette that chose K is no test of that choice; read it beside the scores that had no
    part in it.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features).
    k_min, k_max
        2 ≤ `k_min` ≤ `k_max`. `k_max` is lowered to n_tracks − 1, or to the number of distinct
        points, with a note.
    random_state, n_init
        As for :func:`songatlas.clustering.kmeans.kmeans`.
    score
        Gives the internal scores of several partitions of the same points at once:
        :func:`songatlas.evaluation.internal.internal_scores`.

    Raises
    ------
    ConfigError
        When the range is empty or begins below 2.
    TooFewTracksError
        When there are fewer than `k_min` + 1 tracks.

    Examples
    --------
    >>> from songatlas.evaluation.internal import internal_scores
    >>> X = np.array([[0.0], [0.1], [5.0], [5.1], [9.0], [9.1]])
    >>> found = select_k(X, k_min=2, k_max=8, random_state=0, score=internal_scores)
    >>> found.best_k, found.ks, found.best_labels.tolist()
    (3, (2, 3, 4, 5), [0, 0, 1, 1, 2, 2])
    >>> found.notes
    ('k_max was lowered from 8 to 5: there are 6 tracks.',)
    """
    points = check_points(X)
    k_last, notes = _upper_limit(points, k_min=k_min, k_max=k_max)
    ks = tuple(range(k_min, k_last + 1))
    labels = tuple(
        each(lambda k: kmeans(points, k, random_state=random_state, n_init=n_init), ks[::-1])
    )[::-1]  # the longest first
    scores = score(points, labels)
    ranking = [-np.inf if s.silhouette is None else s.silhouette for s in scores]
    return KSelection(
        ks=ks,
        silhouette=tuple(s.silhouette for s in scores),
        calinski_harabasz=tuple(s.calinski_harabasz for s in scores),
        davies_bouldin=tuple(s.davies_bouldin for s in scores),
        inertia=tuple(inertia(points, partition) for partition in labels),
        smallest_cluster=tuple(int(np.bincount(partition).min()) for partition in labels),
        labels=labels,
        best_k=ks[int(np.argmax(ranking))],
        notes=notes,
    )


def _upper_limit(X: FloatArray, *, k_min: int, k_max: int) -> tuple[int, tuple[str, ...]]:
    n_tracks = len(X)
    if not 2 <= k_min <= k_max:
        raise ConfigError(f"2 ≤ k_min ≤ k_max is required. Got k_min = {k_min}, k_max = {k_max}.")
    if n_tracks < max(MIN_TRACKS, k_min + 1):
        raise TooFewTracksError(
            f"k_min = {k_min} needs at least {k_min + 1} usable tracks. Got {n_tracks}. Add music, "
            "or see skipped.csv for the files that could not be used."
        )
    k_last, notes = k_max, []
    if k_last > n_tracks - 1:
        k_last = n_tracks - 1
        notes.append(f"k_max was lowered from {k_max} to {k_last}: there are {n_tracks} tracks.")
    check_n_clusters(k_last, n_tracks)
    coincident = coincident_labels(X, k_last)
    if coincident is not None:
        n_points = int(coincident.max()) + 1
        k_last = max(k_min, min(k_last, n_points))
        notes.append(f"K stops at {k_last}: the tracks lie at {n_points} distinct points.")
    return k_last, tuple(notes)
