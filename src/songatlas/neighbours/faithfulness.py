"""Whether a track's neighbours on a map are its neighbours where it really is."""

from __future__ import annotations

import numpy as np
from scipy.spatial import KDTree

from songatlas.types import FloatArray, IntArray


def map_faithfulness(near: IntArray, xy: FloatArray, *, k: int = 10) -> FloatArray:
    """Share of each track's `k` nearest on the map that are among its nearest where it really is.

    Parameters
    ----------
    near
        Shape (n_tracks, k_near): nearest tracks by plain distances, −1 for none; k_near of about
        3 `k` allows a neighbour on the map to be a little further down the list.
    xy
        Shape (n_tracks, 2).

    Returns
    -------
    Shape (n_tracks,), in [0, 1], 1 being best; NaN for a track without a place.

    Examples
    --------
    >>> from songatlas.neighbours.nearest import nearest_neighbours
    >>> X = np.arange(100.0)[:, None]
    >>> near = nearest_neighbours(X, 6, scaled=False).indices
    >>> float(map_faithfulness(near, np.hstack([X, X]), k=2).min())
    1.0
    """
    placed = np.flatnonzero(np.isfinite(xy).all(axis=1) & (near[:, 0] >= 0))
    shares = np.full(len(xy), np.nan)
    n_near = min(k, len(placed) - 1)
    if n_near < 1:
        return shares
    tree = KDTree(xy[placed])
    on_map = placed[tree.query(xy[placed], n_near + 1)[1]]  # itself among them
    there = np.sort(near[placed], axis=1)
    for row, (seen, known) in enumerate(zip(on_map, there, strict=True)):
        others = seen[seen != placed[row]][:n_near]
        position = np.minimum(np.searchsorted(known, others), len(known) - 1)
        shares[placed[row]] = (known[position] == others).mean()
    return shares
