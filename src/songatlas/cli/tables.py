"""Tables for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from songatlas.text import columns, printable, shorten

_MOST = 48  # columns of a cell


def innermost(name: str, most: int = _MOST) -> str:
    """The full name of a node of the tree; of one that is too long, its own.

    Examples
    --------
    >>> innermost("German › Piano"), innermost("Around Kilo and Schrottplatz › Piano", 20)
    ('German › Piano', '… › Piano')
    """
    from songatlas.types.tree import BETWEEN

    own = name.rpartition(BETWEEN)[2]
    return name if own == name or columns(name) <= most else f"…{BETWEEN}{own}"


def aligned(
    rows: Sequence[Sequence[str]], *, right: Collection[int] = (), most: int = _MOST
) -> str:
    r"""Rows in columns, two spaces apart; what steers a terminal is left out.

    Cells of more than `most` columns are cut.

    Examples
    --------
    >>> print(aligned([("n", "title"), ("10", "夜\x1b[31m"), ("9", "b")], right=(0,)), end="")
     n  title
    10  夜[31m
     9  b
    """
    cells = [[shorten(printable(cell), most) for cell in row] for row in rows]
    widths = [max(columns(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        parts = []
        for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
            gap = " " * (width - columns(cell))
            parts.append(gap + cell if number in right else cell + gap)
        lines.append("  ".join(parts).rstrip() + "\n")
    return "".join(lines)
