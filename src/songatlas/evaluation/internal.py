"""Scores of a partition by itself, in the space that was clustered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from songatlas.evaluation.calinski_harabasz import calinski_harabasz_score
from songatlas.evaluation.davies_bouldin import davies_bouldin_index
from songatlas.evaluation.silhouette import silhouette_averages, silhouette_score
from songatlas.types import FloatArray, IntArray
from songatlas.types.scores import InternalScores

InternalMetric = Callable[[FloatArray, IntArray], float | None]

# Column name → (X, labels) → score; all are None where not defined.
INTERNAL: dict[str, InternalMetric] = {
    "Silhouette": silhouette_score,
    "Calinski-Harabasz": calinski_harabasz_score,
    "Davies-Bouldin": davies_bouldin_index,
}


def internal_scores(X: FloatArray, partitions: Sequence[IntArray]) -> list[InternalScores]:
    """Internal scores of several partitions of the same points, distances computed once.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features).
    partitions
        Labels of shape (n_tracks,) each, −1 for noise.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [4.0], [5.0]])
    >>> scores, = internal_scores(X, [np.array([0, 0, 1, 1])])
    >>> scores.calinski_harabasz, scores.davies_bouldin, scores.silhouette_tracks
    (32.0, 0.25, 4)
    """
    silhouettes = silhouette_averages(X, partitions)
    return [
        InternalScores(
            silhouette=silhouette.result(),
            calinski_harabasz=calinski_harabasz_score(X, labels),
            davies_bouldin=davies_bouldin_index(X, labels),
            silhouette_tracks=silhouette.n_rows,
        )
        for silhouette, labels in zip(silhouettes, partitions, strict=True)
    ]
