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

from songatlas.distances import smallest, squared_distance_blocks
from songatlas.neighbours.approximate import approximate_neighbours
from songatlas.types import FloatArray, IntArray

# Neighbours whose mean distance is the scale of a track. A handful is too local: a track in a thin
# place then is near to everything (docs/explanation/neighbours.md has the measurements).
N_LOCAL = 30
MAX_EXACT = 50_000  # tracks; with fewer, all pairs cost no more than compiling the other search
_N_RIVALS = 500  # of very many tracks, those that may be among the nearest of one
_TINY = 1e-12
_ROUNDING = 1e-6  # share of a distance, much more than it is rounded by
Found = tuple[IntArray, FloatArray]  # neighbours of some points, and their distances


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
    X: FloatArray,
    k: int,
    *,
    scaled: bool = True,
    rows: IntArray | None = None,
    scale: FloatArray | None = None,
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
    scale
        That of :func:`local_scale`, where it is known: it takes all pairs to find.

    Notes
    -----
    Of more than 50,000 tracks the neighbours of all are approximate: up to two in a hundred are
    missed. Of some `rows` they are those of all pairs; only scaled ones are then chosen from the
    500 nearest by plain distances. Memory does not grow with the number of pairs. Of equals the
    lower row is first.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [3.0], [np.nan]])
    >>> found = nearest_neighbours(X, 2, scaled=False)
    >>> found.indices.tolist()
    [[1, 2], [0, 2], [1, 0], [-1, -1]]
    """
    _check(k)
    placed, points = _points(X)
    if rows is None:
        if len(points) > MAX_EXACT:
            near = approximate_neighbours(points, k)
            near = _rescaled(*near) if scaled else near
        else:
            of_points = None
            if scaled:
                of_points = _local_scale(points) if scale is None else scale[placed]
            near = _search(points, np.arange(len(points)), k, of_points)
        return _spread(near, k, placed, placed, len(X))
    position = np.full(len(X), -1)
    position[placed] = np.arange(len(placed))
    own = position[rows]
    own, asked = own[own >= 0], np.flatnonzero(own >= 0)
    of_points = None
    if scaled and scale is not None:
        of_points = scale[placed]
    elif scaled and len(points) > MAX_EXACT:
        of_points = _scale_around(points, own, max(_N_RIVALS, 4 * k))
    elif scaled:
        of_points = _scale_within_reach(points, own, k)
    return _spread(_search(points, own, k, of_points), k, asked, placed, len(rows))


def local_scale(X: FloatArray) -> FloatArray | None:
    """Mean distance of every track to its 30 nearest; None of more than 50,000.

    Of those it is found for the nearest of some tracks alone, and other ones for others. NaN for a
    row that is not finite.

    Examples
    --------
    >>> local_scale(np.array([[0.0], [1.0], [3.0], [np.nan]])).tolist()
    [2.0, 1.5, 2.5, nan]
    """
    placed, points = _points(X)
    if len(points) > MAX_EXACT:
        return None
    scale = np.full(len(X), np.nan)
    scale[placed] = _local_scale(points)
    return scale


def plain_and_scaled(X: FloatArray, k_plain: int, k_scaled: int) -> tuple[Neighbours, Neighbours]:
    """:func:`nearest_neighbours` of all tracks by plain and by scaled distances, searched together.

    Examples
    --------
    >>> plain, scaled = plain_and_scaled(np.array([[0.0], [1.0], [3.0]]), 2, 1)
    >>> plain.indices.tolist(), scaled.indices.tolist()
    ([[1, 2], [0, 2], [1, 0]], [[1], [0], [1]])
    """
    _check(min(k_plain, k_scaled))
    placed, points = _points(X)
    if len(points) > MAX_EXACT:
        plain = approximate_neighbours(points, max(k_plain, k_scaled))
        scaled = _rescaled(*plain)
    else:
        everyone = np.arange(len(points))
        plain = _search(points, everyone, k_plain, None)
        n_local = min(N_LOCAL, len(points) - 1)
        enough = 0 < n_local <= plain[1].shape[1]
        scale = _mean_of_nearest(plain[1], n_local) if enough else _local_scale(points)
        scaled = _search(points, everyone, k_scaled, scale)
    return (
        _spread(plain, k_plain, placed, placed, len(X)),
        _spread(scaled, k_scaled, placed, placed, len(X)),
    )


def _check(k: int) -> None:
    if k < 1:
        raise ValueError(f"k must be at least 1. Got {k}.")


def _points(X: FloatArray) -> tuple[IntArray, FloatArray]:
    """Rows of `X` that are finite, and their points in double precision about the origin."""
    placed = np.flatnonzero(np.isfinite(X).all(axis=1))
    points = np.asarray(X, np.float64)[placed]
    if len(points):
        points = points - np.median(points, axis=0)  # products are exact near the origin
    return placed, points


def _spread(near: Found, k: int, rows: IntArray, placed: IntArray, n_rows: int) -> Neighbours:
    """What was found among the points, in the rows that asked and as rows of tracks."""
    indices, distances = np.full((n_rows, k), -1), np.full((n_rows, k), np.inf)
    found, far = near[0][:, :k], near[1][:, :k]
    width = found.shape[1]
    indices[rows, :width] = np.where(np.isfinite(far), placed[found], -1)
    distances[rows, :width] = far
    return Neighbours(indices=indices, distances=distances)


def _search(points: FloatArray, rows: IntArray, k: int, scale: FloatArray | None) -> Found:
    """The `k` nearest of `rows` by all pairs; points with a scale of 0 are out of the question."""
    n_found = max(0, min(k, len(points) - 1))
    indices, distances = np.empty((len(rows), n_found), np.intp), np.empty((len(rows), n_found))
    if n_found == 0:
        return indices, distances
    out = np.zeros(0, np.intp) if scale is None else np.flatnonzero(scale == 0)
    for part, block in _distances(points, rows):
        if scale is not None:
            block[:, out] = np.inf
            between = scale[rows[part], None] * np.where(scale > 0, scale, 1.0)
            block /= np.sqrt(between, out=between)
        indices[part], distances[part] = smallest(block, n_found)
    return indices, distances


def _rescaled(indices: IntArray, distances: FloatArray) -> Found:
    """Neighbours by plain distances, in the order of the scaled ones."""
    scale = _mean_of_nearest(distances, min(N_LOCAL, distances.shape[1]))
    far = distances / np.sqrt(scale[:, None] * scale[indices])
    rank = np.lexsort((indices, far))
    return np.take_along_axis(indices, rank, axis=1), np.take_along_axis(far, rank, axis=1)


def _local_scale(points: FloatArray, rows: IntArray | None = None) -> FloatArray:
    """Scale of the points, or of some of them."""
    rows = np.arange(len(points)) if rows is None else rows
    n_local = min(N_LOCAL, len(points) - 1)
    if n_local < 1:
        return np.ones(len(rows))
    scale = np.empty(len(rows))
    for part, block in _distances(points, rows):
        scale[part] = _mean_of_nearest(smallest(block, n_local)[1], n_local)
    return scale


def _scale_around(points: FloatArray, rows: IntArray, n_rivals: int) -> FloatArray:
    """Scale of `rows` and of the nearest to each of them, shape (n_points,); 0 of all others."""
    rivals = np.union1d(rows, _search(points, rows, n_rivals, None)[0])
    scale = np.zeros(len(points))
    scale[rivals] = _local_scale(points, rivals)
    return scale


def _scale_within_reach(points: FloatArray, rows: IntArray, k: int) -> FloatArray:
    """Scale of all that can be among the `k` nearest of `rows`, shape (n_points,); 0 of others.

    The neighbours of i are no further from j than d(i, j) more, so s(j) is at most s(i) + d(i, j),
    and j at a scaled distance of no less than d / √(s(i) (s(i) + d)): too far, where that is above
    the k-th of those whose scale is known.
    """
    scale = _scale_around(points, rows, max(_N_RIVALS, 4 * k))
    if scale.all():
        return scale
    kth = _search(points, rows, k, scale)[1][:, -1:]
    limit = scale[rows, None] * kth * (kth + np.sqrt(kth**2 + 4)) / 2 * (1 + _ROUNDING)
    within = np.zeros(len(points), bool)
    for part, block in _distances(points, rows):
        within |= (block <= limit[part]).any(axis=0)
    others = np.flatnonzero(within & (scale == 0))
    scale[others] = _local_scale(points, others)
    return scale


def _mean_of_nearest(distances: FloatArray, n_local: int) -> FloatArray:
    """Mean of the first `n_local` of lists in order."""
    near = distances[:, :n_local]
    if np.isfinite(near).all():
        mean = near.mean(axis=1)
    else:  # an approximate list may be short
        known = np.isfinite(near)
        mean = np.where(known, near, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.asarray(np.maximum(mean, _TINY))  # copies of one track are at no distance


def _distances(points: FloatArray, rows: IntArray) -> Iterator[tuple[slice, FloatArray]]:
    """Euclidean distances of `rows` to all points, in blocks; infinite to themselves."""
    for part, block in squared_distance_blocks(points[rows], points):
        np.sqrt(block, out=block)
        block[np.arange(len(block)), rows[part]] = np.inf
        yield part, block
