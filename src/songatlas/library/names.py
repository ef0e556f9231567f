"""The names under which tracks appear in tables."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import PurePath

from songatlas.text import UNWRITABLE

_UNDECODED = re.compile("[\udc80-\udcff]")
_ESCAPED = re.compile(r"\\[xu]")
_ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2}|u[0-9a-f]{4})")
_NEEDS_ESCAPING = re.compile(UNWRITABLE.pattern + r"|\\[xu]")


def display_path(relative: PurePath | str) -> str:
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
    text = as_utf8(relative if isinstance(relative, str) else relative.as_posix())
    if not _NEEDS_ESCAPING.search(text):
        return text
    return UNWRITABLE.sub(_escape, text.replace("\\", "\\\\"))


def real_path(display: str) -> PurePath:
    r"""The path that :func:`display_path` wrote as `display`.

    Examples
    --------
    >>> str(real_path("AC\\DC/T.N.T.mp3")), str(real_path("two\\x0alines.mp3"))
    ('AC\\DC/T.N.T.mp3', 'two\nlines.mp3')
    """
    if not _ESCAPED.search(display):
        return PurePath(display)
    return PurePath(_ESCAPE.sub(_unescape, display))


def as_utf8(name: str) -> str:
    r"""A file name as UTF-8, whatever encoding the locale made Python read it with.

    Examples
    --------
    >>> as_utf8("Bj\udcc3\udcb6rk.flac"), as_utf8("caf\udce9.mp3")  # UTF-8 read as ASCII, latin 1
    ('Björk.flac', 'caf\udce9.mp3')
    """
    if not _UNDECODED.search(name):
        return name
    return os.fsencode(name).decode("utf-8", "surrogateescape")


def composed(name: str) -> str:
    """A file name in NFC, the form that file systems and people disagree about."""
    return unicodedata.normalize("NFC", as_utf8(name))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:  # Python's stand-in for the byte code − 0xDC00
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}"


def _unescape(match: re.Match[str]) -> str:
    said = match.group(1)
    if said == "\\":
        return said
    code = int(said[1:], 16)
    return chr(code + 0xDC00 if said[0] == "x" and code >= 0x80 else code)
