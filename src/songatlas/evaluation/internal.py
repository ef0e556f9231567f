"""Scores of a partition by itself, in the space that was clustered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from songatlas.evaluation.calinski_harabasz import calinski_harabasz_score
from songatlas.evaluation.davies_bouldin import davies_bouldin_index
from songatlas.evaluation.silhouette import MAX_EXACT, silhouette_averages, silhouette_score
from songatlas.types import FloatArray, IntArray

InternalMetric = Callable[[FloatArray, IntArray], float | None]

# Column name → (X, labels) → score; all are None where not defined.
INTERNAL: dict[str, InternalMetric] = {
    "Silhouette": silhouette_score,
    "Calinski-Harabasz": calinski_harabasz_score,
    "Davies-Bouldin": davies_bouldin_index,
}


@dataclass(frozen=True, kw_only=True)
class InternalScores:
    """Internal scores of one partition; None where not defined.

    Parameters
    ----------
    silhouette
        In [−1, 1], greater is better.
    calinski_harabasz
        At least 0, greater is better.
    davies_bouldin
        At least 0, less is better.
    silhouette_tracks
        Number of tracks whose silhouettes were averaged: all clustered ones, unless there were
        too many; 0 where the silhouette is not defined.
    """

    silhouette: float | None
    calinski_harabasz: float | None
    davies_bouldin: float | None
    silhouette_tracks: int


def internal_scores(
    X: FloatArray, partitions: Sequence[IntArray], *, max_rows: int = MAX_EXACT
) -> list[InternalScores]:
    """Internal scores of several partitions of the same points, distances computed once.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features).
    partitions
        Labels of shape (n_tracks,) each, −1 for noise.
    max_rows
        As for :func:`songatlas.evaluation.silhouette.silhouette_scores`.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [4.0], [5.0]])
    >>> scores, = internal_scores(X, [np.array([0, 0, 1, 1])])
    >>> scores.calinski_harabasz, scores.davies_bouldin, scores.silhouette_tracks
    (32.0, 0.25, 4)
    """
    silhouettes = silhouette_averages(X, partitions, max_rows=max_rows)
    return [
        InternalScores(
            silhouette=silhouette.result(),
            calinski_harabasz=calinski_harabasz_score(X, labels),
            davies_bouldin=davies_bouldin_index(X, labels),
            silhouette_tracks=silhouette.n_rows,
        )
        for silhouette, labels in zip(silhouettes, partitions, strict=True)
    ]
