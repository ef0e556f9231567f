"""The levels of a tree of clusters as partitions, to be scored like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from songatlas.types import IntArray


class Node(Protocol):
    """What is asked of a node; parents come before their children, the root has no parent."""

    @property
    def id(self) -> object:
        """What its children name as their parent."""

    @property
    def parent(self) -> object:
        """Id of the parent; None for the root."""

    @property
    def tracks(self) -> Sequence[int]:
        """Rows of its tracks, its children's among them."""


def tree_levels(nodes: Sequence[Node], n_tracks: int) -> Mapping[str, IntArray]:
    """Labels at every depth below the root, by name; a leaf stays one at the levels below it.

    Returns
    -------
    Shape (n_tracks,) each, −1 for tracks outside of the tree.

    Examples
    --------
    >>> from types import SimpleNamespace as N
    >>> nodes = [N(id=0, parent=None, tracks=[0, 1, 2]), N(id=1, parent=0, tracks=[0])]
    >>> nodes += [N(id=2, parent=0, tracks=[1, 2]), N(id=3, parent=2, tracks=[1])]
    >>> nodes += [N(id=4, parent=2, tracks=[2])]
    >>> {name: labels.tolist() for name, labels in tree_levels(nodes, 4).items()}
    {'level 1': [0, 1, 1, -1], 'level 2': [0, 1, 2, -1]}
    """
    depth: dict[object, int] = {}
    for node in nodes:
        depth[node.id] = 0 if node.parent is None else depth[node.parent] + 1
    labels = np.full(n_tracks, -1)
    found = {}
    for level in range(max(depth.values(), default=0) + 1):
        for number, node in enumerate(nodes):
            if depth[node.id] == level:
                labels[np.asarray(node.tracks, int)] = number
        if level:
            numbered = np.unique(labels[labels >= 0], return_inverse=True)[1]
            found[f"level {level}"] = np.full(n_tracks, -1)
            found[f"level {level}"][labels >= 0] = numbered
    return found
