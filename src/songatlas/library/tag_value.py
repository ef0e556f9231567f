"""What a tag says under one name."""

from __future__ import annotations

from typing import NamedTuple


class Value(NamedTuple):
    """One text of a tag.

    Parameters
    ----------
    name
        As the format calls it, in lower case; those of one field stand in ``tags.toml``.
    text
        Bytes where the code page is not known for certain.
    language
        Of lyrics: three letters, as they were written.
    about
        The description of lyrics.
    """

    name: str
    text: str | bytes
    language: str = ""
    about: str = ""


def utf8(data: bytes) -> str | bytes:
    """Text of what should be UTF-8, and the bytes where it is not."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data
