"""What a folder holds, to compare it with another."""

import csv
from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file, by its path from `folder` on."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, cells by column."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
