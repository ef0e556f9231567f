"""The tree of a run with the tracks of now."""

from __future__ import annotations

import dataclasses

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.clustering.tree import place
from songatlas.types import FloatArray, IntArray
from songatlas.types.tree import Node, Tree


def tree_of_now(tree: Tree, then: FloatArray, changes: Changes, now: FloatArray) -> Tree:
    """`tree` with new tracks where they belong; all others stay, and what has no track goes.

    From the root down, a new track goes to the part whose mean is nearest in the node's own space.

    Parameters
    ----------
    then, now
        Shape (n_tracks, n_coordinates): places of the tracks that it was grown of or that came
        since, and of those of now; NaN for none.
    changes
        From the one to the other.
    """
    if not tree:
        return tree
    before = np.array(changes.before, int)
    row_of = {int(old): row for row, old in enumerate(before) if old >= 0}
    is_new = (before < 0) & np.isfinite(now).all(axis=1)
    arrived: dict[str, IntArray] = {tree.root.id: np.flatnonzero(is_new)}
    nodes: list[Node] = []
    for node in tree:
        new = arrived[node.id]
        kept = [row_of[old] for old in node.tracks if old in row_of]
        if kept or len(new):
            nodes.append(dataclasses.replace(node, tracks=(*kept, *new.tolist())))
        children = tree.children(node.id)
        if children:
            known = np.array(node.tracks)
            labels = tree.labels(children, len(then))[known]
            part = place(then[known], labels, now[new]) if len(new) else new
            arrived |= {child.id: new[part == k] for k, child in enumerate(children)}
    return Tree(nodes=tuple(nodes))
