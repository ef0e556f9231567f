"""Notes on the rows of a table: counted, and the first few of each kind given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from songatlas.text import one_line

SHOWN = 3


def first_of(names: Sequence[str | Path]) -> str:
    """Which file a note is about and how many more, with the verb.

    Examples
    --------
    >>> first_of(["a.txt"]), first_of(["a.txt", "b.txt", "c.txt"])
    ('a.txt is', 'a.txt and 2 more are')
    """
    first, more = one_line(str(names[0])), len(names) - 1
    return f"{first} and {more:,} more are" if more else f"{first} is"


class Notes:
    """What is to be said about rows, by kind; memory does not grow with their number.

    Parameters
    ----------
    table
        Its name.

    Examples
    --------
    >>> notes = Notes("t.csv")
    >>> for line in range(2, 9):
    ...     notes.add("rows have no title", line, "it has no title")
    >>> notes.sentences()[-2:]
    ('t.csv line 4: it has no title.', 't.csv: 4 more rows have no title.')
    """

    def __init__(self, table: str) -> None:
        self._table = table
        self._counts: dict[str, int] = {}
        self._first: dict[str, list[tuple[int, str]]] = {}

    def add(self, kind: str, line: int, reason: str) -> None:
        """One row, and what is to be said about it."""
        self.add_some(kind, [(line, f"{self._table} line {line}: {reason}.")], 1)

    def add_some(self, kind: str, sentences: Iterable[tuple[int, str]], n: int) -> None:
        """`n` of a kind, of which the first have a line and a sentence each."""
        self._counts[kind] = self._counts.get(kind, 0) + n
        self._first[kind] = sorted([*self._first.get(kind, ()), *sentences])[:SHOWN]

    def sentences(self) -> tuple[str, ...]:
        """The first of every kind by their lines, then how many more there are."""
        first = sorted(pair for pairs in self._first.values() for pair in pairs)
        more = {kind: n - SHOWN for kind, n in sorted(self._counts.items()) if n > SHOWN}
        return (
            *(sentence for _, sentence in first),
            *(f"{self._table}: {n:,} more {kind}." for kind, n in more.items()),
        )
