"""The character that separates the fields of a table, judged by its header."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

from songatlas.library.columns import is_known, normal_name

DELIMITERS = (",", ";", "\t", "|")
HEAD = 65536  # characters, more than any header has


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
    wanted = {normal_name(name) for name in expected}
    head = text.lstrip("\r\n")[:HEAD]

    def score(delimiter: str) -> tuple[int, int]:
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

    return max(DELIMITERS, key=score)
