"""Lyrics with times (LRC) as plain lyrics."""

from __future__ import annotations

import re

_ID = re.compile(
    r"^\s*\[(?:ti|ar|al|au|lr|by|offset|re|tool|ve|length|la|id|#)\s*:[^\]]*\]\s*$\n?",
    re.IGNORECASE | re.MULTILINE,
)
_TIME = re.compile(r"\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\] ?|<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?> ?")


def strip_times(text: str) -> str:
    r"""`text` without line times, word times and the lines of an LRC header.

    Section headers such as ``[Chorus]`` stay. Text that has no times is returned as it is.

    Examples
    --------
    >>> strip_times("[ar: Somebody]\n[00:01.50]First <00:02.00>line\n[00:04.00][01:04.00]Second")
    'First line\nSecond'
    >>> strip_times("[Chorus]\nLa la")
    '[Chorus]\nLa la'
    """
    if not _TIME.search(text):
        return text
    lines = _TIME.sub("", _ID.sub("", text.replace("\r\n", "\n"))).splitlines()
    return "\n".join(line.strip() for line in lines).strip()
