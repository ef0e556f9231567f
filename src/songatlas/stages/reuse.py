"""A model that was trained before on the very same inputs and settings: loaded, not trained."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.config import Config, config_hash, to_dict
from songatlas.errors import ConfigError, StorageError
from songatlas.models.trained import BEST_MODEL, FINAL_MODEL
from songatlas.models.training import Fit
from songatlas.results.folder import RUN_FILE
from songatlas.results.model import read_model
from songatlas.results.record import read_run
from songatlas.types import FeatureSet, FloatArray
from songatlas.version import __version__

_STAGES = ("audio", "input", "text", "model", "training")  # that a model depends on
# Another one is another model; inputs may come to the same, as modalities do that nothing has.
_SURE, _MAY_DIFFER = ("seed", "model.", "training."), "model.modalities"
_MOST_SAID = 3


def training_key(features: FeatureSet, condition: FloatArray, *settings: object, seed: int) -> str:
    """Digest of everything that training depends on.

    Parameters
    ----------
    settings
        Stages of the configuration: those of the model and of its training.
    """
    digest = hashlib.blake2b(f"{__version__} {seed} ".encode(), digest_size=16)
    digest.update(config_hash(*settings).encode())
    for name, observations in sorted(features.modalities.items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(observations.values).data)
        digest.update(np.ascontiguousarray(observations.mask).data)
    digest.update(np.ascontiguousarray(condition).data)
    return digest.hexdigest()


def saved_fit(folder: Path, key: str) -> Fit | None:
    """The training of the finished run in `folder`, if it was of these inputs and settings.

    Raises
    ------
    StorageError
        When its files cannot be read, or have changed since.
    """
    if not (folder / RUN_FILE).is_file():
        return None
    best = read_model(folder / BEST_MODEL)
    if best.training.get("key") != key:
        return None
    last = read_model(folder / FINAL_MODEL)
    return dataclasses.replace(best.fit(), final_state=dict(last.state))


def find_fit(
    folder: Path, key: str, config: Config, *, required: bool, say: Callable[[str], None]
) -> Fit | None:
    """The same, where it is an error if there is none, or where it is only not to be had.

    Parameters
    ----------
    config
        Of the run that it is looked for; says what an error is about.
    required
        Whether the folder was named for its model; otherwise it is the one to be written.
    say
        Where an unreadable model is reported that is not required.

    Raises
    ------
    ConfigError
        When a required model is none of these inputs and settings.
    StorageError
        When its files cannot be read.
    """
    try:
        fit = saved_fit(folder, key)
    except StorageError as error:
        if required:
            raise
        say(f"{error} It is trained anew.")
        return None
    if fit is None and required:
        raise _unfit(folder, _otherwise(folder, config).values())
    return fit


def require_model(folder: Path, config: Config) -> None:
    """Refuse, before any file is read, a folder whose model :func:`find_fit` will refuse for sure.

    Raises
    ------
    ConfigError
        When it holds no finished run, or one with another seed, model or training.
    """
    found = _otherwise(folder, config)
    sure = [said for name, said in found.items() if name.startswith(_SURE) and name != _MAY_DIFFER]
    if sure or not (folder / RUN_FILE).is_file():
        raise _unfit(folder, sure)


def _unfit(folder: Path, otherwise: Iterable[str]) -> ConfigError:
    said = ", ".join(list(otherwise)[:_MOST_SAID])
    return ConfigError(
        f"{folder} must hold a finished run on the same music and metadata, with the same seed and "
        "settings of inputs, model and training, by this version of songatlas. It does not"
        f"{said and f': {said}'}. Give what that run was given, or leave --model out to train."
    )


def _otherwise(folder: Path, config: Config) -> dict[str, str]:
    """What a run had otherwise of the settings that a model depends on, in words, by name."""
    try:
        was, now = _settings(read_run(folder).config), _settings(to_dict(config))
    except StorageError:
        return {}
    return {
        name: f"{name} is {was.get(name)} there and {value} here"
        for name, value in now.items()
        if was.get(name) != value
    }


def _settings(said: Mapping[str, Any]) -> dict[str, str]:
    """What a model depends on, by the name of the setting, as JSON."""
    named = {"seed": said.get("seed")}
    for stage in _STAGES:
        named |= {f"{stage}.{name}": value for name, value in said.get(stage, {}).items()}
    return {name: json.dumps(value) for name, value in named.items()}
