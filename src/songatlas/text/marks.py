"""Marks with which a text begins that says its encoding."""

from __future__ import annotations

import codecs

_MARKS = (  # UTF-32 first: its little-endian mark starts with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def mark_of(data: bytes) -> str:
    """Encoding that the byte-order mark at the beginning names; empty without one.

    Examples
    --------
    >>> mark_of("Beyoncé".encode("utf-16")), mark_of("Beyoncé".encode())
    ('utf-16', '')
    """
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
