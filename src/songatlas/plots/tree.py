"""The tree of a run: regions, their parts and lists, from left to right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from songatlas.plots.fonts import shorten
from songatlas.plots.style import INK, colour_of, new_figure, settled, style
from songatlas.text import columns
from songatlas.types.tree import Node, Tree

MAX_ROWS = 60  # ends of branches
_ROW, _COLUMN = 0.3, 3.3  # inches
_NAME = 30  # columns of text above a branch of that length
_BESIDE = 24  # columns of text at most that stand beside the last branches
_LOOKS: Mapping[bool, Mapping[str, Any]] = {  # by whether it was found
    True: {"linewidth": 3.2, "linestyle": "-"},
    False: {"linewidth": 1.2, "linestyle": (0, (4, 2))},
}


def plot_tree(tree: Tree) -> Figure | None:
    """Every node as a branch with its name and number of tracks; None for fewer than two.

    As many levels as fit are drawn, and of too many branches the largest; the picture says what is
    left out. Branches that were found are heavy, their names bold; convenient ones are dashed,
    their names italic. Colours are those of the regions on the map.

    Examples
    --------
    >>> nodes = [("all", None, "All tracks", (0, 1, 2)), ("A", "all", "Calm", (0, 2)),
    ...          ("B", "all", "Loud", (1,))]
    >>> tree = Tree(nodes=tuple(Node(id=id, parent=parent, name=name, found=True, tracks=tracks)
    ...                         for id, parent, name, tracks in nodes))
    >>> [text.get_text() for text in plot_tree(tree).axes[0].texts]
    ['Calm  2', 'Loud  1']
    """
    if not tree.depth:
        return None
    drawn = _fitting(tree)
    n_rows = len(list(_ends(tree, drawn)))
    n_columns = max(len(tree.parents(key)) for key in drawn)
    beside = max(_beside(node.name) for node in tree.level(n_columns) if node.id in drawn)
    with style(node.name for node in tree):
        width, height = 0.4 + _COLUMN * max(n_columns, 2), 1.0 + _ROW * max(n_rows, 4)
        width += _COLUMN * beside / _NAME
        title = f"Regions and their parts: {len(tree.root.tracks):,} tracks"
        figure = new_figure(width, height, title)
        axes = figure.subplots()
        axes.set_axis_off()
        _draw(axes, tree, drawn, beside)
        _explain(axes, tree, drawn)
        return settled(figure)


def _beside(name: str) -> int:
    """Columns of a name for which there is no room above a branch."""
    return max(0, min(columns(name) - _NAME, _BESIDE))


def _fitting(tree: Tree) -> set[str]:
    """Ids of the nodes that are drawn."""
    fitting = [n for n in range(1, tree.depth + 1) if len(tree.level(n)) <= MAX_ROWS]
    level = tree.level(max(fitting, default=1))
    shown = {node.id for node in tree.in_order(alike=False)}
    ends = sorted(level, key=lambda node: -len(node.tracks))[:MAX_ROWS]
    return shown & {above.id for node in ends for above in (*tree.parents(node.id), node)}


def _has_drawn(tree: Tree, node: Node, drawn: set[str]) -> bool:
    return any(part.id in drawn for part in tree.children(node.id))


def _ends(tree: Tree, drawn: set[str], key: str = "") -> Iterator[Node]:
    """Nodes without drawn parts, from the top."""
    node = tree[key] if key else tree.root
    parts = [part for part in tree.children(node.id) if part.id in drawn]
    if not parts:
        yield node
    for part in parts:
        yield from _ends(tree, drawn, part.id)


def _draw(axes: Axes, tree: Tree, drawn: set[str], beside: int) -> None:
    """Branches of a level from its number − 1 to its number; a row is one, counted downwards."""
    nodes = [node for node in tree if node.id in drawn]
    heights = {node.id: float(row) for row, node in enumerate(_ends(tree, drawn))}
    n_rows = len(heights)
    for node in reversed(nodes):
        parts = [heights[part.id] for part in tree.children(node.id) if part.id in drawn]
        if parts:
            heights[node.id] = (parts[0] + parts[-1]) / 2
    regions = [node.id for node in tree.children(tree.root.id)]
    n_columns = max(len(tree.parents(node.id)) for node in nodes)
    for node in nodes[1:]:
        path = [*(above.id for above in tree.parents(node.id)), node.id]
        x, y = len(path) - 2, heights[node.id]
        axes.plot([x, x], [heights[path[-2]], y], color="#b8b8b8", linewidth=1, zorder=1)
        colour, look = colour_of(regions.index(path[1])), _LOOKS[node.found]
        axes.plot([x, x + 1], [y, y], color=colour, gid=node.id, **look)
        area = 10 + 110 * len(node.tracks) / len(tree.root.tracks)
        axes.scatter([x + 1], [y], s=area, color=colour, zorder=3)
        more = len(tree.children(node.id))
        within = f" in {more} parts" if more > 1 and not _has_drawn(tree, node, drawn) else ""
        is_end = not _has_drawn(tree, node, drawn)
        n_free = n_columns - x if is_end else 1  # nothing is beside an end
        room = _NAME * n_free * max(1, 2 // n_columns) + beside * is_end - len(within) // 2
        said = f"{shorten(node.name, room)}  {len(node.tracks):,}{within}"
        weight, slant = ("bold", "normal") if node.found else ("normal", "italic")
        axes.text(x + 0.04, y - 0.12, said, va="bottom", color=INK, weight=weight, style=slant)
    axes.set_xlim(-0.02, 0.05 + n_columns * (1 + beside / (_NAME * max(n_columns, 2))))
    axes.set_ylim(n_rows - 0.5, -1.0)


def _explain(axes: Axes, tree: Tree, drawn: set[str]) -> None:
    """What the lines mean, for each kind that there is, and what is left out."""
    kinds = {node.found for node in tree if node.id in drawn and node.parent is not None}
    handles = [
        Line2D([], [], color=INK, label=said, **_LOOKS[found])
        for found, said in ((True, "really there"), (False, "a neighbourhood"))
        if found in kinds
    ]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), ncols=2, borderaxespad=0)
    if more := len([*tree.in_order(alike=False)]) - len(drawn):
        said = f"{more:,} smaller parts are not drawn: tree.json and the map have them"
        axes.set_title(said, loc="right", fontsize=8.5)
