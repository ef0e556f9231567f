"""The tables of the demonstration: words, artists and chords, in TOML files beside the code."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read_table(name: str) -> dict[str, Any]:
    """Read a file of this package by its path in it.

    Examples
    --------
    >>> len(read_table("artists.toml")["artists"]["Folk"])
    5
    """
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)
