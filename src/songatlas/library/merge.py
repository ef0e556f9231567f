"""Several rows for one file as one, without a last one that wins."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from songatlas.library.metadata import Row
from songatlas.library.names import composed
from songatlas.text import quoted

_MOST_LINES = 5


@dataclass
class Merged:
    """What rows agree on; memory does not grow with their number, and their order does not matter.

    An empty cell says nothing and contradicts nothing; where two others differ, the merged cell
    is empty.

    Parameters
    ----------
    cells
        By column.
    differing
        Columns in which rows contradict one another.
    first
        Lowest line numbers.
    n_rows
        Rows in all.

    Examples
    --------
    >>> both = Merged()
    >>> both.add(Row(line=2, cells={"a": "x", "b": "y"}))
    >>> both.add(Row(line=5, cells={"a": "x", "b": "z"}))
    >>> both.cells, both.differing, both.lines()
    ({'a': 'x', 'b': ''}, {'b'}, 'lines 2 and 5')
    """

    cells: dict[str, str] = field(default_factory=dict)
    differing: set[str] = field(default_factory=set)
    first: list[int] = field(default_factory=list)
    n_rows: int = 0

    def add(self, row: Row) -> None:
        """One row more, with the same columns."""
        self.absorb(Merged(dict(row.cells), set(), [row.line], 1))

    def absorb(self, other: Merged) -> None:
        """All rows of another."""
        if not self.n_rows:
            self.cells, self.differing = dict(other.cells), set(other.differing)
        elif self.cells != other.cells or self.n_rows == 1:
            self.differing |= other.differing
            for name, theirs in other.cells.items():
                said = {composed(self.cells[name].strip()), composed(theirs.strip())} - {""}
                if len(said) > 1:
                    self.differing.add(name)
                self.cells[name] = "" if name in self.differing else "".join(said)
        self.first = heapq.nsmallest(_MOST_LINES, [*self.first, *other.first])
        self.n_rows += other.n_rows

    def lines(self) -> str:
        """Line numbers, the first few if there are many."""
        numbers = [str(line) for line in self.first]
        if self.n_rows == 1:
            return f"line {numbers[0]}"
        if self.n_rows > _MOST_LINES:
            numbers = [*numbers[:4], f"{self.n_rows - 4} more"]
        return f"lines {', '.join(numbers[:-1])} and {numbers[-1]}"


def together(several: Iterable[Merged]) -> Merged:
    """All rows of `several`."""
    merged = Merged()
    for one in several:
        merged.absorb(one)
    return merged


def conflict_note(table: str, merged: Merged, track: str, ignored: Collection[str] = ()) -> str:
    """One sentence about rows that contradict one another; empty where they do not."""
    differing = [name for name in merged.cells if name in merged.differing - {*ignored}]
    if not differing:
        return ""
    return (
        f"{table} {merged.lines()} describe {quoted(track)} differently in "
        f"{', '.join(differing)}; what they disagree on is not used."
    )
