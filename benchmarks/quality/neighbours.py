"""Yardsticks by nearest neighbours, which move less than partitions do.

Neighbours are by cosine, and never by the same artist: two tracks of one album are alike for
reasons that are no genre.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from songatlas.evaluation.stacks import numbered_groups
from songatlas.geometry import directions
from songatlas.types import BoolArray, FloatArray, IntArray

K = 9


def foreign_neighbours(X: FloatArray, groups: IntArray, k: int = K) -> IntArray:
    """The `k` nearest tracks of other groups, nearest first; −1 where there are fewer.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features). A row that is not finite has no neighbours and is none.
    groups
        Shape (n_tracks,): such as the artists; a negative number is a group of its own.

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
    unit = directions(np.where(placed[:, None], X, 0.0))
    group = numbered_groups(groups, np.zeros(len(X), int))
    out = (group[:, None] == group) | ~placed[:, None] | ~placed
    distance = np.where(out, np.inf, -(unit @ unit.T))
    order = np.argsort(distance, axis=1, kind="stable")[:, :k]
    near = np.full((len(X), k), -1)
    found = np.isfinite(np.take_along_axis(distance, order, axis=1))
    near[:, : order.shape[1]] = np.where(found, order, -1)
    return near


def hits(X: FloatArray, labels: IntArray, groups: IntArray, k: int = K) -> BoolArray:
    """Whether most of the `k` nearest labelled tracks by other artists have a track's own class.

    Of classes with equally many, the one with the nearest track wins. A track without a place or
    without neighbours is none.

    Parameters
    ----------
    X, groups
        As for :func:`foreign_neighbours`.
    labels
        Shape (n_tracks,), −1 is unlabelled: neither judged nor a neighbour.

    Returns
    -------
    Shape (n_labelled,).

    Examples
    --------
    >>> hits(np.eye(3) + 1, np.array([0, 0, 1]), np.array([-1, -1, -1]), 1).tolist()
    [True, True, False]
    """
    scored = labels >= 0
    own = labels[scored]
    near = foreign_neighbours(X[scored], groups[scored], k)
    votes = np.zeros((len(own), int(own.max(initial=0)) + 1))
    for rank, of_rank in enumerate(near.T):
        known = np.flatnonzero(of_rank >= 0)
        votes[known, own[of_rank[known]]] += 1 + 0.5 ** (rank + 2)  # all bonuses are below 1/2
    return np.asarray((votes.argmax(axis=1) == own) & (votes.max(axis=1) > 0))


def balanced(hit: BoolArray, labels: IntArray) -> float:
    """Mean over the classes of the share of their tracks that are hits.

    Parameters
    ----------
    hit, labels
        Shapes (n_labelled,) and (n_tracks,).

    Examples
    --------
    >>> balanced(np.array([True, True, False, True]), np.array([0, 0, -1, 0, 1]))
    0.8333333333333333
    """
    own = labels[labels >= 0]
    return float(np.mean([hit[own == k].mean() for k in np.unique(own)]))


def neighbour_accuracy(X: FloatArray, labels: IntArray, groups: IntArray) -> float:
    """Share of the labelled tracks that are :func:`hits`."""
    return float(hits(X, labels, groups).mean())


class Agreement(NamedTuple):
    """How far the two halves of the tracks are alike, both in [0, 1].

    Parameters
    ----------
    own
        Share of halves to which, of all other halves, that of the same track is nearest.
    overlap
        Share of a half's nine nearest by other artists, among halves of its kind, that are the
        same for the other half.
    """

    own: float
    overlap: float


def halves_agree(
    first: FloatArray, second: FloatArray, groups: IntArray, k: int = K
) -> Agreement | None:
    """Agreement of the first and the second halves of the same tracks; None without any.

    Parameters
    ----------
    first, second
        Shape (n_tracks, n_features) each.
    groups
        As for :func:`foreign_neighbours`.

    Examples
    --------
    >>> halves_agree(np.eye(3), np.eye(3), np.arange(3), 1)
    Agreement(own=1.0, overlap=1.0)
    """
    if not len(first):
        return None
    alike = directions(first) @ directions(second).T
    everyone = np.arange(len(first))
    own = [alike.argmax(axis=axis) == everyone for axis in (0, 1)]
    lists = [foreign_neighbours(half, groups, k) for half in (first, second)]
    shared = (lists[0][:, :, None] == lists[1][:, None, :]) & (lists[0] >= 0)[:, :, None]
    n = (lists[0] >= 0).sum()
    return Agreement(float(np.mean(own)), float(shared.sum() / n) if n else 0.0)
