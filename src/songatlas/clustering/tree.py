"""A tree of clusters: every node is divided in a space of its own, from the top down."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from songatlas.clustering.kmeans import kmeans
from songatlas.clustering.points import check_points, coincident_labels
from songatlas.geometry import cluster_means, nearest_first
from songatlas.types import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What a person wants of a tree.

    Parameters
    ----------
    children_min, children_max
        Parts of a node where the division is convenient.
    leaf_min, leaf_max
        Tracks of a list.
    """

    children_min: int = 3
    children_max: int = 9
    leaf_min: int = 15
    leaf_max: int = 60

    def n_parts(self, n_tracks: int) -> int:
        """Parts of a node of so many tracks where nothing else decides it; 1 for a list.

        Equal divisions on every level, until the leaves have a size in the middle of the range.

        Examples
        --------
        >>> [Sizes().n_parts(n) for n in (30, 60, 61, 200, 400, 5000)]
        [1, 1, 3, 4, 9, 5]
        """
        if n_tracks <= self.leaf_max:
            return 1
        n_leaves = n_tracks / (0.5 * (self.leaf_min + self.leaf_max) + 7.5)
        depth = max(1, math.ceil(math.log(n_leaves) / math.log(self.children_max)))
        parts = round(math.exp(math.log(n_leaves) / depth))
        return min(max(parts, self.children_min), self.children_max)


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A node of the tree before it has a name.

    Parameters
    ----------
    parent
        Number of the branch that it is a part of, −1 for the root.
    rows
        The tracks, those nearest to the mean of the node in its parent's space first.
    found, evidence
        Of the division that made it.
    """

    parent: int
    rows: IntArray
    found: bool = False
    evidence: Mapping[str, float] = field(default_factory=dict)


def grow(X: FloatArray, sizes: Sizes, *, random_state: int) -> list[Branch]:
    """Divide all tracks, then every part, until all leaves are lists.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates).

    Returns
    -------
    Parents before children; the first has all tracks. Siblings by decreasing size.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(90, 2)) + np.repeat([[0, 0], [9, 9]], 45, axis=0)
    >>> [len(branch.rows) for branch in grow(X, Sizes(), random_state=0)][:1]
    [90]
    """
    points = check_points(X)
    branches = [Branch(parent=-1, rows=nearest_first(points, np.arange(len(points))))]
    for number, branch in enumerate(branches):  # it grows meanwhile
        rows = np.sort(branch.rows)
        own = node_space(points[rows])
        labels = _divide(own, sizes, random_state=random_state)
        for part in range(int(labels.max(initial=0)) + 1 if labels.any() else 0):
            members = nearest_first(own, np.flatnonzero(labels == part))
            branches.append(Branch(parent=number, rows=rows[members]))
    return branches


def node_space(X: FloatArray) -> FloatArray:
    """Points of a node's tracks in a space of its own: what all share tells nothing there."""
    return np.asarray(X - X.mean(axis=0))


def place(X: FloatArray, labels: IntArray, new: FloatArray) -> IntArray:
    """Part of a node, whose tracks are `X`, in which other tracks belong: the nearest mean."""
    centred = np.concatenate([X, new])
    means = cluster_means(centred[: len(X)], labels)
    return np.asarray(((centred[len(X) :, None] - means) ** 2).sum(axis=2).argmin(axis=1))


def _divide(own: FloatArray, sizes: Sizes, *, random_state: int) -> IntArray:
    k = min(sizes.n_parts(len(own)), len(own) - 1)
    if k < 2 or coincident_labels(own, 2) is not None:
        return np.zeros(len(own), int)
    return kmeans(own, k, random_state=random_state, n_init=3)
