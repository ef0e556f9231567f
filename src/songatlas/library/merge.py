"""Several rows for one file as one, without a last one that wins."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from songatlas.library.metadata import Row
from songatlas.text import quoted


def merge(
    rows: Sequence[Row], *, ignored: Collection[str] = ()
) -> tuple[dict[str, str], list[str]]:
    """Cells that all `rows` agree on, and the names of the columns in which they differ.

    An empty cell says nothing and contradicts nothing; where two others differ, the merged cell
    is empty. The result does not depend on the order of the rows.

    Parameters
    ----------
    rows
        At least one, with the same columns.
    ignored
        Columns in which a difference is expected and not reported.

    Examples
    --------
    >>> merge([Row(line=2, cells={"a": "x", "b": "y"}), Row(line=5, cells={"a": "x", "b": "z"})])
    ({'a': 'x', 'b': ''}, ['b'])
    """
    if len(rows) == 1:
        return dict(rows[0].cells), []
    merged: dict[str, str] = {}
    differing: list[str] = []
    for name in rows[0].cells:
        said = {unicodedata.normalize("NFC", row.cells[name].strip()) for row in rows} - {""}
        merged[name] = said.pop() if len(said) == 1 else ""
        if said and not merged[name] and name not in ignored:
            differing.append(name)
    return merged, differing


def conflict_note(table: str, rows: Sequence[Row], track: str, differing: Sequence[str]) -> str:
    """One sentence about rows that contradict one another."""
    return (
        f"{table} {lines(rows)} describe {quoted(track)} differently in "
        f"{', '.join(differing)}; what they disagree on is not used."
    )


def lines(rows: Sequence[Row]) -> str:
    """Line numbers of `rows`, the first few if there are many.

    Examples
    --------
    >>> lines([Row(line=2, cells={}), Row(line=5, cells={})])
    'lines 2 and 5'
    """
    numbers = [str(line) for line in sorted(row.line for row in rows)]
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    if len(numbers) > 5:
        numbers = [*numbers[:4], f"{len(numbers) - 4} more"]
    return f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"
