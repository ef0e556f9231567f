r"""CSV tables that spreadsheets cannot be tricked by.

Conventions
-----------
UTF-8, ``\n`` line ends, floats as the shortest text that reads back equal, an empty cell for
None. A text cell that a spreadsheet would run as a formula (leading ``= + - @``, tab or carriage
return, also after apostrophes) gets a leading apostrophe, which reading takes away again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from songatlas.errors import StorageError
from songatlas.store.atomic import open_atomic

Cell = str | int | float | bool | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write one table, whole or not at all; errors as for :func:`format_csv`."""
    with open_atomic(path, "w", encoding="utf-8", newline="\n") as file:
        _write(file, columns, rows)  # row by row: of very many tracks the text alone is gigabytes


def format_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Text of one table.

    Raises
    ------
    ValueError
        When a row has another number of cells than there are columns.
    """
    buffer = io.StringIO()
    _write(buffer, columns, rows)
    return buffer.getvalue()


def _write(file: IO[str], columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([_cell(column) for column in columns])
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row must have {len(columns)} cells. Got {len(row)}.")
        writer.writerow([_cell(cell) for cell in row])


def _cell(value: Cell) -> str:
    """Text of one cell.

    Examples
    --------
    >>> _cell("=1+1"), _cell(0.1), _cell(-1), _cell(None), _cell("plain")
    ("'=1+1", '0.1', '-1', '', 'plain')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        neutral = f"'{value}" if _is_formula(value) else value
        return neutral.replace("\x00", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(float(value))
    return str(int(value))


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of a table that :func:`write_csv` wrote, as text, by column name.

    Raises
    ------
    StorageError
        When the file is missing, is no UTF-8, or a row has another number of cells.
    """
    try:
        with Path(path).open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file, strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise StorageError(
            f"{path} cannot be read as a table of songatlas: {error}. Run songatlas again."
        ) from error
    header, *cells = [[_plain(cell) for cell in row] for row in rows] or [[]]
    for line, row in enumerate(cells, start=2):
        if len(row) != len(header):
            raise StorageError(
                f"{path} must have {len(header)} cells in every row. Got {len(row)} in row {line}. "
                "Run songatlas again."
            )
    return [dict(zip(header, row, strict=True)) for row in cells]


def _is_formula(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)


def _plain(cell: str) -> str:
    """Inverse of the apostrophe.

    Examples
    --------
    >>> _plain("'=1+1"), _plain("''=1"), _plain("'tis"), _plain("-1")
    ('=1+1', "'=1", "'tis", '-1')
    """
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell
