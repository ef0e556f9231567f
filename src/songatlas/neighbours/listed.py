"""The nearest tracks that the page of the map lists, and by which it judges its maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.neighbours.nearest import plain_and_scaled
from songatlas.types import BoolArray, FloatArray, IntArray

N_NEAREST = 10
_N_WIDER = 30  # a neighbour on the map may be so far down the list, where there are many tracks


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Rows of the nearest tracks of every track, nearest first; −1 where there are fewer.

    Parameters
    ----------
    plain
        Shape (n_tracks, up to 30), by plain distances.
    scaled
        Shape (n_tracks, 10), by distances without hubs.
    """

    plain: IntArray
    scaled: IntArray

    def among(self, rows: BoolArray) -> Listed:
        """The same where the tracks are those of `rows`, shape (n_all,)."""
        return Listed(plain=_spread(self.plain, rows), scaled=_spread(self.scaled, rows))


def list_nearest(X: FloatArray) -> Listed:
    """Nearest tracks of every track.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates); a row that is not finite has no neighbours and is none.

    Examples
    --------
    >>> found = list_nearest(np.array([[0.0], [1.0], [3.0]]))
    >>> found.scaled[:, :3].tolist()
    [[1, 2, -1], [0, 2, -1], [1, 0, -1]]
    """
    n_wider = min(_N_WIDER, max(N_NEAREST, len(X) // 10))
    plain, scaled = plain_and_scaled(X, n_wider, N_NEAREST)
    return Listed(plain=plain.indices, scaled=scaled.indices)


def _spread(found: IntArray, rows: BoolArray) -> IntArray:
    indices = np.full((len(rows), found.shape[1]), -1)
    indices[rows] = np.where(found >= 0, np.flatnonzero(rows)[found], -1)
    return indices
