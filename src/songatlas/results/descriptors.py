"""``descriptors.csv``: what every track sounds like, in numbers that have a name.

Beside it, where the ear has a text tower, ``ear_embeddings.npy``: what words are compared with.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from songatlas.features.audio.descriptors import DESCRIPTORS, Descriptors
from songatlas.results.written import as_written
from songatlas.store.arrays import write_array
from songatlas.store.tables import read_csv, write_csv
from songatlas.types import FloatArray, Track
from songatlas.words.heard import merge_tags

DESCRIPTORS_FILE = "descriptors.csv"
EMBEDDINGS_FILE = "ear_embeddings.npy"
_TAG = "tag "  # before the name of a tag, in the columns


def write_descriptors(folder: Path, tracks: Sequence[Track], descriptors: Descriptors) -> list[str]:
    """Write ``descriptors.csv``: row *i* is track *i*, an empty cell is unknown.

    Embeddings, where there are any, are written beside it.

    Returns
    -------
    The names of the files.
    """
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
    if descriptors.embeddings is None:
        return [DESCRIPTORS_FILE]
    write_array(folder / EMBEDDINGS_FILE, descriptors.embeddings.astype(np.float32))
    return [DESCRIPTORS_FILE, EMBEDDINGS_FILE]


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
    embeddings = None
    if (folder / EMBEDDINGS_FILE).exists():
        embeddings = read_embeddings(folder)
    return Descriptors(
        sound=values[:, : len(names)], tag_names=heard[0], tags=heard[1], embeddings=embeddings
    )


def read_tags(folder: Path) -> tuple[tuple[str, ...], FloatArray]:
    """The tags of :func:`read_descriptors` alone, row by row, as of many tracks they are many.

    Returns
    -------
    names, tags
        Shape (n_tracks, n_tags): mean probability; NaN where unknown.

    Raises
    ------
    StorageError
        When the file is missing or is not what was written.
    """
    path = folder / DESCRIPTORS_FILE
    with as_written(path), path.open(newline="", encoding="utf-8") as file:
        try:
            rows = csv.reader(file, strict=True)
            columns = next(rows, [])
            chosen = [i for i, column in enumerate(columns) if column.startswith(_TAG)]
            numbers = []
            for row in rows:
                if len(row) != len(columns):
                    raise ValueError(f"line {rows.line_num} has {len(row)} cells")
                numbers.append(np.array([float(row[i] or "nan") for i in chosen]))
        except csv.Error as error:
            raise ValueError(str(error)) from error
    tags = np.reshape(numbers, (len(numbers), len(chosen)))
    return merge_tags([columns[i].removeprefix(_TAG) for i in chosen], tags)


def read_embeddings(folder: Path) -> FloatArray:
    """Shape (n_tracks, n_features), float32: mean of every track; NaN where unknown.

    Raises
    ------
    StorageError
        When the file is missing or is not what was written.
    """
    path = folder / EMBEDDINGS_FILE
    with as_written(path):
        embeddings: FloatArray = np.load(path, allow_pickle=False)
        if embeddings.ndim != 2 or embeddings.dtype != np.float32:
            raise ValueError(f"an array of {embeddings.dtype} with {embeddings.ndim} axes")
    return embeddings
