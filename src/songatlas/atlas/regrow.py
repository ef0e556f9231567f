"""The tree and the names of its nodes that a person's corrections make."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from songatlas.atlas.corrections import constrained, known_rows
from songatlas.distances import nearest_centre
from songatlas.errors import ConfigError
from songatlas.results.corrections import Corrections, NodeKey
from songatlas.text import fold
from songatlas.types import FloatArray, IntArray, Track
from songatlas.types.tree import Node, Tree, child_id


def correct_tree(
    tree: Tree, X: FloatArray, tracks: Sequence[Track], corrections: Corrections
) -> Tree:
    """`tree` with nodes merged and split, then tracks together and apart in its leaves.

    What was merged or split has an empty name, unless a person gave it one. A correction whose
    nodes or tracks have gone does nothing. Doing it twice changes nothing more.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates).

    Raises
    ------
    ConfigError
        When tracks cannot be together or apart, naming two.
    """
    if not tree.depth:
        return tree
    row_of = {track.path: row for row, track in enumerate(tracks)}
    for keys in corrections.merge_nodes:
        found = {node.id: node for key in keys if (node := known_node(tree, row_of, key))}
        one, *others = [node for node in tree if node.id in found] or [tree.root]
        for other in others:
            if other.id in tree and tree[one.id] not in tree.parents(other.id):
                tree = _merged(tree, tree[one.id], tree[other.id])
    for one_key, other_key in corrections.split_nodes:
        node = known_node(tree, row_of, one_key)
        if node and node == known_node(tree, row_of, other_key):
            tree = _split(tree, node, X, [known_rows(row_of, k[1]) for k in (one_key, other_key)])
    leaves = tree.leaves()
    before = tree.labels(leaves, len(tracks))
    after = constrained(before, X, tracks, corrections)
    return tree if np.array_equal(before, after) else _with_leaves(tree, leaves, after)


def known_node(tree: Tree, row_of: Mapping[str, int], key: NodeKey) -> Node | None:
    """The node that holds most of some tracks: that of the same id, else as far down the tree."""
    known, rows = key[0], {*known_rows(row_of, key[1])}
    holding = [node for node in tree if 2 * len(rows & {*node.tracks}) > len(rows)]
    same = [node for node in holding if node.id == known]
    depth = len(known.split("."))
    fits = [n for n in holding if n.parent is not None and len(n.id.split(".")) == depth]
    return next(iter([*same, *fits]), None)


def require_mergeable(tree: Tree, nodes: Sequence[Node]) -> None:
    """Refuse the whole collection, and nodes of which one is a part of another.

    Raises
    ------
    ConfigError
        Naming them.
    """
    ids = [node.id for node in nodes]
    for node in nodes:
        above = {it.id for it in tree.parents(node.id)}
        if node.parent is None or above & {*ids}:
            raise ConfigError(
                "--merge and --split need parts of the collection, of which none is a part of "
                f"another. Got {', '.join(ids)}."
            )


def name_nodes(tree: Tree, tracks: Sequence[Track], corrections: Corrections) -> Tree:
    """`tree` with the names that a person gave.

    Raises
    ------
    ConfigError
        When two parts of a node would have one name.
    """
    row_of = {track.path: row for row, track in enumerate(tracks)}
    names = {}
    for key, name in corrections.rename_nodes:
        node = known_node(tree, row_of, key)
        if node is not None:
            names[node.id] = name
    given: dict[tuple[str | None, str], str] = {}
    for key_, name in names.items():
        other = given.setdefault((tree[key_].parent, fold(name)), key_)
        if other != key_:
            raise ConfigError(
                f"Names of parts of one node must differ. {other} and {key_} would both be "
                f"{name!r}. Give another name with 'songatlas label --rename'."
            )

    def named(node: Node) -> Node:
        if node.id in names:
            return dataclasses.replace(node, name=names[node.id], named_by="person")
        if (node.parent, fold(node.name)) in given:
            return dataclasses.replace(node, name=f"{node.name} ({node.id})")
        return node

    return Tree(nodes=tuple(map(named, tree)))


def _merged(tree: Tree, one: Node, other: Node) -> Tree:
    """`other` and its parts, wherever they are, become parts of `one`."""
    nodes = {node.id: node for node in tree}
    ours, theirs = tree.children(one.id), tree.children(other.id)
    nodes[one.id] = _unnamed(one)
    if not ours and not theirs:
        nodes[one.id] = dataclasses.replace(_unnamed(one), tracks=(*one.tracks, *other.tracks))
    elif not ours:
        nodes[f"{one.id}*"] = dataclasses.replace(one, id=f"{one.id}*", parent=one.id, found=False)
    if theirs or not ours:
        del nodes[other.id]
    for node in theirs or (other,) * bool(ours):
        nodes[node.id] = dataclasses.replace(node, parent=one.id)
    return _settled(tree, nodes)


def _split(tree: Tree, node: Node, X: FloatArray, halves: Sequence[Sequence[int]]) -> Tree:
    """A sibling takes what is nearer to the second half: tracks of a leaf, else whole parts."""
    nodes, parts = {it.id: it for it in tree}, tree.children(node.id)
    centres = np.stack([X[rows].mean(axis=0) for rows in map(list, halves)])
    new = dataclasses.replace(node, id=f"{node.id}*", name="", named_by="songatlas", found=False)
    places = [X[list(part.tracks)].mean(axis=0) for part in parts] or X[list(node.tracks)]
    goes = nearest_centre(np.asarray(places), centres) == 1
    if goes.all() or not goes.any():
        return tree
    nodes[node.id], nodes[new.id] = _unnamed(node), new
    if not parts:
        for it, mine in ((nodes[node.id], ~goes), (new, goes)):
            held = tuple(np.array(node.tracks)[mine].tolist())
            nodes[it.id] = dataclasses.replace(it, tracks=held)
    for part, leaves in zip(parts, goes if parts else (), strict=True):
        if leaves:
            nodes[part.id] = dataclasses.replace(part, parent=new.id)
    return _settled(tree, nodes)


def _with_leaves(tree: Tree, leaves: Sequence[Node], labels: IntArray) -> Tree:
    nodes = {node.id: node for node in tree}
    for number, leaf in enumerate(leaves):
        nodes[leaf.id] = dataclasses.replace(leaf, tracks=_in_order(leaf, labels == number))
    return _settled(tree, nodes)


def _unnamed(node: Node) -> Node:
    return node if node.named_by == "person" else dataclasses.replace(node, name="")


def _in_order(node: Node, holds: IntArray) -> tuple[int, ...]:
    """The rows where `holds`: those that the node had as they stood, then the others."""
    kept, new = [row for row in node.tracks if holds[row]], holds.copy()
    new[kept] = False
    return (*kept, *np.flatnonzero(new).tolist())


def _settled(tree: Tree, nodes: Mapping[str, Node]) -> Tree:
    """Nodes whose leaves are right, with the tracks and ids that follow; empty ones go.

    A node keeps its id where its parent does, or takes the next that is free there.
    """
    parts: dict[str | None, list[Node]] = {}
    for node in nodes.values():
        parts.setdefault(node.parent, []).append(node)
    n_rows = 1 + max(row for node in nodes.values() for row in node.tracks)

    def grown(node: Node, key: str, parent: str | None) -> list[Node]:
        below: list[Node] = []
        kept = {part.id for part in parts.get(node.id, ()) if tree.is_part(part.id, node.id)}
        taken = {key + part.removeprefix(node.id) if parent else part for part in kept}
        for part in parts.get(node.id, ()):
            own = key + part.id.removeprefix(node.id) if parent else part.id
            if part.id not in kept:
                free = (child_id(key, n) for n in itertools.count(1))
                own = next(name for name in free if name not in taken)
                taken.add(own)
            below += grown(part, own, key)
        tracks = node.tracks
        if tree.children(node.id) or below:
            holds = np.zeros(n_rows, bool)
            holds[[row for it in below if it.parent == key for row in it.tracks]] = True
            tracks = _in_order(node, holds)
        settled = dataclasses.replace(node, id=key, parent=parent, tracks=tracks)
        return [settled, *below] if tracks else []

    return _as_siblings(Tree(nodes=tuple(grown(nodes[tree.root.id], tree.root.id, None))))


def _as_siblings(tree: Tree) -> Tree:
    """`tree` without the second of two names in one node, and without a border of an only part."""
    taken: set[tuple[str | None, str]] = set()
    nodes = []
    for node in tree:
        told = (node.parent, fold(node.name))
        alone = node.parent is not None and len(tree.children(node.parent)) == 1
        name = "" if told in taken and node.named_by != "person" else node.name
        nodes.append(dataclasses.replace(node, name=name, found=node.found and not alone))
        taken.add(told)
    return Tree(nodes=tuple(nodes))
