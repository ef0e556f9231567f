"""The tree of a run as lines of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from songatlas.cli.tables import aligned
from songatlas.text import columns

if TYPE_CHECKING:
    from songatlas.types.tree import Node, Tree

_COLUMNS = 80
_MOST_LINES = 30  # what a person looks through; a deeper level shows itself by numbers
_INDENT = "  "


def outline(tree: Tree, detail: str, *, ids: bool = False) -> list[str]:
    """Regions and their parts down to the level of `detail`: names, sizes, which are really there.

    Parameters
    ----------
    detail
        One of :data:`songatlas.types.tree.DETAILS`.
    ids
        Whether the id of every node stands before its name.

    Returns
    -------
    Lines of at most 80 columns; none for a tree without regions.
    """
    if not tree.depth:
        return []
    below = {node.id: len(tree.parents(node.id)) for node in tree}
    level = deepest = max(below[node.id] for node in tree.detail(detail))
    while level > 1 and sum(0 < n <= level for n in below.values()) > _MOST_LINES:
        level -= 1
    shown = [node for node in tree.in_order(alike=False) if 0 < below[node.id] <= level]
    lists = {node.id: _n_lists(tree, node, deepest - below[node.id]) for node in shown}
    notes = [
        ", ".join(
            [
                *(["really there"] if node.found else []),
                *([f"{lists[node.id]:,} lists"] if below[node.id] == level < deepest else []),
            ]
        )
        for node in shown
    ]
    counts = [counted(len(node.tracks)) for node in shown]
    room = _COLUMNS - 6 - max(map(columns, counts)) - max(map(columns, notes))
    rows = [
        (f"{_INDENT * (below[node.id] - 1)}{f'{node.id}  ' * ids}{node.name}", count, note)
        for node, count, note in zip(shown, counts, notes, strict=True)
    ]
    lines = [f"{_INDENT}{line}" for line in aligned(rows, right=(1,), most=room).splitlines()]
    return [*lines, *_key(shown)]


def counted(n_tracks: int) -> str:
    """As a person says it."""
    return "1 track" if n_tracks == 1 else f"{n_tracks:,} tracks"


def _n_lists(tree: Tree, node: Node, levels: int) -> int:
    nodes: tuple[Node, ...] = (node,)
    for _ in range(levels):
        nodes = tuple(x for it in nodes for x in tree.children(it.id) or (it,))
    return len(nodes)


def _key(shown: list[Node]) -> list[str]:
    if all(node.found for node in shown):
        return []
    others = "The others are" if any(node.found for node in shown) else "These are"
    return [f"{others} neighbourhoods: no border between them is sure."]
