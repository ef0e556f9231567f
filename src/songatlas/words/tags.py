"""How tags of pretrained networks are said, read from ``words.toml`` beside this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from songatlas.toml import read_toml

_TABLES = read_toml("words/words.toml")
HEARD: Mapping[str, Sequence[str]] = _TABLES["heard"]
UNTOLD = frozenset(_TABLES["untold"]["tags"])
