"""Tracks placed on a map that was made of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from songatlas.threads import single_thread

if TYPE_CHECKING:
    import numpy.typing as npt

    from songatlas.types import IntArray

N_NEIGHBORS = 5
_BLOCK_ENTRIES = 4_000_000  # distances held at once: 32 MB


def place_among(
    X: npt.NDArray[np.float64], drawn: IntArray, arranged: npt.NDArray[np.float32]
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
    squares = np.einsum("ij,ij->i", known, known)
    n_neighbors = min(N_NEIGHBORS, len(drawn))
    placed = np.empty((len(X), 2), dtype=np.float32)
    n_rows = max(1, _BLOCK_ENTRIES // len(drawn))
    with single_thread():
        for start in range(0, len(X), n_rows):
            x = X[start : start + n_rows] - centre
            squared = squares - 2 * (x @ known.T) + np.einsum("ij,ij->i", x, x)[:, None]
            nearest = np.argpartition(squared, n_neighbors - 1, axis=1)[:, :n_neighbors]
            reached = np.maximum(np.take_along_axis(squared, nearest, axis=1), 0.0)
            weight = 1 / (reached + 1e-9 * squares.mean() + 1e-300)
            weight /= weight.sum(axis=1, keepdims=True)
            placed[start : start + n_rows] = (arranged[nearest] * weight[..., None]).sum(axis=1)
    placed[drawn] = arranged
    return placed
