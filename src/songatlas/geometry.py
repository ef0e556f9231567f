"""Directions of points, and the axes along which they spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from songatlas.types import FloatArray

_ZERO = 1e-9


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
    length = np.linalg.norm(X, axis=1, keepdims=True)
    return np.asarray(np.divide(X, np.where(length > _ZERO, length, 1.0), out=out))


def principal_axes(X: FloatArray, n_axes: int) -> FloatArray:
    """Orthonormal axes along which the rows of `X` have most of their squares, about 0.

    Parameters
    ----------
    X
        Shape (n_points, n_features).
    n_axes
        At most so many; never more than points or features.

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
    if n_features <= n_points:
        axes = np.linalg.eigh(X.T @ X)[1][:, ::-1][:, :n_axes]
    else:
        squares, vectors = np.linalg.eigh(X @ X.T)
        squares, vectors = squares[::-1][:n_axes], vectors[:, ::-1][:, :n_axes]
        kept = squares > 1e-12 * max(squares[0], _ZERO)  # the others have no direction
        axes = X.T @ (vectors[:, kept] / np.sqrt(squares[kept]))
    greatest = np.abs(axes).argmax(axis=0)
    sign = np.sign(axes[greatest, np.arange(axes.shape[1])])
    return np.asarray(axes * np.where(sign == 0, 1.0, sign) + 0.0)
