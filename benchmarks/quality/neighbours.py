"""Yardsticks by nearest neighbours, which move less than partitions do.

Neighbours are by cosine, and never by the same artist: two tracks of one album are alike for
reasons that are no genre.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from songatlas.evaluation.retrieval import K, half_ranks, neighbour_hits, shared_neighbours
from songatlas.types import BoolArray, FloatArray, IntArray


def hits(X: FloatArray, labels: IntArray, groups: IntArray, k: int = K) -> BoolArray:
    """Whether most of the `k` nearest labelled tracks by other artists have a track's own class.

    Of classes with equally many, the one with the nearest track wins. A track without a place or
    without neighbours is none.

    Parameters
    ----------
    X, groups
        As for :func:`songatlas.evaluation.retrieval.foreign_neighbours`.
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
    return neighbour_hits(X[scored], labels[scored], groups[scored], k)


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
        As for :func:`songatlas.evaluation.retrieval.foreign_neighbours`.

    Examples
    --------
    >>> halves_agree(np.eye(3), np.eye(3), np.arange(3), 1)
    Agreement(own=1.0, overlap=1.0)
    """
    if not len(first):
        return None
    own = half_ranks(first, second) == 0
    return Agreement(float(own.mean()), float(shared_neighbours(first, second, groups, k).mean()))
