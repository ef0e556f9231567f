"""Points: their directions and axes, means of clusters, and distances.

Shapes are (n_points, n_features). Distances are Euclidean, mostly squared. They are taken in one of
two ways. From differences, ``squared_distances`` gives the same number for a pair whatever else is
asked with it, so that ties are ties. From inner products, ``squared_distance_blocks`` is many times
faster where all pairs are wanted, and rounds by a share of the points' squares: bring those near
the origin.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from songatlas.threads import single_thread
from songatlas.types import Float64, FloatArray, IntArray

BLOCK_ENTRIES = 4_000_000  # distances held at once: 32 MB
_ZERO = 1e-9
_ROWS = 65_536  # points that are copied at once


def finite_points(X: FloatArray) -> Float64:
    """`X`, (n_points, n_features), in double precision.

    Raises
    ------
    ValueError
        When it is not a matrix with at least one column, or holds NaN or infinity; the message
        names the rows.
    """
    points: Float64 = np.asarray(X, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] == 0:
        raise ValueError(f"X must be (n_tracks, n_features). Got shape {points.shape}.")
    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(bad):
        raise ValueError(f"X must be finite. Got NaN or infinity in rows {bad[:20].tolist()}.")
    return points


def directions(X: FloatArray, *, out: FloatArray | None = None) -> FloatArray:
    """Rows of unit length, so that Euclidean distances are those of the cosine; one of zeros stays.

    Parameters
    ----------
    X
        Shape (n_points, n_features).
    out
        Takes the result, and may be `X`.

    Examples
    --------
    >>> directions(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    length = np.ones((len(X), 1), np.linalg.norm(X[:0], axis=1).dtype)
    for part in blocks(len(X), _ROWS):  # the norm squares a copy
        length[part] = np.linalg.norm(X[part], axis=1, keepdims=True)
    return np.asarray(np.divide(X, np.where(length > _ZERO, length, 1.0), out=out))


def principal_axes(X: FloatArray, n_axes: int) -> FloatArray:
    """Orthonormal axes along which the rows of `X` have most of their squares, about 0.

    Parameters
    ----------
    X
        Shape (n_points, n_features).
    n_axes
        At most so many; never more than points or features, and one where all points are 0.

    Returns
    -------
    Shape (n_features, n_axes), the strongest first; the greatest value of each axis is positive.

    Examples
    --------
    >>> principal_axes(np.array([[0.0, -2.0], [0.0, 3.0], [1.0, 0.0]]), 1).tolist()
    [[0.0], [1.0]]
    """
    X = np.asarray(X, dtype=np.float64)
    n_points, n_features = X.shape
    n_axes = min(n_axes, n_points, n_features)
    with single_thread():
        squares, vectors = np.linalg.eigh(X.T @ X if n_features <= n_points else X @ X.T)
    if n_features <= n_points:
        axes = vectors[:, ::-1][:, :n_axes]
    else:
        squares, vectors = squares[::-1][:n_axes], vectors[:, ::-1][:, :n_axes]
        kept = squares > 1e-12 * max(squares[0], _ZERO)  # the others have no direction
        axes = X.T @ (vectors[:, kept] / np.sqrt(squares[kept]))
        if not kept.any():
            axes = np.eye(n_features, 1)
    greatest = np.abs(axes).argmax(axis=0)
    sign = np.sign(axes[greatest, np.arange(axes.shape[1])])
    return np.asarray(axes * np.where(sign == 0, 1.0, sign) + 0.0)


def cluster_means(X: FloatArray, labels: IntArray) -> FloatArray:
    """Mean of every cluster, in the order of their numbers; noise (negative) has none.

    Parameters
    ----------
    X, labels
        Shapes (n_points, n_features) and (n_points,).

    Returns
    -------
    Shape (n_clusters, n_features), in the precision of `X`.

    Examples
    --------
    >>> cluster_means(np.array([[0.0], [2.0], [7.0], [9.0]]), np.array([0, 0, 3, -1])).tolist()
    [[1.0], [7.0]]
    """
    clusters = np.unique(labels[labels >= 0])
    means = [X[labels == cluster].mean(axis=0) for cluster in clusters]
    return np.stack(means) if means else X[:0]


def spread_about_means(X: FloatArray, labels: IntArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Means of the clusters about that of all clustered points, and how far the points are off.

    Parameters
    ----------
    X, labels
        Shapes (n_points, n_features) and (n_points,); noise (negative) is left out.

    Returns
    -------
    Means, (n_clusters, n_features); and of every clustered point the row of its mean and the
    squared distance to it, (n_clustered,) each.

    Examples
    --------
    >>> means, cluster, squared = spread_about_means(
    ...     np.array([[0.0], [2.0], [7.0], [9.0]]), np.array([0, 0, 3, -1])
    ... )
    >>> means.tolist(), cluster.tolist(), squared.tolist()
    ([[-2.0], [4.0]], [0, 0, 1], [1.0, 1.0, 0.0])
    """
    clustered = np.flatnonzero(labels >= 0)
    numbers, cluster = np.unique(labels[clustered], return_inverse=True)
    centre = np.zeros(X.shape[1])
    means = np.zeros((len(numbers), X.shape[1]))
    squared = np.zeros(len(clustered))
    parts = list(blocks(len(clustered), _ROWS))

    def points(part: slice) -> Float64:
        return np.asarray(X[clustered[part]], dtype=np.float64) - centre

    if len(clustered):
        centre = sum(points(part).sum(axis=0) for part in parts) / len(clustered)
    for part in parts:
        x = points(part)
        for number in np.unique(cluster[part]):
            means[number] += x[cluster[part] == number].sum(axis=0)
    means /= np.bincount(cluster, minlength=len(numbers))[:, None]
    for part in parts:
        x = points(part)
        x -= means[cluster[part]]
        squared[part] = np.square(x, out=x).sum(axis=1)
    return means, cluster, squared


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
    found = np.sort(np.argpartition(block, k - 1, axis=1)[:, :k], axis=1)
    values = np.take_along_axis(block, found, axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1), np.take_along_axis(values, order, axis=1)
