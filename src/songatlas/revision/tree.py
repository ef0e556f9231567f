"""The tree of a run with the tracks of now."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.clustering.tree import place
from songatlas.types import FloatArray, IntArray
from songatlas.types.atlas import View
from songatlas.types.tree import Node, Tree


def tree_of_now(
    tree: Tree, then: Mapping[str, View], changes: Changes, now: Mapping[str, View]
) -> Tree:
    """`tree` with new tracks where they belong; all others stay, and what has no track goes.

    From the root down, a new track goes to the part whose mean is nearest in the view that the node
    was divided in, or, where it has no place there, in the run's own.

    Parameters
    ----------
    then, now
        Views of the tracks that it was grown of or that came since, and of those of now, the run's
        own first.
    changes
        From the one to the other.
    """
    if not tree:
        return tree
    main, before = next(iter(then)), np.array(changes.before, int)
    row_of = {int(old): row for row, old in enumerate(before) if old >= 0}
    placed = np.isfinite(now[main].coordinates).all(axis=1)
    arrived: dict[str, IntArray] = {tree.root.id: np.flatnonzero((before < 0) & placed)}
    nodes: list[Node] = []
    for node in tree:
        new = arrived[node.id]
        kept = [row_of[old] for old in node.tracks if old in row_of]
        if kept or len(new):
            X = now.get(node.view, now[main]).coordinates
            nodes.append(dataclasses.replace(node, tracks=_among(X, kept, new)))
        children = tree.children(node.id)
        if children:
            known = np.array(node.tracks)
            part = np.full(len(new), -1)
            labels = tree.labels(children, int(known.max()) + 1)
            for name in (children[0].view, main):
                if name in then:
                    X = now[name].coordinates[new]
                    ask = (part < 0) & np.isfinite(X).all(axis=1)
                    there = then[name].coordinates[known]
                    if ask.any():
                        found = children[0].found
                        part[ask] = place(there, labels[known], X[ask], found=found)
            arrived |= {child.id: new[part == k] for k, child in enumerate(children)}
    return Tree(nodes=tuple(nodes))


def _among(X: FloatArray, kept: list[int], new: IntArray) -> tuple[int, ...]:
    """`kept`, the most typical first, with each of `new` after those that are nearer to their mean.

    One without a place in the view is the last, as in a run.
    """
    rows = np.array([*kept, *new.tolist()], int)
    points = np.asarray(X[rows], np.float64)
    placed = np.isfinite(points).all(axis=1)
    known = placed & (np.arange(len(rows)) < len(kept))
    if not len(new) or not known.any():
        return tuple(rows.tolist())
    off = np.linalg.norm(points - points[known].mean(axis=0), axis=1)
    off[~placed] = np.inf
    reach = np.maximum.accumulate(off[: len(kept)])  # the order of these is that of the run
    order = len(kept) + np.argsort(off[len(kept) :], kind="stable")
    at = np.searchsorted(reach, off[order], side="right")
    return tuple(np.insert(rows[: len(kept)], at, rows[order]).tolist())
