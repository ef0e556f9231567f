"""``skipped.csv``: the files that were found and not analysed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from songatlas.store.tables import write_csv
from songatlas.types import Skip

SKIPPED_FILE = "skipped.csv"
_COLUMNS = tuple(field.name for field in dataclasses.fields(Skip))


def write_skipped(folder: Path, skipped: Sequence[Skip]) -> str:
    """Write ``skipped.csv``; lengths that are not known are empty cells."""
    rows = [[getattr(skip, name) for name in _COLUMNS] for skip in skipped]
    write_csv(folder / SKIPPED_FILE, _COLUMNS, rows)
    return SKIPPED_FILE
