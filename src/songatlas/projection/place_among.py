"""Maps of more tracks than can be arranged: some are, and the others placed among them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from songatlas.distances import smallest, squared_distance_blocks
from songatlas.projection.points import check_points
from songatlas.types import Float64, FloatArray, IntArray

N_NEIGHBORS = 5
Map = npt.NDArray[np.float32]


def arrange(
    X: FloatArray, fit: Callable[[Float64], Map], *, most: int, sample: int, random_state: int
) -> Map:
    """The map of `fit`: of all tracks or, of more than `most`, of random ones and the others.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features), at least 3 tracks.
    fit
        Arranges points that are not all the same.
    most, sample
        Tracks that are arranged at most, and as many as are where there are more.
    random_state
        Seed of the choice.

    Returns
    -------
    Shape (n_tracks, 2). Zeros if all tracks lie at one point.
    """
    points = check_points(X)
    if (points == points[0]).all():
        return np.zeros((len(points), 2), dtype=np.float32)
    if len(points) <= most:
        return fit(points)
    rng = np.random.default_rng(random_state)
    drawn = np.sort(rng.permutation(len(points))[:sample])
    some = arrange(points[drawn], fit, most=most, sample=sample, random_state=random_state)
    return place_among(points, drawn, some)


def place_among(X: Float64, drawn: IntArray, arranged: Map) -> Map:
    """Every track at the mean of its five nearest of those on the map, nearer ones counting more.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features); Euclidean distances.
    drawn
        Shape (n_drawn,): the tracks that are on the map, which stay where they are.
    arranged
        Shape (n_drawn, 2): their places.

    Returns
    -------
    Shape (n_tracks, 2).

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [8.0]])
    >>> place_among(X, np.array([0, 2]), np.array([[5, 5], [6, 6]], "f4"))[:, 0].round(2).tolist()
    [5.0, 5.019999980926514, 6.0]
    """
    centre = np.median(X, axis=0)
    known = X[drawn] - centre
    least = 1e-9 * (known**2).sum(axis=1).mean() + 1e-300
    placed = np.empty((len(X), 2), dtype=np.float32)
    for part, squared in squared_distance_blocks(X - centre, known):
        nearest, reached = smallest(squared, min(N_NEIGHBORS, len(drawn)))
        weight = 1 / (reached + least)
        weight /= weight.sum(axis=1, keepdims=True)
        placed[part] = (arranged[nearest] * weight[..., None]).sum(axis=1)
    placed[drawn] = arranged
    return placed
