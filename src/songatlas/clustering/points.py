"""What every clusterer asks of its input, checked in one place."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from songatlas.clustering.labels import canonical_labels
from songatlas.errors import ConfigError, TooFewTracksError
from songatlas.geometry import finite_points
from songatlas.threads import single_thread
from songatlas.types import Float64, FloatArray, IntArray

MIN_TRACKS = 3


def check_points(X: FloatArray) -> Float64:
    """Return `X` in double precision, centred on its median, which distances do not notice.

    Distances computed from inner products lose digits far from the origin; the median brings most
    tracks near it whatever the outliers.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features).

    Raises
    ------
    ValueError
        When `X` is not a matrix with at least one column, or holds NaN or infinity; the message
        names the rows.

    Examples
    --------
    >>> check_points(np.array([[1.0, 5.0], [3.0, 5.0]])).tolist()
    [[-1.0, 0.0], [1.0, 0.0]]
    """
    points = finite_points(X)
    if len(points):
        points = points - np.median(points, axis=0)
    return points


def check_n_clusters(n_clusters: int, n_tracks: int) -> None:
    """Refuse a number of clusters that `n_tracks` tracks cannot be divided into.

    Raises
    ------
    TooFewTracksError
        Below 3 tracks.
    ConfigError
        When `n_clusters` is outside [2, n_tracks − 1].

    Examples
    --------
    >>> check_n_clusters(40, 40)
    Traceback (most recent call last):
        ...
    songatlas.errors.ConfigError: n_clusters must be in [2, 39] for 40 tracks. Got 40.
    """
    if n_tracks < MIN_TRACKS:
        raise TooFewTracksError(
            f"clustering needs at least {MIN_TRACKS} usable tracks. Got {n_tracks}. Add music, or "
            "see skipped.csv for the files that could not be used."
        )
    if not 2 <= n_clusters <= n_tracks - 1:
        raise ConfigError(
            f"n_clusters must be in [2, {n_tracks - 1}] for {n_tracks} tracks. Got {n_clusters}."
        )


def divide(X: FloatArray, n_clusters: int, fit: Callable[[Float64], IntArray]) -> IntArray:
    """Canonical labels of the tracks by `fit`, which is asked only where there is a choice.

    It is given the points as :func:`check_points` leaves them, a copy, and runs on one thread: sums
    over several depend on their number. Where EM or the means have not settled, it says so itself.

    Raises
    ------
    ConfigError, TooFewTracksError
        When `n_clusters` does not fit the number of tracks.

    Examples
    --------
    >>> divide(np.array([[1.0], [2.0], [3.0]]), 2, lambda points: np.array([4, 7, 7])).tolist()
    [1, 0, 0]
    """
    points = check_points(X)
    check_n_clusters(n_clusters, len(points))
    labels = coincident_labels(points, n_clusters)
    if labels is None:
        from sklearn.exceptions import ConvergenceWarning

        with single_thread(), warnings.catch_warnings():
            # Points that are alike, or differ by rounding only, give fewer clusters, and EM has
            # slow tails: both are expected.
            warnings.simplefilter("ignore", ConvergenceWarning)
            labels = fit(points)
    return canonical_labels(labels)


def coincident_labels(X: npt.NDArray[Any], n_clusters: int) -> IntArray | None:
    """Partition by identity, if the tracks lie at no more than `n_clusters` distinct points.

    Tracks at one point are never split: no method has a reason to tell them apart. Fewer clusters
    than asked for are then the exact answer, and ``Clustering.n_clusters`` says how many.

    Returns
    -------
    Shape (n_tracks,), or None when there are more distinct points than `n_clusters`.

    Examples
    --------
    >>> coincident_labels(np.array([[1.0], [2.0], [1.0]]), 2).tolist()
    [0, 1, 0]
    >>> coincident_labels(np.array([[1.0], [2.0], [3.0]]), 2) is None
    True
    """
    labels = np.full(len(X), -1)
    for cluster in range(n_clusters):
        rest = np.flatnonzero(labels == -1)
        if len(rest) == 0:
            break
        labels[(X[rest[0]] == X).all(axis=1)] = cluster
    return None if (labels == -1).any() else labels
