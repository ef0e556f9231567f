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
from songatlas.types import Clustering, FloatArray, Track
from songatlas.types.atlas import AtlasData
from songatlas.types.tree import Tree
from songatlas.words.evidence import Evidence


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
) -> Tree:
    """The tree as a person corrected it; what was merged or split is named anew, among siblings.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates), NaN for a track without a place.
    """
    found = correct_tree(tree, np.nan_to_num(X), tracks, corrections)
    anew = {node.parent for node in found if not node.name}
    if anew:
        fresh = name_tree(found, evidence, tracks, None)
        nodes = [
            dataclasses.replace(node, name=fresh[node.id].name)
            if node.parent in anew and node.named_by != "person"
            else node
            for node in found
        ]
        found = Tree(nodes=tuple(nodes))
    return name_nodes(found, tracks, corrections)
