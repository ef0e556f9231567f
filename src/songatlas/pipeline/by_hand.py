"""Corrections by hand in a run: a row of its own in the table, first, beside the method's."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from songatlas.atlas import Cluster
from songatlas.pipeline.corrections import apply_names, correct, read_corrections
from songatlas.pipeline.prepare import Prepared
from songatlas.types import Clustering, IntArray


def corrected(clustering: Clustering, prepared: Prepared, folder: Path) -> list[Clustering]:
    """The clusters as a person corrected them in `folder`; empty where that changes nothing.

    Scores of the row are those of the corrected clusters: a person's knowledge is in them.
    """
    corrections = read_corrections(folder)
    if not corrections.changes_partition:
        return []
    X = np.nan_to_num(clustering.X)
    labels = correct(clustering.labels, X, prepared.library.tracks, corrections)
    if np.array_equal(labels, clustering.labels):
        return []
    method = f"{clustering.method}, corrected"
    return [dataclasses.replace(clustering, labels=labels, method=method)]


def names_by_hand(
    clusters: Sequence[Cluster], labels: IntArray, prepared: Prepared, folder: Path
) -> tuple[Cluster, ...]:
    """`clusters` with the names that a person gave in `folder`."""
    return apply_names(clusters, labels, prepared.library.tracks, read_corrections(folder))
