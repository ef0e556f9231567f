"""Corrections by hand in a run.

Corrected clusters are a row of their own in the table, first, beside the method's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from songatlas.atlas.changes import find_renamed
from songatlas.atlas.corrections import correct, followed
from songatlas.atlas.regrow import correct_tree, name_nodes
from songatlas.results.corrections import Corrections, read_corrections
from songatlas.stages.prepare import Prepared
from songatlas.stages.tree import name_tree
from songatlas.text import fold
from songatlas.types import Clustering, FloatArray, Track
from songatlas.types.atlas import AtlasData
from songatlas.types.tree import Node, Tree
from songatlas.words.evidence import Evidence
from songatlas.words.near import near


def corrections_for(prepared: Prepared, folder: Path, previous: AtlasData | None) -> Corrections:
    """Those of `folder`; where the files of its `previous` run were renamed, under their new names.

    Raises
    ------
    ConfigError, StorageError
        When they cannot be read.
    """
    corrections = read_corrections(folder)
    if previous is None:
        return corrections
    return followed(corrections, find_renamed(previous.tracks, prepared.library.tracks))


def corrected(
    clustering: Clustering, prepared: Prepared, corrections: Corrections
) -> list[Clustering]:
    """The clusters as a person corrected them; empty where that changes nothing.

    Scores of the row are those of the corrected clusters: a person's knowledge is in them.
    """
    if not corrections.changes_partition:
        return []
    X = np.nan_to_num(clustering.X)
    labels = correct(clustering.labels, X, prepared.library.tracks, corrections)
    if np.array_equal(labels, clustering.labels):
        return []
    method = f"{clustering.method}, corrected"
    return [dataclasses.replace(clustering, labels=labels, method=method)]


def tree_by_hand(
    tree: Tree,
    X: FloatArray,
    evidence: Evidence,
    tracks: Sequence[Track],
    corrections: Corrections,
    previous: AtlasData | None = None,
) -> Tree:
    """The tree as a person corrected it, with a name for every node that has none yet.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates), NaN for a track without a place.
    previous
        A run whose nodes give theirs their names.
    """
    found = correct_tree(tree, np.nan_to_num(X), tracks, corrections)
    if not all(node.name for node in found):
        fresh = name_tree(found, evidence, tracks, previous)
        taken = {(node.parent, fold(node.name)) for node in found if node.name}

        def named(node: Node) -> Node:
            new = node if node.name else fresh[node.id]
            if node.name or (node.parent, fold(new.name)) not in taken:
                return new
            whom = near([tracks[row] for row in node.tracks])[0]
            return dataclasses.replace(new, name=f"{new.name} · around {whom}")

        found = Tree(nodes=tuple(map(named, found)))
    return name_nodes(found, tracks, corrections)
