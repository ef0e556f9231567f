"""Nearest neighbours of very many tracks, without looking at all pairs.

A graph of neighbours begins with those that random cuts leave together and is improved by looking
at neighbours of neighbours, until that finds next to nothing (NN-descent). It may miss a neighbour;
the distances of those that it finds are exact.

References
----------
W. Dong, C. Moses and K. Li, "Efficient k-nearest neighbor graph construction for generic similarity
measures", WWW 2011.
"""

from __future__ import annotations

import numpy as np

from songatlas.distances import blocks
from songatlas.seeds import stage_seed
from songatlas.threads import single_thread
from songatlas.types import FloatArray, IntArray

_MORE = 30  # that are looked for beside those that are wanted: the last of a list are found worst
_LEAST = 60
_BLOCK = 8_000_000  # coordinates at once


def approximate_neighbours(points: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
    """About the `k` nearest other points of every point, and a few more: 60, or `k` + 30.

    The same points give the same neighbours: one thread, and a seed of its own.

    Parameters
    ----------
    points
        Shape (n_points, n_coordinates), finite.

    Returns
    -------
    Indices and Euclidean distances, each (n_points, number found), nearest first and of equals the
    lower first. Where fewer are found the distance is infinite.
    """
    from pynndescent import NNDescent  # loads and compiles for twenty seconds

    n_wanted = min(max(_LEAST, k + _MORE), len(points) - 1)
    with single_thread():
        found = NNDescent(
            points.astype(np.float32),
            n_neighbors=n_wanted + 1,  # itself among them
            random_state=stage_seed(0, "approximate neighbours"),
            n_jobs=1,
        ).neighbor_graph[0]
    return _by_distance(points, np.sort(found, axis=1), n_wanted)


def _by_distance(points: FloatArray, found: IntArray, k: int) -> tuple[IntArray, FloatArray]:
    """The `k` nearest of those that were found, in order; `found` ascending, −1 for none."""
    indices = np.empty((len(points), k), np.intp)
    distances = np.empty((len(points), k))
    for part in blocks(len(points), _BLOCK // (found.shape[1] * points.shape[1])):
        own = np.arange(len(points))[part, None]
        steps = points[found[part]] - points[own]
        far = np.sqrt(np.einsum("ijk,ijk->ij", steps, steps))
        far[(found[part] == own) | (found[part] < 0)] = np.inf
        order = np.argsort(far, axis=1, kind="stable")[:, :k]
        indices[part] = np.take_along_axis(found[part], order, axis=1)
        distances[part] = np.take_along_axis(far, order, axis=1)
    return indices, distances
