"""Whether a track's neighbours on a map are its neighbours where it really is."""

from __future__ import annotations

import numpy as np

from songatlas.neighbours.nearest import nearest_neighbours
from songatlas.types import FloatArray

_WIDER = 3  # a neighbour on the map may be so many times further down the list


def map_faithfulness(X: FloatArray, xy: FloatArray, *, k: int = 10) -> FloatArray:
    """Share of each track's `k` nearest on the map that are among its 3 `k` nearest in `X`.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates).
    xy
        Shape (n_tracks, 2).

    Returns
    -------
    Shape (n_tracks,), in [0, 1], 1 being best; NaN for a track without a place.

    Examples
    --------
    >>> X = np.arange(100.0)[:, None]
    >>> float(map_faithfulness(X, np.hstack([X, X]), k=2).min())
    1.0
    """
    on_map = nearest_neighbours(xy, k, scaled=False).indices
    there = nearest_neighbours(X, _WIDER * k, scaled=False).indices
    shared = np.array(
        [
            np.isin(near[near >= 0], far[far >= 0]).sum()
            for near, far in zip(on_map, there, strict=True)
        ]
    )
    n_near = (on_map >= 0).sum(axis=1)
    return np.where(n_near > 0, shared / np.maximum(n_near, 1), np.nan)
