"""A run made by hand that has a tree."""

import dataclasses

from songatlas.types.atlas import AtlasData
from songatlas.types.tree import Node, Tree

NAMES = {
    "all": "All tracks",
    "A": "শান্ত গান",
    "B": "日本語 · 速い",
    "A.1": "around Nina Hagen and Ideal",
    "A.2": "AC/DC: loud?",
}


def node(key: str, tracks: range, *, found: bool = False, name: str = "") -> Node:
    """Its parent is what its key says."""
    parent = None if key == "all" else key.rpartition(".")[0] or "all"
    return Node(id=key, parent=parent, name=name or NAMES[key], found=found, tracks=tuple(tracks))


def with_tree(atlas: AtlasData, **changes: object) -> AtlasData:
    """Twelve tracks on a line: two regions, really there, the first in two parts for convenience.

    The flat clusters are others: 0–3, 4–7, 8–11.
    """
    nodes = (
        node("all", range(12)),
        node("A", range(8), found=True),
        node("B", range(8, 12), found=True),
        node("A.1", range(5)),
        node("A.2", range(5, 8)),
    )
    given = {"tree": Tree(nodes=nodes), "detail": "fine"} | changes
    return dataclasses.replace(atlas, **given)


def rows_by_id(tree: Tree) -> dict[str, list[int]]:
    """Tracks of every node; those of a node are those of its parts, once each."""
    for it in tree:
        parts = [row for part in tree.children(it.id) for row in part.tracks]
        assert not parts or sorted(parts) == sorted(it.tracks)
    return {it.id: sorted(it.tracks) for it in tree}
