"""Names of languages and of what sounds, read from ``words.toml`` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources

_TABLES = tomllib.loads(
    resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8")
)
LANGUAGES: Mapping[str, str] = _TABLES["languages"]
SOUNDING: Mapping[str, str] = _TABLES["sounding"]


def language_name(language: str) -> str:
    """Name of a language code; anything else as it is.

    Examples
    --------
    >>> language_name("de"), language_name("Klingon")
    ('German', 'Klingon')
    """
    return LANGUAGES.get(language.casefold(), language)
