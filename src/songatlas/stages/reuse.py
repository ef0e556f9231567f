"""A model that was trained before on the very same inputs and settings: loaded, not trained."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from songatlas.config import config_hash
from songatlas.errors import ConfigError, StorageError
from songatlas.models.trained import BEST_MODEL, FINAL_MODEL
from songatlas.models.training import Fit
from songatlas.results.folder import RUN_FILE
from songatlas.results.model import read_model
from songatlas.types import FeatureSet, FloatArray
from songatlas.version import __version__


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


def find_fit(folder: Path, key: str, *, required: bool, say: Callable[[str], None]) -> Fit | None:
    """The same, where it is an error if there is none, or where it is only not to be had.

    Parameters
    ----------
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
        raise ConfigError(
            f"{folder} must hold a finished run on the same music and metadata, with the same "
            "seed and settings of inputs, model and training, by this version of songatlas. It "
            "does not. Give what that run was given, or leave --model out to train."
        )
    return fit
