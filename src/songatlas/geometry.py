"""Points, (n_points, n_features): their directions and axes, and the means of clusters."""

from __future__ import annotations

import numpy as np

from songatlas.distances import blocks
from songatlas.threads import single_thread
from songatlas.types import Float64, FloatArray, IntArray

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
