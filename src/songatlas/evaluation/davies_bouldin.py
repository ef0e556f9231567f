"""Davies-Bouldin: how much each cluster overlaps the one it resembles most."""

from __future__ import annotations

import numpy as np

from songatlas.geometry import spread_about_means
from songatlas.types import FloatArray, IntArray

_ROUNDING = 1e-12


def davies_bouldin_index(X: FloatArray, labels: IntArray) -> float | None:
    """Mean over clusters of the greatest (spread + spread) / distance, 0 at best, less is better.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features); Euclidean distances.
    labels
        Shape (n_tracks,); noise (negative) is left out.

    Returns
    -------
    None when not defined: fewer than two clusters, only clusters of one track, or two clusters
    with the same mean but for rounding.

    References
    ----------
    D. L. Davies and D. W. Bouldin, "A cluster separation measure", IEEE Transactions on Pattern
    Analysis and Machine Intelligence 1, 1979.

    Examples
    --------
    >>> davies_bouldin_index(np.array([[0.0], [1.0], [4.0], [5.0]]), np.array([0, 0, 1, 1]))
    0.25
    """
    from scipy.spatial.distance import cdist

    means, cluster, squared = spread_about_means(X, labels)
    if not 2 <= len(means) < len(cluster):
        return None
    spread = np.bincount(cluster, np.sqrt(squared)) / np.bincount(cluster)
    apart = cdist(means, means)
    np.fill_diagonal(apart, np.inf)
    if (apart <= _ROUNDING * max(np.abs(means).max(), spread.max())).any():
        return None
    return float(((spread[:, None] + spread) / apart).max(axis=1).mean())
