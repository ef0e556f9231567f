"""The tree of a run: regions, their parts, down to lists that a person would play.

Conventions
-----------
Tracks are row numbers. Those without a place are in no node. Parents come before their children,
and the children of a node share out its tracks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from songatlas.types import IntArray

ROOT = "all"
DETAILS = ("auto", "coarse", "medium", "fine")
_MOST_LISTS = 24  # that one looks through without regions above them
# How real a node is, as a person says it.
EVERYTHING, REAL, CONVENIENT = "everything", "really there", "a neighbourhood"
BETWEEN = " › "  # names of a node and of those above it


@dataclass(frozen=True, kw_only=True)
class Node:
    """One region, part or list.

    Parameters
    ----------
    id
        ``"all"`` for the root, then ``"A"``, ``"A.2"``, ``"A.2.1"``: never the number of a cluster.
    parent
        Id of the node that it is a part of; None for the root.
    name
        As a person says it; differs from its siblings'.
    named_by
        ``"songatlas"`` or ``"person"``.
    found
        Whether the tracks ask for the division that made it; False where it is convenient only,
        and for the root, which no division made.
    tracks
        Rows, the most typical first.
    view
        That the division which made it was seen in: ``"joint"``, ``"audio"`` or ``"lyrics"``.
    evidence
        What the division that made it rests on, in numbers; empty for the root. ``border``: tracks
        in the shallowest valley between the parts relative to those beside it, in [0, 1], 1 being
        none; ``p_value``: of that valley by chance; ``agreement``: adjusted Rand index of the parts
        that halves of the tracks give, for a convenient division. Of regions that follow a flaw of
        the recordings, by its name: adjusted mutual information with it.
    """

    id: str
    parent: str | None
    name: str
    found: bool
    tracks: tuple[int, ...]
    named_by: str = "songatlas"
    view: str = ""
    evidence: Mapping[str, float] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """How real it is, as a person says it."""
        if self.parent is None:
            return EVERYTHING
        return REAL if self.found else CONVENIENT


def child_id(parent: str, number: int) -> str:
    """Id of the `number`-th part of a node, from 1.

    Examples
    --------
    >>> child_id("all", 1), child_id("all", 28), child_id("A", 3)
    ('A', 'AB', 'A.3')
    """
    if parent != ROOT:
        return f"{parent}.{number}"
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


@dataclass(frozen=True, kw_only=True)
class Tree:
    """Nodes, parents before children; none where a run made no tree.

    Examples
    --------
    >>> def node(id, parent, tracks):
    ...     return Node(id=id, parent=parent, name=id, found=False, tracks=tracks)
    >>> tree = Tree(nodes=(node("all", None, (0, 1, 2)), node("A", "all", (0, 2)),
    ...                    node("B", "all", (1,)), node("A.1", "A", (2,)), node("A.2", "A", (0,))))
    >>> [node.id for node in tree.children("all")], [node.id for node in tree.leaves()]
    (['A', 'B'], ['A.1', 'A.2', 'B'])
    >>> [node.id for node in tree.level(2)], tree.labels(tree.level(2), 4).tolist()
    (['A.1', 'A.2', 'B'], [1, 2, 0, -1])
    """

    nodes: tuple[Node, ...] = ()

    def __post_init__(self) -> None:
        known: set[str | None] = {None}
        for node in self.nodes:
            if (
                node.id in known
                or node.parent not in known
                or (node.parent is None) != (len(known) == 1)
            ):
                raise ValueError(f"Nodes must be a tree, parents first. Got {node.id!r} there.")
            known.add(node.id)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __contains__(self, key: object) -> bool:
        return key in self._by_id

    def __getitem__(self, key: str) -> Node:
        return self._by_id[key]

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def _children(self) -> dict[str | None, tuple[Node, ...]]:
        found: dict[str | None, tuple[Node, ...]] = {}
        for node in self.nodes:
            found[node.parent] = (*found.get(node.parent, ()), node)
        return found

    @property
    def root(self) -> Node:
        """The whole collection."""
        return self.nodes[0]

    def children(self, key: str) -> tuple[Node, ...]:
        """Parts of a node; none of a leaf."""
        return self._children.get(key, ())

    def is_part(self, key: str, of: str) -> bool:
        """Whether one node is a part of another, directly."""
        return key in self and self[key].parent == of

    def in_order(self, key: str | None = None, *, alike: bool = True) -> Iterator[Node]:
        """All nodes below one, each before its parts and these before its next sibling.

        Parameters
        ----------
        alike
            Also a leaf that is all of its parent.
        """
        for node in self._children.get(key, ()):
            parts = self.children(node.id)
            yield node
            if alike or len(parts) > 1 or any(self.children(part.id) for part in parts):
                yield from self.in_order(node.id, alike=alike)

    def parents(self, key: str) -> tuple[Node, ...]:
        """Nodes above one, the root first."""
        above = self[key].parent
        return () if above is None else (*self.parents(above), self[above])

    @property
    def depth(self) -> int:
        """Divisions from the root to the deepest leaf; 0 for a root alone."""
        return max((len(self.parents(node.id)) for node in self.nodes), default=0)

    def level(self, n: int) -> tuple[Node, ...]:
        """Nodes `n` divisions below the root, and the leaves above them: all tracks, once each."""
        nodes = self._children.get(None, ())
        for _ in range(n):
            nodes = tuple(x for node in nodes for x in self.children(node.id) or (node,))
        return nodes

    def leaves(self) -> tuple[Node, ...]:
        """Nodes without parts, in the order of the tree."""
        return self.level(self.depth)

    def nearest_level(self, n_nodes: float) -> int:
        """The level below the root whose number of nodes is nearest to `n_nodes`, by ratio."""
        sizes = [len(self.level(n)) for n in range(1, self.depth + 1)] or [1]
        return min(1, self.depth) + int(np.abs(np.log(np.array(sizes) / n_nodes)).argmin())

    def detail(self, wish: str = "auto") -> tuple[Node, ...]:
        """The nodes that lists and names are about.

        Parameters
        ----------
        wish
            ``"coarse"``: the first division. ``"fine"``: the leaves. ``"medium"``: a level of about
            four lists to a hundred tracks, eight to four hundred, forty to ten thousand and more.
            ``"auto"``: the leaves up to 24 of them, above that the medium level.
        """
        n_tracks = len(self.root.tracks) if self.nodes else 0
        if wish == "auto":
            wish = "fine" if len(self.leaves()) <= _MOST_LISTS else "medium"
        medium = min(max(0.4 * n_tracks**0.5, 4.0), 40.0)
        of_wish = {"coarse": min(1, self.depth), "medium": self.nearest_level(medium)}
        return self.level(of_wish.get(wish, self.depth))

    def found(self) -> tuple[Node, ...]:
        """The finest nodes down to which every division was found; the root where none was."""
        nodes, ends = [*self._children.get(None, ())], []
        while nodes:
            node = nodes.pop(0)
            parts = self.children(node.id)
            if parts and parts[0].found:
                nodes = [*parts, *nodes]
            else:
                ends.append(node)
        return tuple(ends)

    def full_name(self, key: str) -> str:
        """Name of a node behind those of the nodes above it, for it differs from siblings' only."""
        return BETWEEN.join(node.name for node in (*self.parents(key)[1:], self[key]))

    def labels(self, nodes: Iterable[Node], n_tracks: int) -> IntArray:
        """Shape (n_tracks,): which of the nodes each track is in, −1 for none."""
        found = np.full(n_tracks, -1)
        for number, node in enumerate(nodes):
            found[list(node.tracks)] = number
        return found

    def ids(self, n: int, n_tracks: int) -> list[str]:
        """Id of the node of a level that each track is in, empty for none."""
        nodes = self.level(n)
        return [nodes[k].id if k >= 0 else "" for k in self.labels(nodes, n_tracks).tolist()]
