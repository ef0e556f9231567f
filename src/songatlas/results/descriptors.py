"""``descriptors.csv``: what every track sounds like, in numbers that have a name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from songatlas.features.audio.descriptors import DESCRIPTORS, Descriptors
from songatlas.results.written import as_written
from songatlas.store.tables import read_csv, write_csv
from songatlas.types import Track
from songatlas.words.heard import merge_tags

DESCRIPTORS_FILE = "descriptors.csv"
_TAG = "tag "  # before the name of a tag, in the columns


def write_descriptors(folder: Path, tracks: Sequence[Track], descriptors: Descriptors) -> str:
    """Write ``descriptors.csv``: row *i* is track *i*, an empty cell is unknown."""
    columns = [
        "path",
        *(scale.name for scale in DESCRIPTORS),
        *(f"{_TAG}{name}" for name in descriptors.tag_names),
    ]
    numbers = np.hstack([descriptors.sound, descriptors.tags])
    rows = (
        [track.path, *(x if math.isfinite(x) else None for x in values.tolist())]
        for track, values in zip(tracks, numbers, strict=True)
    )
    write_csv(folder / DESCRIPTORS_FILE, columns, rows)
    return DESCRIPTORS_FILE


def read_descriptors(folder: Path) -> Descriptors:
    """Inverse of :func:`write_descriptors`.

    Raises
    ------
    StorageError
        When the file is missing or is not what was written.
    """
    path = folder / DESCRIPTORS_FILE
    rows = read_csv(path)
    columns = list(rows[0]) if rows else []
    tags = [column for column in columns if column.startswith(_TAG)]
    names = [scale.name for scale in DESCRIPTORS]
    with as_written(path):
        numbers = [[float(row[name] or "nan") for name in (*names, *tags)] for row in rows]
    values = np.reshape(numbers, (len(rows), len(names) + len(tags)))
    heard = merge_tags([tag.removeprefix(_TAG) for tag in tags], values[:, len(names) :])
    return Descriptors(sound=values[:, : len(names)], tag_names=heard[0], tags=heard[1])
