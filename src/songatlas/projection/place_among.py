"""Tracks placed on a map that was made of others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songatlas.distances import smallest, squared_distance_blocks
from songatlas.types import Float64, IntArray

N_NEIGHBORS = 5


def place_among(
    X: Float64, drawn: IntArray, arranged: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
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
