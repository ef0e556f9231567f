"""Lyrics in pieces: several observations of what one song says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

_MIN_LINES, _MIN_WORDS = 2, 10  # of a piece


def cut(text: str, n: int) -> list[str]:
    r"""At most `n` pieces of about equal length: whole lines where there are enough, else words.

    Parameters
    ----------
    text
        Cleaned lyrics; pieces of less than 2 lines or 10 words are not made.

    Examples
    --------
    >>> cut("one\ntwo\nthree\nfour\nfive", 2)
    ['one\ntwo', 'three\nfour\nfive']
    >>> len(cut("all in one line " * 10, 4)), cut("short", 4), cut("", 4)
    (4, ['short'], [])
    """
    lines, words = text.split("\n"), text.split()
    if not words:
        return []
    if len(lines) >= _MIN_LINES * n or len(lines) // _MIN_LINES >= len(words) // _MIN_WORDS:
        units, separator, n = lines, "\n", min(n, len(lines) // _MIN_LINES)
    else:
        units, separator, n = words, " ", min(n, len(words) // _MIN_WORDS)
    bounds = np.linspace(0, len(units), max(n, 1) + 1).round().astype(int)
    return [separator.join(units[a:b]) for a, b in pairwise(bounds)]
