"""DBSCAN: clusters as dense regions, everything else as noise."""

from __future__ import annotations

import functools

import numpy as np

from songatlas.clustering.labels import NOISE, canonical_labels
from songatlas.clustering.points import check_points
from songatlas.distances import spaced, squared_distance_blocks
from songatlas.errors import ConfigError
from songatlas.types import Float64, FloatArray, IntArray

MAX_TRACKS = 30_000
_ROUNDING = 16 * float(np.finfo(np.float64).eps)  # of a squared distance from inner products
MAX_CURVE = 10_000  # tracks whose k-distance is computed for the knee
# Distances less their rounding error, so that duplicates and ties with eps count.
_blocks = functools.partial(squared_distance_blocks, rounding=_ROUNDING)


def dbscan(X: FloatArray, *, eps: float = 0.0, min_samples: int = 10) -> IntArray:
    """Clusters of tracks connected through dense neighbourhoods.

    A core track has at least `min_samples` tracks, itself included, within `eps`. Core tracks
    within `eps` of one another share a cluster; any other track joins its nearest core track
    within `eps`, or is noise. Exact ties apart, the result does not depend on the order of the
    tracks. Distances are computed in blocks and never kept: memory grows linearly with the tracks.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features); Euclidean distances.
    eps
        Radius, in the unit of `X`; 0 takes :func:`knee_eps`.
    min_samples
        At least 1.

    Returns
    -------
    Shape (n_tracks,): canonical labels, −1 for noise.

    Raises
    ------
    ConfigError
        For a negative `eps`, `min_samples` below 1, or too many tracks.

    References
    ----------
    M. Ester et al., "A density-based algorithm for discovering clusters", KDD 1996.

    Examples
    --------
    >>> X = np.array([[0.0], [0.1], [0.2], [5.0], [9.0], [9.1], [9.2], [9.3]])
    >>> dbscan(X, eps=0.5, min_samples=3).tolist()
    [1, 1, 1, -1, 0, 0, 0, 0]
    """
    if reason := refusal(len(X)):
        raise ConfigError(reason)
    if not (np.isfinite(eps) and eps >= 0):
        raise ConfigError(f"dbscan_eps must be positive, or 0 for the knee. Got {eps}.")
    if min_samples < 1:
        raise ConfigError(f"dbscan_min_samples must be at least 1. Got {min_samples}.")
    points = check_points(X)
    if len(points) == 0:
        return np.empty(0, dtype=np.int64)
    radius = (eps or knee_eps(points, min_samples=min_samples)) ** 2
    n_neighbors = np.concatenate(
        [(block <= radius).sum(axis=1) for _, block in _blocks(points, points)]
    )
    core = np.flatnonzero(n_neighbors >= min_samples)
    labels = np.full(len(points), NOISE)
    labels[core] = _connected(points[core], radius)
    rest = np.flatnonzero(n_neighbors < min_samples)
    if len(core) and len(rest):
        for rows, block in _blocks(points[rest], points[core]):
            nearest = block.argmin(axis=1)
            reached = block[np.arange(len(block)), nearest] <= radius
            labels[rest[rows][reached]] = labels[core[nearest[reached]]]
    return canonical_labels(labels)


def refusal(n_tracks: int) -> str:
    """Why DBSCAN is not for so many tracks; empty where it is.

    Examples
    --------
    >>> print(refusal(100_000))
    DBSCAN must have at most 30000 tracks. Got 100000, which would need about 3e+10 distances, 11 \
times those of 30000 tracks. Use K-Means or GMM, whose time grows with the number of tracks, not \
with its square.
    """
    if n_tracks <= MAX_TRACKS:
        return ""
    return (
        f"DBSCAN must have at most {MAX_TRACKS} tracks. Got {n_tracks}, which would need about "
        f"{3 * n_tracks**2:.0e} distances, {(n_tracks / MAX_TRACKS) ** 2:.0f} times those of "
        f"{MAX_TRACKS} tracks. Use K-Means or GMM, whose time grows with the number of tracks, "
        "not with its square."
    )


def knee_eps(X: FloatArray, *, min_samples: int) -> float:
    """Radius at the knee of the sorted distances to the `min_samples`-th track, itself included.

    The knee is the point of the curve that lies furthest below its chord, both axes scaled to
    [0, 1]. Above 10,000 tracks the curve is that of 10,000 evenly spaced ones.

    References
    ----------
    V. Satopää et al., "Finding a 'kneedle' in a haystack", ICDCS Workshops 2011.

    Examples
    --------
    >>> round(knee_eps(np.array([[0.0], [1.0], [2.0], [3.0], [50.0]]), min_samples=2), 6)
    1.0
    """
    points = check_points(X)
    n_tracks = len(points)
    rows = spaced(n_tracks, MAX_CURVE)
    kth = min(min_samples, n_tracks) - 1
    curve = np.concatenate(
        # A copy, for a view would keep its whole block alive.
        [
            np.partition(block, kth, axis=1)[:, kth].copy()
            for _, block in _blocks(points[rows], points)
        ]
    )
    curve = np.sqrt(np.sort(curve))
    height = curve[-1] - curve[0]
    if height == 0:
        return float(curve[0])
    below_chord = np.linspace(0, 1, len(curve)) - (curve - curve[0]) / height
    return float(curve[below_chord.argmax()])


def _connected(core: Float64, radius: float) -> IntArray:
    """Component of each core point: spread from a seed to all core points within reach."""
    component = np.full(len(core), -1)
    unreached = np.arange(len(core))
    n_components = 0
    while len(unreached):
        waiting = unreached[:1]
        component[waiting] = n_components
        unreached = unreached[1:]
        while len(waiting) and len(unreached):
            reached = np.zeros(len(unreached), dtype=bool)
            for _, block in _blocks(core[waiting], core[unreached]):
                reached |= (block <= radius).any(axis=0)
            component[unreached[reached]] = n_components
            waiting, unreached = unreached[reached], unreached[~reached]
        n_components += 1
    return component
