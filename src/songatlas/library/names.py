"""The names under which tracks appear in tables."""

from __future__ import annotations

import re
from pathlib import PurePath

# Control characters, line separators, and bytes that are not UTF-8 (kept as lone surrogates).
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NEEDS_ESCAPING = re.compile(_UNSAFE.pattern + r"|\\[xu]")


def display_path(relative: PurePath) -> str:
    r"""`relative` with ``/`` between the parts, encodable as UTF-8 and on one line.

    Control characters and bytes that are not UTF-8 are written as ``\x..``; in such a path, and in
    one that could be mistaken for it, every backslash is doubled. Two different paths therefore
    never get the same name.

    Examples
    --------
    >>> display_path(PurePath("AC\\DC", "T.N.T.mp3"))
    'AC\\DC/T.N.T.mp3'
    >>> print(display_path(PurePath("two\nlines.mp3")))
    two\x0alines.mp3
    """
    text = relative.as_posix()
    if not _NEEDS_ESCAPING.search(text):
        return text
    return _UNSAFE.sub(_escape, text.replace("\\", "\\\\"))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:  # Python's stand-in for the byte code − 0xDC00
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}"
