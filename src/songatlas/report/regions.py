"""Regions of a collection and their parts, as the report lists them."""

from __future__ import annotations

from songatlas.report.markdown import escape
from songatlas.types.tree import Node, Tree

_MOST = 60  # lines

_MEANING = {
    (True, True): "Names in bold are really there: the music itself parts at their edges. Names in "
    "italics are neighbourhoods: no border between them is sure, and the music is cut into lists "
    "that one can play.",
    (True, False): "All of these are really there: the music itself parts at their edges.",
    (False, True): "All of these are neighbourhoods: no border between them is sure, and the music "
    "is cut into lists that one can play.",
}


def regions(tree: Tree, detail: str) -> str:
    r"""Regions and their parts down to the level of `detail`; empty for a root alone.

    Examples
    --------
    >>> nodes = [("all", None, (0, 1, 2)), ("A", "all", (0, 2)), ("B", "all", (1,))]
    >>> tree = Tree(nodes=tuple(Node(id=id, parent=parent, name=id, found=id == "A", tracks=tracks)
    ...                         for id, parent, tracks in nodes))
    >>> print(regions(tree, "coarse").partition("\n\n")[2])
    - **A**: 2 tracks
    - *B*: 1 track
    <BLANKLINE>
    ![Regions and their parts](tree.png)
    """
    if not tree.depth:
        return ""
    level = max(len(tree.parents(node.id)) for node in tree.detail(detail))
    shown = [
        node
        for node in tree.in_order(tree.root.id, alike=False)
        if len(tree.parents(node.id)) <= level
    ]
    while len(shown) > _MOST and level > 1:
        level -= 1
        shown = [node for node in shown if len(tree.parents(node.id)) <= level]
    kinds = {node.found for node in shown}
    lines = [_line(tree, node, level) for node in shown[:_MOST]]
    if len(shown) > _MOST:
        lines.append(f"- … and {len(shown) - _MOST:,} more")
    meaning = _MEANING[True in kinds, False in kinds]
    return "\n".join([meaning, "", *lines, "", "![Regions and their parts](tree.png)"])


def _line(tree: Tree, node: Node, level: int) -> str:
    depth, n = len(tree.parents(node.id)), len(node.tracks)
    name = escape(node.name)
    name = f"**{name}**" if node.found else f"*{name}*"
    more = len(tree.children(node.id)) if depth == level else 0
    within = f", in {more} parts" if more > 1 else ""
    return f"{'  ' * (depth - 1)}- {name}: {n:,} track{'s' * (n != 1)}{within}"
