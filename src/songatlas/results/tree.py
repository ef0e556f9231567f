"""``tree.json``: regions, their parts and lists, as a file and back."""

from __future__ import annotations

from pathlib import Path

from songatlas.results.written import json_as_written, made_of
from songatlas.store.atomic import write_json
from songatlas.types.tree import Node, Tree

TREE_FILE = "tree.json"


def write_tree(folder: Path, tree: Tree) -> str:
    """Write ``tree.json``, where tracks stand by their rows in ``tracks.csv``."""
    nodes = [vars(node) | {"tracks": list(node.tracks)} for node in tree]
    write_json(folder / TREE_FILE, {"nodes": nodes})
    return TREE_FILE


def read_tree(folder: Path) -> Tree:
    """Inverse of :func:`write_tree`; no nodes in a folder from before there were trees.

    Raises
    ------
    StorageError
        When the file is not what was written.
    """
    path = folder / TREE_FILE
    if not path.exists():
        return Tree()
    with json_as_written(path) as said:
        nodes = (made_of(Node, {**x, "tracks": tuple(x["tracks"])}) for x in said["nodes"])
        return Tree(nodes=tuple(nodes))
