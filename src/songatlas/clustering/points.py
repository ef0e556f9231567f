"""What every clusterer asks of its input, checked in one place."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from songatlas.errors import ConfigError, TooFewTracksError
from songatlas.geometry import finite_points
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
