"""Resolve preset, file and single settings; every mistake is named with its remedy."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import numbers
import tomllib
import typing
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from songatlas.config.limits import check_limits
from songatlas.config.presets import PRESETS
from songatlas.config.stages import Config
from songatlas.errors import ConfigError
from songatlas.text.marks import mark_of

_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    tuple: "a list of strings",
}


def load_config(
    path: Path | None = None,
    *,
    preset: str | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Config:
    """Resolve preset, TOML file and single settings, the later winning.

    Parameters
    ----------
    path
        TOML file whose tables are the stages (``[audio]``, ``[model]`` …), in UTF-8, or with the
        byte-order mark of UTF-8 or UTF-16 that Windows writes.
    preset
        ``"default"`` or ``"original"``, the starting point.
    overrides
        Nested mapping of the same shape as the file. Of several presets that are named, the one
        here counts, then `preset`, then the file's.

    Raises
    ------
    ConfigError
        For a file that is not TOML, an unknown preset or key, or a value of the wrong type.
    """
    table = {} if path is None else _read(Path(path))
    overrides = overrides or {}
    named = (overrides.get("preset"), preset, table.get("preset"), "default")
    preset = _checked(next(name for name in named if name is not None), "", name="preset")
    require_one_of("preset", preset, PRESETS)
    config = replace(Config(), PRESETS[preset])
    try:
        config = replace(config, table)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    config = replace(replace(config, overrides), {"preset": preset})
    check_limits(config)
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        text = data.decode(mark_of(data) or "utf-8")
        return tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))
    except (OSError, ValueError, RecursionError) as error:  # ValueError: too many digits, too
        raise ConfigError(f"{path} cannot be read as TOML: {error}") from error


def replace(config: Config, changes: Mapping[str, Any]) -> Config:
    """Copy `config` with the nested `changes` made, every key and type checked."""
    return typing.cast(Config, _replace(config, changes, prefix=""))


def _replace(section: Any, changes: Mapping[str, Any], *, prefix: str) -> Any:
    types = typing.get_type_hints(type(section))
    new: dict[str, Any] = {}
    for key, value in changes.items():
        if key not in types:
            hint = did_you_mean(prefix + key, [prefix + name for name in types])
            raise ConfigError(
                f"{prefix + key!r} is not a setting.{hint} 'songatlas config show' lists all."
            )
        current = getattr(section, key)
        if dataclasses.is_dataclass(current):
            if not isinstance(value, Mapping):
                raise ConfigError(f"{prefix + key!r} must be a table. Got {value!r}.")
            new[key] = _replace(current, value, prefix=f"{prefix}{key}.")
        else:
            new[key] = _checked(value, current, name=prefix + key)
    return dataclasses.replace(section, **new)


def _checked(value: Any, current: Any, *, name: str) -> Any:
    if type(value) is not bool and isinstance(value, numbers.Real):  # numpy's, too
        value = int(value) if isinstance(value, numbers.Integral) else float(value)
    if isinstance(current, tuple) and isinstance(value, (list, tuple)):
        if all(isinstance(item, str) for item in value):
            return tuple(value)
    elif isinstance(current, bool) or isinstance(value, bool):
        if isinstance(current, bool) and isinstance(value, bool):
            return value
    elif isinstance(current, float) and isinstance(value, int):
        with contextlib.suppress(OverflowError):  # an int has no greatest value
            return float(value)
    elif isinstance(value, type(current)):
        return value
    raise ConfigError(f"{name!r} must be {_KINDS[type(current)]}. Got {value!r}.")


def require_one_of(name: str, value: str, known: Collection[str]) -> None:
    """Refuse a `value` of the setting `name` that is not among the `known`.

    Examples
    --------
    >>> require_one_of("colour", "rd", ("red", "blue"))
    Traceback (most recent call last):
        ...
    songatlas.errors.ConfigError: colour must be one of red, blue. Got 'rd'. Did you mean 'red'?
    """
    if value not in known:
        raise ConfigError(
            f"{name} must be one of {', '.join(known)}. Got {value!r}.{did_you_mean(value, known)}"
        )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint to append to a message, empty when no known word is close.

    Examples
    --------
    >>> did_you_mean("orignal", ["default", "original"])
    " Did you mean 'original'?"
    """
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
