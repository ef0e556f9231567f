"""A results folder, read back for everything that is done with a finished run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from songatlas.errors import StorageError
from songatlas.results.arrays import read_cluster_labels, read_views
from songatlas.results.descriptions import read_clusters, read_reasons
from songatlas.results.record import read_run
from songatlas.results.staging import is_half_done
from songatlas.results.tracks import read_tracks
from songatlas.results.tree import read_tree
from songatlas.results.trust import read_trust
from songatlas.results.written import as_written
from songatlas.types.atlas import AtlasData


def read_atlas(folder: str | Path) -> AtlasData:
    """What a finished run found.

    Raises
    ------
    StorageError
        When `folder` is no finished run, or its files do not fit together.

    Examples
    --------
    >>> read_atlas("nowhere")
    Traceback (most recent call last):
        ...
    songatlas.errors.StorageError: nowhere must be the folder of a finished run. It does not ex...
    """
    try:
        return _read(folder)
    except StorageError as error:
        if is_half_done(Path(folder)):
            raise StorageError(
                f"{folder} is being brought up to date, or that was interrupted: "
                f"'songatlas update {folder}' finishes it."
            ) from error
        raise


def _read(folder: str | Path) -> AtlasData:
    run = read_run(folder)
    folder = Path(folder).resolve()
    table, trust = read_tracks(folder, Path(run.root)), read_trust(folder)
    with as_written(folder):
        labels = read_cluster_labels(folder)
        if any(not np.array_equal(first, labels) for first in [*table.clusters.values()][:1]):
            raise ValueError(
                "the rows of tracks.csv are not those of the other files: it was sorted or edited"
            )
        return AtlasData(
            folder=folder,
            root=Path(run.root),
            tracks=table.tracks,
            seconds=table.seconds,
            labels=labels,
            confidence=table.confidence,
            views=read_views(folder, run.view.key),
            clusters=read_clusters(folder, table.tracks),
            reasons=read_reasons(folder, table.tracks),
            verdict=trust.verdict,
            findings=trust.findings,
            copies={copy: kept for kept, copy in trust.duplicates},
            tree=read_tree(folder),
            detail=run.config.get("tree", {}).get("detail", "auto"),
        )
