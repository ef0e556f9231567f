"""The core of a collection: what remains without its most extreme tracks."""

from __future__ import annotations

import numpy as np

from songatlas.types import FloatArray, IntArray

EXTREME_SHARE = 0.05


def core_tracks(X: FloatArray) -> IntArray:
    """Indices, ascending, of the tracks that are not among the 5 % furthest from the median.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features); distances are Euclidean.

    Examples
    --------
    >>> points = np.append(np.linspace(0, 1, 19), 50.0)[:, None]
    >>> core_tracks(points).tolist() == list(range(19))
    True
    """
    distance = np.linalg.norm(X - np.median(X, axis=0), axis=1)
    n_kept = len(X) - int(np.floor(EXTREME_SHARE * len(X)))
    return np.sort(np.argsort(distance, kind="stable")[:n_kept])
