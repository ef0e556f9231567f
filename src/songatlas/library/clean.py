"""Text that people wrote, without the characters that no text needs."""

from __future__ import annotations

import re

# Lone surrogates stand for bytes that are no text.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


def clean_text(text: str) -> str:
    r"""`text` without control characters other than tab and line ends, and stripped.

    Examples
    --------
    >>> clean_text("one\x00\ntwo\x1b[31m\n")
    'one\ntwo[31m'
    """
    return _CONTROL.sub("", text).strip()


def clean_line(text: str) -> str:
    r"""The same on one line.

    Examples
    --------
    >>> clean_line("  Two\r\nlines\x00 ")
    'Two lines'
    """
    return clean_text(_SPACE.sub(" ", text)) if text else ""  # most fields of most files


def quoted(text: str) -> str:
    """Short form for a message.

    Examples
    --------
    >>> quoted("a" * 60)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…'"
    """
    line = clean_line(text)
    return f"'{line if len(line) <= 40 else line[:39] + '…'}'"
