"""HTML's entities in what is written of a track."""

from __future__ import annotations

import html
import re

_ENTITY = re.compile(
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
    r"|&(?:amp|nbsp|quot|lt|gt|apos|#39)(?![a-zA-Z0-9;])"
)


def entities(text: str) -> str:
    """`text` with HTML's entities as the characters they stand for, also those escaped twice.

    Examples
    --------
    >>> entities("Rock &amp; Roll"), entities("don&amp;#39;t"), entities("AT&T; R&B")
    ('Rock & Roll', "don't", 'AT&T; R&B')
    """
    for _ in range(3):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return text
