"""``skipped.csv``: the files that were found and not analysed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from songatlas.results.written import as_written
from songatlas.store.tables import read_csv, write_csv
from songatlas.types import Skip

SKIPPED_FILE = "skipped.csv"
_COLUMNS = tuple(field.name for field in dataclasses.fields(Skip))


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
            Skip(
                path=row["path"],
                stage=row["stage"],
                code=row["code"],
                reason=row["reason"],
                declared_seconds=_seconds(row["declared_seconds"]),
                decoded_seconds=_seconds(row["decoded_seconds"]),
            )
            for row in read_csv(path)
        )


def _seconds(cell: str) -> float | None:
    return float(cell) if cell else None
