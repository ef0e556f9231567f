"""Is the separation that of a few extreme tracks from all the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from songatlas.evaluation.silhouette import silhouette_score
from songatlas.evaluation.trust.core import core_tracks

if TYPE_CHECKING:
    from songatlas.types import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Outliers:
    """A partition with and without the most extreme 5 % of the tracks.

    Parameters
    ----------
    silhouette, silhouette_core
        Over all tracks, and of the same labels over the core; None where fewer than two clusters
        are there.
    n_clusters, n_emptied
        Number of clusters, and of those that lose more than half of their tracks with the extreme
        ones.
    """

    silhouette: float | None
    silhouette_core: float | None
    n_clusters: int
    n_emptied: int


def measure_outliers(X: FloatArray, labels: IntArray) -> Outliers:
    """Score a partition again without its extreme tracks.

    Parameters
    ----------
    X, labels
        Shapes (n_tracks, n_coordinates) and (n_tracks,): points that were clustered, and clusters.

    Examples
    --------
    >>> X = np.append(np.linspace(0, 1, 97), [50.0, 51.0, 52.0])[:, None]
    >>> found = measure_outliers(X, np.repeat([0, 1], [97, 3]))
    >>> found.silhouette > 0.9, found.silhouette_core, found.n_emptied
    (True, None, 1)
    """
    core = core_tracks(X)
    sizes = np.bincount(labels[labels >= 0])
    remaining = np.bincount(labels[core][labels[core] >= 0], minlength=len(sizes))
    return Outliers(
        silhouette=silhouette_score(X, labels),
        silhouette_core=silhouette_score(X[core], labels[core]),
        n_clusters=int((sizes > 0).sum()),
        n_emptied=int((2 * remaining < sizes).sum()),
    )
