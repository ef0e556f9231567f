"""Small pieces of Markdown in which what people wrote stays text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>|#~$"})
_ENTITY = re.compile(r"&(?=#?\w+;)")


def escape(text: str) -> str:
    r"""`text` on one line, without any meaning for Markdown or HTML.

    Examples
    --------
    >>> print(escape("a|b <script>\n*c*"))
    a\|b \<script\> \*c\*
    >>> print(escape("Loud & noisy, R&B, &lt; and &#60;"))  # as it is where it means nothing
    Loud & noisy, R&B, &amp;lt; and &amp;\#60;
    """
    return _ENTITY.sub("&amp;", " ".join(text.split())).translate(_SPECIAL)


def code(name: str) -> str:
    """A file name as code."""
    return f"`{name}`"


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[int] | None = None
) -> str:
    """A Markdown table.

    Parameters
    ----------
    numbers
        Columns of numbers; None: all but the first if there are more than three, else none.
    """
    if numbers is None:
        numbers = range(1, len(header)) if len(header) > 3 else ()
    align = ["---:" if column in numbers else "---" for column in range(len(header))]
    lines = [header, align, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
