"""What a model file is: settings, network, fitted inputs, spaces, the clusters' centres."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from songatlas.config import Config, load_config, to_dict
from songatlas.config.stages import ViewConfig
from songatlas.config.views import modality_weights
from songatlas.errors import ConfigError, StorageError
from songatlas.models import MODELS
from songatlas.models.base import Model
from songatlas.models.batches import to_batch
from songatlas.models.persistence import load_model, readable, save_model
from songatlas.models.placement import Placement
from songatlas.models.placer import HERE, Placer
from songatlas.models.spaces import Space
from songatlas.models.training import Fit
from songatlas.types import FeatureSet, FloatArray

BEST_MODEL = "best_model.pth"
FINAL_MODEL = "model_final.pth"


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """A network that was trained, with everything that it takes to use it on other tracks.

    Parameters
    ----------
    config
        Of the run that it belongs to.
    shapes
        (n_observations, n_features) of every modality.
    state
        Parameters of the network.
    epoch
        That they are of.
    inputs
        What was fitted to make the inputs, a mapping a modality.
    condition
        Names of the values that a conditional model is given; empty for others.
    spaces
        By the name of the view; that of the run's own view first.
    method, centres
        Name of the clustering, and the mean of every cluster, (n_clusters, n_coordinates).
    ear
        What identifies the pretrained network that was listened with; None without one.
    training
        ``key``, ``history``, ``best_epoch`` and ``best_loss``; empty in files that do not say.
    """

    config: Config
    shapes: Mapping[str, tuple[int, int]]
    state: Mapping[str, Tensor]
    epoch: int
    inputs: Mapping[str, Mapping[str, Any]]
    condition: tuple[str, ...]
    spaces: Mapping[str, Space]
    method: str
    centres: FloatArray
    ear: Mapping[str, str] | None
    training: Mapping[str, Any]

    @cached_property
    def network(self) -> Model:
        """The network, its parameters loaded."""
        model = self.config.model
        network = MODELS[model.name](dict(self.shapes), model, len(self.condition))
        network.load_state_dict(dict(self.state))
        return network.eval()

    def weights(self, view: ViewConfig) -> dict[str, float]:
        """How much every modality counts in a view."""
        return modality_weights(view, self.inputs)

    def place(
        self,
        features: FeatureSet,
        condition: FloatArray,
        view: ViewConfig,
        space: str = "",
        placer: Placer = HERE,
    ) -> Placement:
        """Posteriors and coordinates of tracks.

        Parameters
        ----------
        features
            Made by what was fitted.
        condition
            Shape (n_tracks, n_conditions).
        view
            What is heard.
        space
            Name of the view whose space the coordinates are in; empty is the run's own.
        """
        data = to_batch(features, condition)
        name = space or self.config.view.name
        return placer.place(self.network, data, self.weights(view), self.spaces[name])

    def fit(self) -> Fit:
        """The training that it came from, as far as one file knows it: without the last epoch."""
        return Fit(
            history=json.loads(self.training["history"]),
            best_state=dict(self.state),
            best_epoch=self.training["best_epoch"],
            best_loss=self.training["best_loss"],
        )

    def save(self, path: Path) -> None:
        """Write a file that ``torch.load(path, weights_only=True)`` reads.

        Raises
        ------
        StorageError
            When it cannot be written.
        """
        main = self.config.view.name
        payload = {
            "config": to_dict(self.config),
            "model": {
                "name": self.config.model.name,
                "shapes": {name: list(shape) for name, shape in self.shapes.items()},
                "n_conditions": len(self.condition),
                "n_parameters": self.network.n_parameters,
            },
            "inputs": self.inputs,
            "condition": list(self.condition),
            "space": dataclasses.asdict(self.spaces[main]),
            "views": {
                name: dataclasses.asdict(space)
                for name, space in self.spaces.items()
                if name != main
            },
            "clusters": {"method": self.method, "centres": self.centres},
            "embedding": self.ear,
            "training": self.training,
            "epoch": self.epoch,
            "model_state_dict": self.state,
        }
        save_model(path, payload)

    @classmethod
    def load(cls, path: Path) -> TrainedModel:
        """Read what :meth:`save` wrote.

        Parameters
        ----------
        path
            A model file, or the results folder of a run, of which it is the best model.

        Raises
        ------
        StorageError
            When it is missing or is no model that this songatlas can read.
        """
        file = path / BEST_MODEL if path.is_dir() else path
        saved = load_model(file)
        with readable(file):
            return _trained(saved, _config(saved["config"], file))


def training_record(key: str, fit: Fit) -> dict[str, Any]:
    """What a model file says about its training, beside the parameters."""
    return {
        "key": key,
        "history": json.dumps(fit.history),  # text: the same bytes from whatever objects
        "best_epoch": fit.best_epoch,
        "best_loss": fit.best_loss,
    }


def _config(stored: Mapping[str, Any], file: Path) -> Config:
    try:
        return load_config(overrides=stored)
    except ConfigError as error:
        raise StorageError(
            f"{file} was written by another version of songatlas: {error}"
        ) from error


def _trained(saved: Mapping[str, Any], config: Config) -> TrainedModel:
    """The model that a file's contents are."""
    spaces = {config.view.name: _space(saved["space"])}
    spaces |= {name: _space(stored) for name, stored in saved["views"].items()}
    return TrainedModel(
        config=config,
        shapes={name: (n, size) for name, (n, size) in saved["model"]["shapes"].items()},
        state=saved["model_state_dict"],
        epoch=saved["epoch"],
        inputs=saved["inputs"],
        condition=tuple(saved["condition"]),
        spaces=spaces,
        method=saved["clusters"]["method"],
        centres=saved["clusters"]["centres"].numpy(),
        ear=saved["embedding"],
        training=saved.get("training", {}),
    )


def _space(stored: Mapping[str, Any]) -> Space:
    return Space(
        name=stored["name"],
        noise={name: np.asarray(sd.numpy()) for name, sd in stored["noise"].items()},
        state={name: np.asarray(value.numpy()) for name, value in stored["state"].items()},
    )
