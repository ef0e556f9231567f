"""Tables that are no code: TOML files of the package, beside the modules that read them."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read_toml(name: str) -> dict[str, Any]:
    """What a file says, by its path in the package.

    Examples
    --------
    >>> len(read_toml("synthesis/artists.toml")["artists"]["Folk"])
    5
    """
    return tomllib.loads(resources.files("songatlas").joinpath(name).read_text(encoding="utf-8"))
