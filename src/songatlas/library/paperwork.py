"""Text files beside music that are no lyrics: logs, cue sheets, checksums, lists of tracks."""

from __future__ import annotations

import regex

from songatlas.library.markup import TABLE

_SURELY = regex.compile("|".join(TABLE["paperwork"]["surely"]), regex.IGNORECASE | regex.MULTILINE)
_MOSTLY = regex.compile("|".join(TABLE["paperwork"]["mostly"]), regex.IGNORECASE)
_NUMBERED = regex.compile(r"(\d{2,3}(?!\d)|\d{1,3}(?=[.)]))[.)]?\s*[-–]?\s*\p{L}.{0,80}")
_FEWEST, _SHARE = 3, 0.6  # of its lines
_READ = 8192  # characters that tell


def is_paperwork(text: str) -> bool:
    r"""Whether `text` is about files and discs instead of something to sing.

    Examples
    --------
    >>> is_paperwork("Exact Audio Copy V1.6\nEAC extraction logfile from 3. May 2020, 12:01")
    True
    >>> is_paperwork("01. Harbour 3:45\n02. Sail away 4:01\n03. Rain 2:59")
    True
    >>> is_paperwork("One for the money\nTwo for the show\nThree to get ready")
    False
    """
    head = text[:_READ]
    if _SURELY.search(head):
        return True
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    n_alike, last = 0, -1
    for line in lines:
        numbered = _NUMBERED.fullmatch(line)  # bottles of beer are counted down
        counts_up = numbered and int(numbered[1]) in (1, last + 1)
        n_alike += bool(counts_up or _MOSTLY.fullmatch(line))
        last = int(numbered[1]) if numbered else last
    return n_alike >= max(_FEWEST, _SHARE * len(lines))
