"""From options to one resolved configuration."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from songatlas.config import Config, load_config
from songatlas.errors import ConfigError
from songatlas.machine import Machine, file_limits
from songatlas.progress import Progress


def resolve_config(
    *,
    path: Path | None = None,
    preset: str | None = None,
    clusters: int | None = None,
    seed: int | None = None,
    label_column: str | None = None,
    modalities: str | None = None,
    embedding: str | None = None,
    excerpt: str | None = None,
    text_encoder: str | None = None,
    condition: str | None = None,
    autoencoder: bool = False,
    columns: list[str] | None = None,
    view: str | None = None,
    lyrics_weight: float | None = None,
    settings: list[str] | None = None,
) -> Config:
    """Preset, then file, then ``--set``, then the options that have a name of their own."""
    overrides: dict[str, Any] = {}
    for setting in settings or []:
        _merge(overrides, _parse(setting))
    named: dict[str, Any] = {
        "seed": seed,
        "metadata": _parse_columns(columns),
        "clustering": {"k": clusters},
        "view": {"name": view, "lyrics_weight": lyrics_weight},
        "audio": {"excerpt": excerpt},
        "input": {"embedding": embedding},
        "text": {"encoder": text_encoder},
        "evaluation": {"label_column": label_column},
        "model": {
            "modalities": modalities.split(",") if modalities else None,
            "condition": condition,
            "variational": False if autoencoder else None,
        },
    }
    _merge(overrides, _without_none(named))
    return load_config(path, preset=preset, overrides=overrides)


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
    except tomllib.TOMLDecodeError:
        value = text.strip()
    nested: dict[str, Any] = {}
    for part in reversed(key.strip().split(".")):
        nested, value = {part: value}, {part: value}
    return nested


def _merge(into: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _without_none(table: dict[str, Any]) -> dict[str, Any]:
    pruned = {
        key: _without_none(value) if isinstance(value, dict) else value
        for key, value in table.items()
    }
    return {key: value for key, value in pruned.items() if value is not None and value != {}}


def resolve_machine(
    progress: Progress,
    *,
    cache: Path | None = None,
    workers: int | None = None,
    timeout: float | None = None,
    memory: int | None = None,
    device: str = "auto",
    dask: str | None = None,
    shards: str | None = None,
) -> Machine:
    """What a command may use; limits are each machine's own where nothing is asked."""
    limits = None if timeout is None and memory is None else file_limits(timeout, memory)
    return Machine(
        workers=workers,
        cache=cache,
        device=device,
        limits=limits,
        dask=dask,
        shards=shards,
        progress=progress,
    )
