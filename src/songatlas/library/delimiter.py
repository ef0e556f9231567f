"""Where the header of a table is, and the character that separates its fields."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Collection

from songatlas.library.columns import is_known, normal_name

DELIMITERS = (",", ";", "\t", "|")
HEAD = 65536  # characters, more than any header has
_MOST_LINES = 12  # among which the header is


def detect_delimiter(text: str, *, expected: Collection[str] = ()) -> str:
    r"""The delimiter under which the first record of `text` makes most sense.

    Most recognised column names decide, then most columns, then the order of ``DELIMITERS``.
    Quotes are honoured, and what stands in the rows below (commas in lyrics) does not matter.

    Parameters
    ----------
    text
        Begins with the header.
    expected
        Further column names that count as recognised.

    Examples
    --------
    >>> detect_delimiter('title;"artist, featured";lyrics\n')
    ';'
    """
    return max(DELIMITERS, key=lambda delimiter: _score(text, delimiter, _normal(expected)))


def lines_above(text: str, *, expected: Collection[str] = ()) -> int:
    r"""How many lines stand above the header: a title, or remarks.

    Only where no name is recognised in the first line, and two or more are in a later one.

    Examples
    --------
    >>> lines_above("My songs\n\n# title,artist\nTide,Dock\n"), lines_above("title\nartist,genre\n")
    (2, 0)
    """
    wanted = _normal(expected)
    lines = list(itertools.islice(io.StringIO(text, newline=""), _MOST_LINES))
    for n, line in enumerate(lines):
        known = max(_score(line, delimiter, wanted)[0] for delimiter in DELIMITERS)
        if known > 1 or (known and not n):
            return n
    return 0


def _normal(names: Collection[str]) -> frozenset[str]:
    return frozenset(map(normal_name, names))


def _score(text: str, delimiter: str, wanted: Collection[str]) -> tuple[int, int]:
    """Recognised names, and fields, in the first record of `text`."""
    head = text.lstrip("\r\n")[:HEAD]
    try:
        reader = csv.reader(
            io.StringIO(head, newline=""),
            delimiter=delimiter,
            skipinitialspace=True,
            strict=True,
        )
        names = next(reader, [])
    except csv.Error:  # text after a closing quote: not this delimiter
        return (-1, 0)
    if any('"' in name for name in names):  # a quote in the middle of a name
        return (-1, 0)
    return sum(is_known(name) or normal_name(name) in wanted for name in names), len(names)
