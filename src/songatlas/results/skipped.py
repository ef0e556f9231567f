"""``skipped.csv``: the files that were found and not analysed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from songatlas.results.written import as_written, made_of
from songatlas.store.tables import read_csv, write_csv
from songatlas.types import Skip

SKIPPED_FILE = "skipped.csv"
_COLUMNS = tuple(field.name for field in dataclasses.fields(Skip))
_SECONDS = ("declared_seconds", "decoded_seconds")


def write_skipped(folder: Path, skipped: Sequence[Skip]) -> str:
    """Write ``skipped.csv``; lengths that are not known are empty cells."""
    rows = [[getattr(skip, name) for name in _COLUMNS] for skip in skipped]
    write_csv(folder / SKIPPED_FILE, _COLUMNS, rows)
    return SKIPPED_FILE


def read_skipped(folder: Path) -> tuple[Skip, ...]:
    """Inverse of :func:`write_skipped`.

    Raises
    ------
    StorageError
        When the file is missing or is not what was written.
    """
    path = folder / SKIPPED_FILE
    with as_written(path):
        return tuple(
            made_of(
                Skip, row | {name: float(row[name]) if row[name] else None for name in _SECONDS}
            )
            for row in read_csv(path)
        )
