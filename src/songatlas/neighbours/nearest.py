"""Nearest neighbours of every track, by plain or by locally scaled distances.

In many dimensions a few tracks, the hubs, are among the nearest of very many others, and many are
among the nearest of none. Dividing a distance by how far both tracks' own neighbours are makes
"near" mean the same everywhere.

References
----------
L. Zelnik-Manor and P. Perona, "Self-tuning spectral clustering", NIPS 2004; the non-iterative
contextual measure in D. Schnitzer, A. Flexer, M. Schedl and G. Widmer, "Local and global scaling
reduce hubs in space", Journal of Machine Learning Research 13, 2012.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from songatlas.threads import single_thread
from songatlas.types import FloatArray, IntArray

# Neighbours whose mean distance is the scale of a track. A handful is too local: a track in a thin
# place then is near to everything (docs/explanation/neighbours.md has the measurements).
N_LOCAL = 30
_BLOCK = 8_000_000  # distances at once
_TINY = 1e-12


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The nearest tracks of every track, nearest first.

    Parameters
    ----------
    indices
        Shape (n_tracks, k), rows of the tracks; −1 where there are fewer.
    distances
        Shape (n_tracks, k): Euclidean if plain, without unit if scaled (1 is the distance of
        typical neighbours); infinite where there is no neighbour.
    """

    indices: IntArray
    distances: FloatArray


def nearest_neighbours(
    X: FloatArray, k: int, *, scaled: bool = True, rows: IntArray | None = None
) -> Neighbours:
    """The `k` nearest other tracks.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates). A row that is not finite has no neighbours and is none.
    k
        At least 1.
    scaled
        Correct for hubness: d(i, j) / √(s(i) s(j)), where s is the mean distance of a track to its
        30 nearest.
    rows
        Tracks whose neighbours are wanted; None wants those of all, in their order.

    Notes
    -----
    Exact; memory does not grow with the number of pairs. Of equals the lower row is first.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [3.0], [np.nan]])
    >>> found = nearest_neighbours(X, 2, scaled=False)
    >>> found.indices.tolist()
    [[1, 2], [0, 2], [1, 0], [-1, -1]]
    """
    if k < 1:
        raise ValueError(f"k must be at least 1. Got {k}.")
    has_place = np.asarray(np.isfinite(X).all(axis=1))
    wanted = np.arange(len(X)) if rows is None else np.asarray(rows)
    indices = np.full((len(wanted), k), -1)
    distances = np.full((len(wanted), k), np.inf)
    placed = np.flatnonzero(has_place)
    points = np.asarray(X, np.float64)[placed]
    if len(points) < 2:
        return Neighbours(indices=indices, distances=distances)
    points = points - np.median(points, axis=0)  # products are exact near the origin
    scale = _local_scale(points) if scaled else np.ones(len(points))
    position = np.full(len(X), -1)
    position[placed] = np.arange(len(placed))
    asked = np.flatnonzero(has_place[wanted])
    n_found = min(k, len(points) - 1)
    for part, block in _distances(points, position[wanted[asked]]):
        block /= np.sqrt(scale[position[wanted[asked[part]]], None] * scale)
        nearest, their = _smallest(block, n_found)
        indices[asked[part], :n_found] = placed[nearest]
        distances[asked[part], :n_found] = their
    return Neighbours(indices=indices, distances=distances)


def _local_scale(points: FloatArray) -> FloatArray:
    n_local = min(N_LOCAL, len(points) - 1)
    scale = np.empty(len(points))
    for part, block in _distances(points, np.arange(len(points))):
        scale[part] = _smallest(block, n_local)[1].mean(axis=1)
    return np.maximum(scale, _TINY)  # copies of one track are at no distance


def _distances(points: FloatArray, rows: IntArray) -> Iterator[tuple[slice, FloatArray]]:
    """Euclidean distances of `rows` to all points, in blocks; infinite to themselves."""
    squares = np.einsum("ij,ij->i", points, points)
    n_rows = max(1, _BLOCK // len(points))
    for start in range(0, len(rows), n_rows):
        part = slice(start, start + n_rows)
        own = rows[part]
        with single_thread():
            block = squares[own, None] + squares - 2 * points[own] @ points.T
        np.sqrt(np.maximum(block, 0.0, out=block), out=block)
        block[np.arange(len(own)), own] = np.inf
        yield part, block


def _smallest(block: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
    """Columns of the `k` smallest of every row, in order, and their values."""
    found = np.sort(np.argpartition(block, k - 1, axis=1)[:, :k], axis=1)
    values = np.take_along_axis(block, found, axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1), np.take_along_axis(values, order, axis=1)
