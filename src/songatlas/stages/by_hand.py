"""Corrections by hand in a run: a row of its own in the table, first, beside the method's."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from songatlas.atlas.changes import find_renamed
from songatlas.atlas.corrections import correct, followed
from songatlas.results.corrections import Corrections, read_corrections
from songatlas.stages.prepare import Prepared
from songatlas.types import Clustering
from songatlas.types.atlas import AtlasData


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
