"""From the options of a command to one resolved configuration, and to the machine."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from songatlas.cli.progress import make_progress
from songatlas.config import Config, load_config
from songatlas.errors import ConfigError
from songatlas.machine import Machine, file_limits

# The option of a command, and the setting that it stands for.
_SETTINGS = {
    "seed": "seed",
    "clusters": "clustering.k",
    "view": "view.name",
    "lyrics_weight": "view.lyrics_weight",
    "detail": "tree.detail",
    "excerpt": "audio.excerpt",
    "embedding": "input.embedding",
    "text_encoder": "text.encoder",
    "label_column": "evaluation.label_column",
    "condition": "model.condition",
}


def resolve_config(given: Mapping[str, Any]) -> Config:
    """Preset, then file, then ``--set``, then the options that have a name of their own.

    Parameters
    ----------
    given
        Everything that a command was given, by the names of its parameters. What is no setting
        does not matter here.
    """
    overrides: dict[str, Any] = {}
    for setting in given["settings"] or ():
        _merge(overrides, _parse(setting))
    named = {key: given.get(option) for option, key in _SETTINGS.items()}
    if isinstance(ears := named["input.embedding"], list):
        named["input.embedding"] = ", ".join(ears) if ears else None
    modalities = given.get("modalities")
    named["model.modalities"] = None if modalities is None else modalities.split(",")
    named["model.variational"] = False if given.get("autoencoder") else None
    named["metadata"] = _parse_columns(given.get("column")) or None
    named["library.exclude"] = given.get("exclude") or None
    for key, value in named.items():
        if value is not None:
            _merge(overrides, _nested(key, value))
    return load_config(given["config"], preset=given["preset"], overrides=overrides)


def machine_of(given: Mapping[str, Any]) -> Machine:
    """What a command may use, of what it was given; see :func:`resolve_config`.

    Limits are each machine's own where nothing is asked.
    """
    names = {field.name for field in fields(Machine)} & given.keys()
    asked = given.get("timeout"), given.get("memory")
    limits = None if asked == (None, None) else file_limits(*asked)
    progress = make_progress(quiet=given["quiet"])
    return Machine(**{name: given[name] for name in names}, limits=limits, progress=progress)


def _parse_columns(columns: list[str] | None) -> dict[str, str]:
    """``["title=Song Name"]`` as a mapping from field to column."""
    pairs = {}
    for item in columns or []:
        field, separator, name = item.partition("=")
        if not separator or not name.strip():
            raise ConfigError(f"--column must be FIELD=NAME, such as title=Song. Got {item!r}.")
        pairs[field.strip()] = name.strip()
    return pairs


def _parse(setting: str) -> dict[str, Any]:
    """``"model.n_latent=16"`` as a nested mapping; a bare word is a string."""
    key, separator, text = setting.partition("=")
    if not separator:
        raise ConfigError(f"--set must be KEY=VALUE, such as model.n_latent=16. Got {setting!r}.")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # not TOML, a number of too many digits, or too deep
        value = text.strip()
    return _nested(key.strip(), value)


def _nested(key: str, value: Any) -> dict[str, Any]:
    for part in reversed(key.split(".")):
        value = {part: value}
    return dict(value)


def _merge(into: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value
