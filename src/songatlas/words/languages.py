"""Names of languages and tags, read from ``words.toml`` beside this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from songatlas.toml import read_toml

_TABLES = read_toml("words/words.toml")
LANGUAGES: Mapping[str, str] = _TABLES["languages"]
HEARD: Mapping[str, Sequence[str]] = _TABLES["heard"]
UNTOLD = frozenset(_TABLES["untold"]["tags"])


def language_name(language: str) -> str:
    """Name of a language code; anything else as it is.

    Examples
    --------
    >>> language_name("de"), language_name("Klingon")
    ('German', 'Klingon')
    """
    return LANGUAGES.get(language.casefold(), language)
