"""Tables for a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

_MOST = 48  # columns of a cell
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def aligned(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> str:
    r"""Rows in columns, two spaces apart; long cells are cut, what steers a terminal is left out.

    Examples
    --------
    >>> print(aligned([("n", "title"), ("10", "夜\x1b[31m"), ("9", "b")], right=(0,)), end="")
     n  title
    10  夜[31m
     9  b
    """
    cells = [[_cut(printable(cell)) for cell in row] for row in rows]
    widths = [max(_width(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        parts = []
        for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - _width(cell))
            parts.append(gap + cell if number in right else cell + gap)
        lines.append("  ".join(parts).rstrip() + "\n")
    return "".join(lines)


def printable(text: str) -> str:
    """`text` without what steers a terminal."""
    return _CONTROL.sub("", text)


def _width(text: str) -> int:
    """Columns in a terminal: wide characters take two, combining ones none."""
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def _cut(text: str) -> str:
    if _width(text) <= _MOST:
        return text
    while _width(text) > _MOST - 1:
        text = text[:-1]
    return f"{text}…"
