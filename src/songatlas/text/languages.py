"""One code and one name for every language, however tags and tables call it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from songatlas.text import plain
from songatlas.toml import read_toml

_TABLE: Mapping[str, Any] = read_toml("text/languages.toml")
LANGUAGES: Mapping[str, str] = {code: said[0] for code, said in _TABLE["languages"].items()}


@functools.cache
def _codes() -> Mapping[str, str]:
    """Code by whatever is written for it; where three codes are one name, that of ISO's name."""
    languages = _TABLE["languages"]
    codes = {plain(text): code for code, said in languages.items() for text in said}
    return codes | {code: code for code in languages} | dict.fromkeys(_TABLE["unknown"]["said"], "")


@functools.lru_cache(maxsize=1 << 12)
def language_code(text: str) -> str:
    """Code of ISO 639-1 of a language; anything else as it is, what stands for unknown as "".

    Examples
    --------
    >>> [language_code(text) for text in ("ger", "German", "DE-at", "Francais", "Klingon", "und")]
    ['de', 'de', 'de', 'fr', 'Klingon', '']
    """
    key = plain(text)
    codes = _codes()
    return codes.get(key, codes.get(key.replace("_", "-").split("-")[0], text))


def language_name(language: str) -> str:
    """Name of a language code; anything else as it is.

    Examples
    --------
    >>> language_name("de"), language_name("Klingon")
    ('German', 'Klingon')
    """
    return LANGUAGES.get(language.casefold(), language)
