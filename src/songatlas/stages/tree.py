"""The tree of a run: grown from the places of its tracks, with ids and names."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from songatlas.clustering.tree import Branch, Sizes, grow
from songatlas.config import Config
from songatlas.models.placement import Placement
from songatlas.seeds import stage_seed
from songatlas.types import IntArray, Track
from songatlas.types.tree import ROOT, Node, Tree
from songatlas.words.evidence import Evidence
from songatlas.words.names import name_clusters
from songatlas.words.traits import find_traits

_TYPICAL = 15  # tracks of a node that speak for whom it is near


def grow_tree(places: Placement, config: Config) -> Tree:
    """Regions, parts and lists of the tracks that have a place, not yet named."""
    placed = np.flatnonzero(places.rows)
    sizes = Sizes(**{f.name: getattr(config.tree, f.name) for f in dataclasses.fields(Sizes)})
    seed = stage_seed(config.seed, "tree")
    branches = grow(places.points, sizes, random_state=seed)
    ids = _ids(branches)
    return Tree(
        nodes=tuple(
            Node(
                id=ids[number],
                parent=None if branch.parent < 0 else ids[branch.parent],
                name="",
                found=branch.found,
                tracks=tuple(placed[branch.rows].tolist()),
                evidence=branch.evidence,
            )
            for number, branch in enumerate(branches)
        )
    )


def name_tree(tree: Tree, evidence: Evidence, tracks: Sequence[Track]) -> Tree:
    """`tree` with a name for every node: what is special of it among its siblings."""
    names = {ROOT: "All tracks"}
    for node in tree:
        children = tree.children(node.id)
        if children:
            rows = np.sort(node.tracks)
            labels = tree.labels(children, len(tracks))[rows]
            names |= _sibling_names(evidence.of(rows), labels, children, tracks)
    return Tree(nodes=tuple(dataclasses.replace(node, name=names[node.id]) for node in tree))


def _sibling_names(
    evidence: Evidence, labels: IntArray, nodes: Sequence[Node], tracks: Sequence[Track]
) -> dict[str, str]:
    """By id; where nothing is special, or two would be named alike, whom each is near."""
    traits = find_traits(evidence, labels, len(nodes))
    said = name_clusters(traits)
    names: dict[str, str] = {}
    for number, (node, name) in enumerate(zip(nodes, said, strict=True)):
        near = around(node, tracks)
        if name == f"Cluster {number}":
            name = near[:1].upper() + near[1:]
        elif name.endswith(f" ({number})"):
            name = f"{name.removesuffix(f' ({number})')} · {near}"
        names[node.id] = name
    return names


def around(node: Node, tracks: Sequence[Track]) -> str:
    """Whom a node is near: its most typical artists, at most two, else titles of tracks.

    Examples
    --------
    >>> from pathlib import Path
    >>> tracks = [Track(path=f"{x}.ogg", source=Path(), content_hash="", artist=x) for x in "abb"]
    >>> around(Node(id="A", parent="all", name="", found=False, tracks=(1, 0, 2)), tracks)
    'around b and a'
    """
    typical = [tracks[row] for row in node.tracks[:_TYPICAL]]
    for said in ([t.artist for t in typical], [t.title or t.path for t in typical]):
        known = [text for text in said if text]
        often = sorted(dict.fromkeys(known), key=lambda text: -known.count(text))
        if often:
            return f"around {' and '.join(often[:2])}"
    return "around nobody"


def _ids(branches: Sequence[Branch]) -> list[str]:
    ids, n_children = [ROOT], [0] * len(branches)
    for branch in branches[1:]:
        n_children[branch.parent] += 1
        ids.append(child_id(ids[branch.parent], n_children[branch.parent]))
    return ids


def child_id(parent: str, number: int) -> str:
    """Id of the `number`-th part, from 1.

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
