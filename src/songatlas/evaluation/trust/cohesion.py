"""A group that keeps to itself, however small and far: no handful of unrelated extremes."""

from __future__ import annotations

import numpy as np

from songatlas.types import FloatArray, IntArray

LEAST_SHARE, LEAST_TRACKS = 0.02, 3  # of all tracks; what is smaller is a splinter
_MOST, _OUTSIDERS = 0.8, 3
_COMPARED, _OTHERS = 400, 5000  # tracks of the group, and others, evenly spaced


def is_cohesive(X: FloatArray, inside: IntArray) -> bool:
    """Whether most of its tracks are nearer to half of their fellows than to any others.

    For at least 80 % of them the median distance to the fellows is below that to the third nearest
    track outside; extremes in directions of their own are nearer to the bulk than to each other.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates).
    inside
        Rows of the group.

    Examples
    --------
    >>> X = np.append(np.linspace(0, 1, 95), np.linspace(9, 9.1, 5))[:, None]
    >>> is_cohesive(X, np.arange(95, 100)), is_cohesive(X, np.arange(0, 95, 19))
    (True, False)
    """
    from scipy.spatial.distance import cdist

    outside = np.setdiff1d(np.arange(len(X)), inside)
    if len(inside) < max(LEAST_TRACKS, LEAST_SHARE * len(X)) or len(outside) < _OUTSIDERS:
        return False
    some, fellows, others = (
        np.asarray(X[rows[:: len(rows) // most + 1]], dtype=np.float64)
        for rows, most in ((inside, _COMPARED), (inside, _OTHERS), (outside, _OTHERS))
    )
    near = np.median(cdist(some, fellows), axis=1)
    away = np.partition(cdist(some, others), _OUTSIDERS - 1, axis=1)[:, _OUTSIDERS - 1]
    return bool((near < away).mean() >= _MOST)
