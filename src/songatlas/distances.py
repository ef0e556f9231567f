"""Distances between points, Euclidean and mostly squared, a block of them at a time.

They are taken in one of two ways. From differences, ``squared_distances`` gives the same number for
a pair whatever else is asked with it, so that ties are ties. From inner products,
``squared_distance_blocks`` is many times faster where all pairs are wanted, and rounds by a share
of the points' squares: bring those near the origin.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from songatlas.threads import single_thread
from songatlas.types import Float64, FloatArray, IntArray

BLOCK_ENTRIES = 4_000_000  # distances held at once: 32 MB
_GROUP = 16  # columns whose least stands for them where the smallest are looked for
_MOST_TIES = 8  # times as many values as wanted that are sorted at once


def squared_distances(X: FloatArray, centres: FloatArray) -> FloatArray:
    """Squared distance of every point to every centre, from differences.

    Parameters
    ----------
    X, centres
        Shapes (n_points, n_features) and (n_centres, n_features), a few centres.

    Returns
    -------
    Shape (n_points, n_centres).

    Examples
    --------
    >>> squared_distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 1.0]])).tolist()
    [[1.0], [18.0]]
    """
    return np.stack([((X - centre) ** 2).sum(axis=1) for centre in centres], axis=1)


def nearest_centre(X: FloatArray, centres: FloatArray) -> IntArray:
    """Row of the centre that is nearest to every point, (n_points,); of equals the first.

    Parameters
    ----------
    X, centres
        As for :func:`squared_distances`.

    Examples
    --------
    >>> nearest_centre(np.array([[3.0], [4.0], [6.0]]), np.array([[0.0], [8.0]])).tolist()
    [0, 0, 1]
    """
    return np.asarray(squared_distances(X, centres).argmin(axis=1))


def nearest_first(X: FloatArray, rows: IntArray, centre: FloatArray | None = None) -> IntArray:
    """`rows` of `X` by their distance to a centre, of equals as they came.

    Parameters
    ----------
    X
        Shape (n_points, n_features).
    centre
        Shape (n_features,); None takes the mean of the rows.

    Examples
    --------
    >>> nearest_first(np.array([[0.0], [4.0], [99.0], [2.0]]), np.array([0, 1, 3])).tolist()
    [3, 0, 1]
    """
    if not len(rows):
        return rows
    centre = X[rows].mean(axis=0) if centre is None else centre
    return rows[np.argsort(((X[rows] - centre) ** 2).sum(axis=1), kind="stable")]


def path_steps(X: FloatArray) -> FloatArray:
    """Distance of every point to the one before, (n_points - 1,).

    Examples
    --------
    >>> path_steps(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 6.0]])).tolist()
    [5.0, 2.0]
    """
    return np.asarray(np.sqrt((np.diff(X, axis=0) ** 2).sum(axis=1)))


def blocks(n_rows: int, at_once: int) -> Iterator[slice]:
    """Slices of at most `at_once` rows, and at least one, that follow each other.

    Examples
    --------
    >>> [range(5)[part] for part in blocks(5, 2)]
    [range(0, 2), range(2, 4), range(4, 5)]
    """
    step = max(1, at_once)
    return (slice(start, min(start + step, n_rows)) for start in range(0, n_rows, step))


def spaced(n_rows: int, most: int) -> IntArray:
    """Evenly spaced rows from the first to the last: all, or `most` of them.

    Examples
    --------
    >>> spaced(4, 9).tolist(), spaced(9, 4).tolist()
    ([0, 1, 2, 3], [0, 2, 5, 8])
    """
    return np.linspace(0, n_rows - 1, min(n_rows, most)).astype(np.intp)


def squared_distance_blocks(
    X: FloatArray, Y: FloatArray, *, rounding: float = 0.0
) -> Iterator[tuple[slice, Float64]]:
    """Squared distances of a few points of `X` at a time to all of `Y`, from inner products.

    On one thread. Memory does not grow with the number of pairs.

    Parameters
    ----------
    X, Y
        Shapes (n_x, n_features) and (n_y, n_features), the origin amid the points.
    rounding
        Share of the points' squares by which a distance is taken to be rounded up: with it, none
        comes out greater than it is.

    Yields
    ------
    Rows of `X`, and their distances, (rows, n_y), at least 0; the array is the caller's.

    Examples
    --------
    >>> X = np.array([[-1.0], [2.0]])
    >>> [(part, block.tolist()) for part, block in squared_distance_blocks(X, X)]
    [(slice(0, 2, None), [[0.0, 9.0], [9.0, 0.0]])]
    """
    share = 1 - rounding
    squares = share * np.einsum("ij,ij->i", Y, Y)
    for part in blocks(len(X), BLOCK_ENTRIES // max(1, len(Y))):
        x = X[part]
        with single_thread():
            squared: Float64 = x @ Y.T
        squared *= -2
        squared += share * np.einsum("ij,ij->i", x, x)[:, None]
        squared += squares
        yield part, np.maximum(squared, 0, out=squared)


def smallest(block: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
    """Columns of the `k` smallest values of every row, and these, ascending; of equals the first.

    Parameters
    ----------
    block
        Shape (n_rows, n_columns), such as distances.
    k
        In [1, n_columns].

    Returns
    -------
    Shape (n_rows, k) each.

    Examples
    --------
    >>> columns, values = smallest(np.array([[5.0, 1.0, 3.0]]), 2)
    >>> columns.tolist(), values.tolist()
    ([[1, 2]], [[1.0, 3.0]])
    """
    near = block <= _no_less_than(block, k)[:, None]
    counts = np.count_nonzero(near, axis=1)
    usual = (k <= counts) & (counts <= _MOST_TIES * k)  # else there are many equals, or NaNs
    near[~usual] = False
    rows, columns = np.divmod(
        np.flatnonzero(near), block.shape[1]
    )  # eight times as fast as nonzero
    order = np.lexsort((block[rows, columns], rows))  # of equals the first column stays the first
    found = np.empty((len(block), k), np.intp)
    starts = np.searchsorted(rows, np.flatnonzero(usual))
    found[usual] = columns[order[starts[:, None] + np.arange(k)]]
    for row in np.flatnonzero(~usual):
        found[row] = np.argsort(block[row], kind="stable")[:k]
    return found, np.take_along_axis(block, found, axis=1)


def _no_less_than(block: FloatArray, k: int) -> FloatArray:
    """For every row a number that at least `k` of its values do not exceed, and not many more.

    The k-th smallest of the minima of groups of columns: each is a value of its own, and they are
    fewer to choose from.
    """
    n_rows, n_columns = block.shape
    size = max(1, min(_GROUP, n_columns // (4 * k)))
    n_groups = n_columns // size
    groups = block[:, : size * n_groups].reshape(n_rows, size, n_groups)
    return np.asarray(np.partition(groups.min(axis=1), k - 1, axis=1)[:, k - 1])
