"""The names of a table's columns, in one row or in several."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from songatlas.errors import MetadataError
from songatlas.library.columns import is_known, normal_name

# What pandas writes for a name that there is none of.
_UNNAMED = re.compile(r"unnamed: ?\d+(_level_\d+)?", re.IGNORECASE)

# Last columns that take all fields that follow, as those of MTG-Jamendo.
_SEVERAL = ("tags", "genres", "moods", "instruments")


@dataclass(frozen=True)
class Header:
    """Names of all columns, empty for one without, and the records that they take."""

    names: tuple[str, ...]
    n_records: int

    def fit(self, fields: Sequence[str]) -> Sequence[str] | None:
        """One field a column, or None where they are too many or too few.

        Examples
        --------
        >>> Header(("a", "b"), 1).fit(["x", "y", " "]), Header(("a", "b"), 1).fit(["x"])
        (['x', 'y'], None)
        >>> Header(("path", "tags"), 1).fit(["7.mp3", "pop", "calm"])
        ['7.mp3', 'pop; calm']
        """
        n = len(self.names)
        if len(fields) > n and not any(map(str.strip, fields[n:])):
            return fields[:n]  # a delimiter ends the row, and not the header
        if len(fields) > n and normal_name(self.names[-1]) in _SEVERAL:
            return [*fields[: n - 1], "; ".join(filter(str.strip, fields[n - 1 :]))]
        if len(fields) < n and not any(self.names[len(fields) :]):
            return [*fields, *[""] * (n - len(fields))]  # the other way round
        return fields if len(fields) == n else None


def read_header(path: Path, heads: Sequence[tuple[int, Sequence[str]]]) -> Header:
    """The header that a table begins with.

    Where a name stands more than once, the rows below may be names too, as pandas writes columns of
    several levels: down to a row that names the index alone, or two in which fields are recognised.
    Where the first column has no name they may be, too, as long as they name nothing there.

    Parameters
    ----------
    path
        For messages.
    heads
        Line and fields of the first records.

    Raises
    ------
    MetadataError
        When names are repeated all the same.

    Examples
    --------
    >>> rows = ["", "album", "track"], ["", "title", "title"], ["track_id", "", ""], ["2", "A", "B"]
    >>> read_header(Path("t.csv"), list(enumerate(rows, start=1))).names
    ('track_id', 'album title', 'track title')
    """
    line, first = heads[0]
    names = _together([first])
    twice, n_levels = _repeated(names), 0
    if twice or not names[0]:
        at_least = 1 if twice else 2
        rows = range(at_least, len(heads))
        n_levels = next((n for n in rows if _names_index(heads[n][1])), 0)
        if not twice and any(fields[0].strip() for _, fields in heads[1:n_levels]):
            n_levels = 0  # a row of data that is empty but for its number
    if n_levels:
        levels = _together([fields for _, fields in heads[:n_levels]])
        found = Header((heads[n_levels][1][0].strip(), *levels[1:]), n_levels + 1)
    else:
        found = Header(_together([fields for _, fields in heads[:2]]), 2)
        if not twice or sum(map(is_known, found.names)) < 2 or len(heads) < 3:
            found = Header(names, 1)
    if _repeated(found.names):
        raise MetadataError(
            f"{path} line {line} names {', '.join(map(repr, twice))} more than once. Rename or "
            "delete the repeated columns; where several rows hold the names, make one of them."
        )
    return found


def _together(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """What stands one above the other as one name."""
    n = max(map(len, rows))
    columns = zip(*([*row, *[""] * (n - len(row))] for row in rows), strict=True)
    return tuple(
        " ".join(part for cell in column if (part := _UNNAMED.sub("", cell.strip())))
        for column in columns
    )


def _names_index(fields: Sequence[str]) -> bool:
    return bool(fields[0].strip()) and len(fields) > 1 and not any(map(str.strip, fields[1:]))


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted(name for name, n in Counter(names).items() if name and n > 1)
