"""How good a representation is at finding: by labels, or by whether halves of tracks agree.

Neighbours are by cosine. Those that stand for a label are by other artists: two tracks of one album
are alike for reasons that are no genre. All scores are in [0, 1], the more the better, one a track,
so that two representations can be compared track by track.

Reference
---------
Pampalk, E., Flexer, A. & Widmer, G. (2005). Improvements of audio-based music similarity and genre
classification. ISMIR: the artist filter.
"""

from __future__ import annotations

import numpy as np

from songatlas.distances import blocks, smallest
from songatlas.evaluation.bootstrap import LEVEL, Interval
from songatlas.evaluation.stacks import numbered_groups
from songatlas.geometry import directions
from songatlas.types import BoolArray, Float64, FloatArray, IntArray

K = 9
_N_BOOTSTRAP = 1000
_ROWS = 1024  # tracks whose similarities are held at once


def foreign_neighbours(X: FloatArray, groups: IntArray, k: int = K) -> IntArray:
    """The `k` nearest tracks of other groups, nearest first; −1 where there are fewer.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features). A row that is not finite has no neighbours and is none.
    groups
        Shape (n_tracks,): such as artists; a negative number is a group of its own.

    Returns
    -------
    Shape (n_tracks, k), rows of tracks; of equals the lower first.

    Examples
    --------
    >>> X = np.array([[1.0, 0.0], [1.0, 0.1], [1.0, 0.3], [0.0, 1.0]])
    >>> foreign_neighbours(X, np.array([0, 0, 1, -1]), 2).tolist()
    [[2, 3], [2, 3], [1, 0], [2, 1]]
    """
    placed = np.asarray(np.isfinite(X).all(axis=1))
    unit, near = directions(np.where(placed[:, None], X, 0.0)), np.full((len(X), k), -1)
    group = numbered_groups(groups, np.zeros(len(X), int))
    for part in blocks(len(X), _ROWS):
        far = -(unit[part] @ unit.T)
        far[(group[part, None] == group) | ~placed[part, None] | ~placed] = np.inf
        found, distance = smallest(far, min(k, len(X)))
        near[part, : found.shape[1]] = np.where(np.isfinite(distance), found, -1)
    return near


def neighbour_hits(X: FloatArray, labels: IntArray, groups: IntArray, k: int = K) -> BoolArray:
    """Whether most of the `k` nearest by other artists have a track's own label.

    Of labels with equally many, that of the nearest track wins. A track without neighbours is none.

    Parameters
    ----------
    X, groups
        As for :func:`foreign_neighbours`.
    labels
        Shape (n_tracks,), none negative.

    Examples
    --------
    >>> neighbour_hits(np.eye(3) + 1, np.array([0, 0, 1]), np.array([-1, -1, -1]), 1).tolist()
    [True, True, False]
    """
    votes = np.zeros((len(X), int(labels.max(initial=0)) + 1))
    for rank, near in enumerate(foreign_neighbours(X, groups, k).T):
        known = np.flatnonzero(near >= 0)
        votes[known, labels[near[known]]] += 1 + 0.5 ** (rank + 2)  # all that breaks ties: below ½
    return np.asarray((votes.argmax(axis=1) == labels) & (votes.max(axis=1) > 0))


def half_ranks(first: FloatArray, second: FloatArray) -> IntArray:
    """Of how many other tracks the other half is as near as that of the own track, both ways.

    Parameters
    ----------
    first, second
        Shape (n_tracks, n_features): the halves of the same tracks.

    Returns
    -------
    Shape (2, n_tracks): 0 is the nearest.

    Examples
    --------
    >>> half_ranks(np.eye(2), np.array([[1.0, 0.2], [1.0, 0.1]])).tolist()
    [[1, 1], [0, 1]]
    """
    units = directions(first), directions(second)
    ranks = np.empty((2, len(first)), int)
    for way, (X, Y) in enumerate((units, units[::-1])):
        for part in blocks(len(X), _ROWS):
            alike = X[part] @ Y.T
            own = np.diagonal(alike, offset=part.start)
            ranks[way, part] = (alike >= own[:, None]).sum(axis=1) - 1
    return ranks


def shared_neighbours(
    first: FloatArray, second: FloatArray, groups: IntArray, k: int = K
) -> Float64:
    """Share of the `k` nearest by other artists that both halves of a track have, (n_tracks,).

    Parameters
    ----------
    first, second, groups
        As for :func:`half_ranks` and :func:`foreign_neighbours`.

    Examples
    --------
    >>> shared_neighbours(np.eye(3), np.eye(3), np.arange(3), 1).tolist()
    [1.0, 1.0, 1.0]
    """
    lists = [foreign_neighbours(half, groups, k) for half in (first, second)]
    both = (lists[0][:, :, None] == lists[1][:, None, :]) & (lists[0] >= 0)[:, :, None]
    return np.asarray(both.sum(axis=(1, 2)) / np.maximum((lists[0] >= 0).sum(axis=1), 1))


def paired_interval(
    difference: FloatArray, groups: IntArray, *, rng: np.random.Generator
) -> Interval | None:
    """95 % bootstrap interval of a mean of differences, one a track; None with one group.

    Parameters
    ----------
    difference
        Shape (n_tracks,): of one representation's scores less another's.
    groups
        As for :func:`foreign_neighbours`: tracks of one are drawn together.

    Examples
    --------
    >>> paired_interval(np.ones(6), np.arange(6), rng=np.random.default_rng(0))
    Interval(low=1.0, high=1.0)
    """
    group = numbered_groups(groups, np.zeros(len(groups), int))
    sums, sizes = np.bincount(group, difference), np.bincount(group)
    if len(sizes) < 2:
        return None
    drawn = rng.integers(len(sizes), size=(_N_BOOTSTRAP, len(sizes)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
