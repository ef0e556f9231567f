"""Tracks that belong together or apart, in clusters that are there already.

Only constrained tracks move, and at the least cost: the sum of squared distances to the centres of
their clusters. Tracks that belong together move as one.

Reference
---------
K. Wagstaff, C. Cardie, S. Rogers and S. Schroedl, "Constrained k-means clustering with background
knowledge", ICML 2001, whose must-link and cannot-link constraints these are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songatlas.distances import squared_distances
from songatlas.geometry import cluster_means
from songatlas.types import FloatArray, IntArray

Pair = tuple[int, int]
_MOST_STEPS = 200_000


class ContradictionError(ValueError):
    """Constraints that no partition meets; ``pair`` are the rows of two tracks among them."""

    def __init__(self, message: str, pair: Pair) -> None:
        super().__init__(message)
        self.pair = pair


def constrain(
    labels: IntArray, X: FloatArray, together: Sequence[Pair], apart: Sequence[Pair]
) -> IntArray:
    """`labels` with the constraints met exactly.

    Parameters
    ----------
    labels
        Shape (n_tracks,): clusters from 0; −1 for none, which no constraint changes.
    X
        Shape (n_tracks, n_coordinates).
    together, apart
        Pairs of rows.

    Raises
    ------
    ContradictionError
        When no partition into as many clusters meets them.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> constrain(np.array([0, 0, 1, 1]), X, [(1, 2)], []).tolist()
    [0, 0, 0, 1]
    >>> constrain(np.array([0, 0, 1, 1]), X, [], [(2, 3)]).tolist()
    [0, 0, 0, 1]
    """
    placed = [(a, b) for a, b in together if labels[a] >= 0 and labels[b] >= 0]
    parted = [(a, b) for a, b in apart if labels[a] >= 0 and labels[b] >= 0]
    groups = _groups([row for pair in (*placed, *parted) for row in pair], placed)
    if not groups:
        return labels.copy()
    group_of = {row: number for number, rows in enumerate(groups) for row in rows}
    enemies: list[set[int]] = [set() for _ in groups]
    for a, b in parted:
        if group_of[a] == group_of[b]:
            raise ContradictionError("two tracks must be both together and apart", (a, b))
        enemies[group_of[a]].add(group_of[b])
        enemies[group_of[b]].add(group_of[a])
    centres = cluster_means(X, labels)
    cost = np.stack([squared_distances(X[rows], centres).sum(axis=0) for rows in groups])
    for number, rows in enumerate(groups):  # who is where they may be stays
        if len({int(label) for label in labels[rows]}) == 1:
            cost[number, labels[rows[0]]] = -np.inf
    found = labels.copy()
    for number, cluster in enumerate(_assign(cost, enemies, groups)):
        found[groups[number]] = cluster
    return found


def _groups(rows: Sequence[int], together: Sequence[Pair]) -> list[list[int]]:
    """Rows that belong together by any chain of pairs, each group sorted, the first row first."""
    from scipy.cluster.hierarchy import DisjointSet

    joined = DisjointSet(rows)
    for pair in together:
        joined.merge(*pair)
    return sorted(sorted(group) for group in joined.subsets())


def _assign(
    cost: FloatArray, enemies: Sequence[set[int]], groups: Sequence[Sequence[int]]
) -> list[int]:
    """The clusters of least cost with no two enemies in one: branch and bound, most bound first."""
    n_groups = len(groups)
    order = sorted(range(n_groups), key=lambda g: (-len(enemies[g]), g))
    finite = np.where(np.isneginf(cost), -1e-6 * (1 + np.abs(cost[np.isfinite(cost)]).sum()), cost)
    bound = np.concatenate([np.cumsum(finite.min(axis=1)[order][::-1])[::-1], [0.0]])
    best: tuple[float, list[int]] | None = None
    chosen = [-1] * n_groups
    steps = 0
    stuck = 0

    def visit(depth: int, so_far: float) -> None:
        nonlocal best, steps, stuck
        steps += 1
        stuck = max(stuck, depth)
        if steps > _MOST_STEPS or (best is not None and so_far + bound[depth] >= best[0]):
            return
        if depth == n_groups:
            best = so_far, chosen.copy()
            return
        group = order[depth]
        taken = {chosen[enemy] for enemy in enemies[group]}
        for cluster in np.argsort(finite[group], kind="stable").tolist():
            if cluster not in taken:
                chosen[group] = cluster
                visit(depth + 1, so_far + float(finite[group, cluster]))
                chosen[group] = -1

    visit(0, 0.0)
    if best is None:
        group = order[min(stuck, n_groups - 1)]
        other = min(enemies[group])
        raise ContradictionError(
            "too many tracks must be apart for so few clusters",
            (groups[group][0], groups[other][0]),
        )
    return best[1]
