r"""CSV tables that spreadsheets cannot be tricked by.

Conventions
-----------
UTF-8, ``\n`` line ends, floats as the shortest text that reads back equal, an empty cell for
None. A text cell that a spreadsheet would run as a formula (leading ``= + - @``, tab or carriage
return) gets a leading apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from songatlas.store.atomic import write_text

Cell = str | int | float | bool | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write one table, whole or not at all; errors as for :func:`format_csv`."""
    write_text(path, format_csv(columns, rows))


def format_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Text of one table.

    Raises
    ------
    ValueError
        When a row has another number of cells than there are columns.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_cell(column) for column in columns])
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row must have {len(columns)} cells. Got {len(row)}.")
        writer.writerow([_cell(cell) for cell in row])
    return buffer.getvalue()


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
        neutral = f"'{value}" if value.startswith(_FORMULA) else value
        return neutral.replace("\x00", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(float(value))
    return str(int(value))


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of a table that :func:`write_csv` wrote, as text, by column name."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
