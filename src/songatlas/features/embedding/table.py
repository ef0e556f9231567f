"""A table of a TOML file as a frozen dataclass: its keys and their types are the fields'."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from songatlas.config import did_you_mean
from songatlas.errors import ModelError

_LISTS: Mapping[Any, type] = {
    tuple[str, ...]: str,
    tuple[int, ...]: int,
    tuple[float, ...]: float,
}


def build(kind: type[Any], table: Any, path: Path, prefix: str = "") -> Any:
    """`kind` from a table whose keys and types are those of its fields.

    Parameters
    ----------
    path, prefix
        The file and the place of the table in it, for errors.

    Raises
    ------
    ModelError
        When a key is unknown, missing or of the wrong type.
    """
    if not isinstance(table, Mapping):
        raise ModelError(f"{path}: {prefix.rstrip('.')!r} must be a table. Got {table!r}.")
    types = typing.get_type_hints(kind)
    required = {
        f.name
        for f in dataclasses.fields(kind)
        if f.default is f.default_factory is dataclasses.MISSING
    }
    if unknown := sorted(set(table) - set(types)):
        hint = did_you_mean(unknown[0], types)
        raise ModelError(f"{path}: {prefix + unknown[0]!r} is not a setting.{hint}")
    if missing := sorted(required - set(table)):
        raise ModelError(f"{path}: {prefix + missing[0]!r} is required and missing.")
    return kind(
        **{name: _checked(value, types[name], path, prefix + name) for name, value in table.items()}
    )


def _checked(value: Any, wanted: Any, path: Path, name: str) -> Any:
    if (item := _LISTS.get(wanted)) is not None:  # one may stand for a list of one
        items = value if isinstance(value, (list, tuple)) else [value]
        return tuple(_checked(each, item, path, name) for each in items)
    if wanted is float and type(value) is int:
        return float(value)
    if wanted == Mapping[str, object] and not isinstance(value, dict):
        raise ModelError(f"{path}: {name!r} must be a table. Got {value!r}.")
    if wanted in (int, float, str, bool) and type(value) is not wanted:
        raise ModelError(f"{path}: {name!r} must be of type {wanted.__name__}. Got {value!r}.")
    return value
