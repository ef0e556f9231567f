"""A model that was trained before on the very same inputs and settings: loaded, not trained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.config import config_hash
from songatlas.errors import ConfigError, StorageError
from songatlas.models.persistence import load_model
from songatlas.models.training import Fit
from songatlas.results.folder import RUN_FILE
from songatlas.types import FeatureSet, FloatArray
from songatlas.version import __version__

BEST_MODEL = "best_model.pth"
FINAL_MODEL = "model_final.pth"


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


def training_record(key: str, fit: Fit) -> dict[str, Any]:
    """What a saved model says about its training, beside its parameters."""
    return {
        "key": key,
        "history": json.dumps(fit.history),  # text: the same bytes from whatever objects
        "best_epoch": fit.best_epoch,
        "best_loss": fit.best_loss,
    }


def saved_fit(folder: Path, key: str) -> Fit | None:
    """The training of the finished run in `folder`, if it was of these inputs and settings.

    Raises
    ------
    StorageError
        When its files cannot be read.
    """
    if not (folder / RUN_FILE).is_file():
        return None
    best = load_model(folder / BEST_MODEL)
    record = best.get("training", {})
    if record.get("key") != key:
        return None
    return Fit(
        history=json.loads(record["history"]),
        best_state=best["model_state_dict"],
        best_epoch=record["best_epoch"],
        best_loss=record["best_loss"],
        final_state=load_model(folder / FINAL_MODEL)["model_state_dict"],
    )


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
