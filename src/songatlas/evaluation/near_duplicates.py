"""Near-duplicates: one recording twice, in another encoding or on another album.

They agree with each other in every half-sample and every cluster, so that whatever is judged with
them looks better than it is. They are found first, and one of each is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.distances import BLOCK_ENTRIES, blocks, smallest
from songatlas.types import Float64, FloatArray, IntArray

NEAR_SHARE = 0.25  # of the distance to the tenth neighbour, at most
CHANCE_PAIRS = 0.05  # so many pairs may come so near by chance
N_NEIGHBORS = 10
MAX_TRACKS = 20_000


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """Tracks that are there more than once.

    Parameters
    ----------
    pairs
        (track that is kept, its copy), indices of rows, ascending by copy.
    kept
        Shape (n_kept,): rows without the copies, ascending.
    compared
        Whether every pair was compared; with more than 20,000 tracks only exact copies are found.
    """

    pairs: tuple[tuple[int, int], ...]
    kept: IntArray
    compared: bool


def find_duplicates(X: FloatArray, recordings: IntArray | None = None) -> Duplicates:
    """Find the tracks that are there more than once.

    Where recordings are known, they say it, and equal points. Where not, it is tracks that are much
    nearer to each other than two tracks come by chance: nearer than a quarter of the distance of
    either to its tenth neighbour, and so near that tracks scattered in as many dimensions as the
    neighbourhoods have would give 0.05 such pairs. In few dimensions chance comes near: there, only
    (almost) exact copies remain.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features): the model's inputs, one vector a track.
    recordings
        Shape (n_tracks,): tracks of one number are one recording, whatever their points.

    References
    ----------
    E. Levina and P. Bickel, "Maximum likelihood estimation of intrinsic dimension", NIPS 2004 (the
    scaling of neighbour distances; here by medians, which copies do not disturb).

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(100, 32))
    >>> X = np.vstack([X, X[7] + 0.01])
    >>> found = find_duplicates(X)
    >>> found.pairs, len(found.kept)
    (((7, 100),), 100)
    """
    points = np.asarray(X, dtype=np.float64)
    n_tracks = len(points)
    _, index, inverse = np.unique(points, axis=0, return_index=True, return_inverse=True)
    pairs = [np.stack([np.arange(n_tracks), index[inverse.ravel()]], axis=1)]
    if recordings is not None:
        _, index, inverse = np.unique(recordings, return_index=True, return_inverse=True)
        pairs.append(np.stack([np.arange(n_tracks), index[inverse]], axis=1))
    first = _leaders(np.vstack(pairs))
    compared = n_tracks <= MAX_TRACKS
    distinct = np.unique(first)
    if recordings is None and compared and len(distinct) > N_NEIGHBORS:
        pairs.append(distinct[_near_pairs(points[distinct])])
        first = _leaders(np.vstack(pairs))
    copies = np.flatnonzero(first != np.arange(n_tracks))
    return Duplicates(
        pairs=tuple((int(first[copy]), int(copy)) for copy in copies),
        kept=np.flatnonzero(first == np.arange(n_tracks)),
        compared=compared,
    )


def _near_pairs(X: Float64) -> IntArray:
    """Near-duplicates among distinct tracks, (n_pairs, 2)."""
    distance, neighbor = _neighbors(X)
    reach = distance[:, -1]
    with np.errstate(divide="ignore"):
        ratio = float(np.median(distance[:, N_NEIGHBORS // 2 - 1] / reach))
    # Of ten neighbours in m dimensions the fifth is at 2^(−1/m) of the distance of the tenth.
    n_dimensions = np.log(0.5) / np.log(min(ratio, 1 - 1e-9))
    by_chance = (CHANCE_PAIRS / (N_NEIGHBORS * len(X))) ** (1 / max(n_dimensions, 1e-3))
    limit = min(by_chance, NEAR_SHARE) * np.minimum(reach[:, None], reach[neighbor])
    row, column = np.nonzero(distance < limit)
    return np.stack([row, neighbor[row, column]], axis=1)


def _neighbors(X: Float64) -> tuple[Float64, IntArray]:
    """Distances to and indices of the ten nearest other tracks, nearest first."""
    from scipy.spatial.distance import cdist

    distances, neighbors = [], []
    for part in blocks(len(X), BLOCK_ENTRIES // len(X)):
        block = cdist(X[part], X)  # from differences: near pairs are what is asked for
        rows = np.arange(len(block))
        block[rows, part.start + rows] = np.inf
        nearest, near = smallest(block, N_NEIGHBORS)
        distances.append(near)
        neighbors.append(nearest)
    return np.concatenate(distances), np.concatenate(neighbors)


def _leaders(pairs: IntArray) -> IntArray:
    """First member of the group of every track, groups being what `pairs` connect."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n_tracks = int(pairs.max()) + 1
    graph = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(n_tracks, n_tracks))
    group = connected_components(graph, directed=False)[1]
    _, leader = np.unique(group, return_index=True)
    return np.asarray(leader[group])
