"""Every method of one run: ours by the steps of ``songatlas run``, then those of other packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from songatlas.config import Config
from songatlas.config.stages import ViewConfig
from songatlas.config.views import modality_weights
from songatlas.evaluation.near_duplicates import find_duplicates
from songatlas.progress import Silent
from songatlas.stages.baselines import Baseline, simple_baselines
from songatlas.stages.cluster import cluster_all
from songatlas.stages.fit import (
    FittedModel,
    ModelPlan,
    Studio,
    TrainingData,
    fit_model,
    model_baseline,
)
from songatlas.stages.number import number_of_clusters
from songatlas.stages.prepare import Prepared
from songatlas.types import FloatArray, IntArray

DEFAULT, ORIGINAL = "VAE + K-Means", "original recipe"
# What the default is compared with: methods on the same inputs that need no package but ours.
BASELINES = (
    "Raw features + K-Means",
    "PCA + K-Means",
    "Linear PLDA + K-Means",
    "Autoencoder + K-Means",
)


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """Fitted methods of one run, and the number of clusters that the run would choose."""

    main: FittedModel
    baselines: list[Baseline]
    chosen_k: int
    config: Config

    def labels(self, n_clusters: int) -> Mapping[str, IntArray]:
        """Labels by K-Means on every space, as in the table of a run."""
        found = cluster_all(self.main, self.baselines, n_clusters, self.config)
        return {c.method: c.labels for c in found if c.method.endswith(" + K-Means")}


def fit(prepared: Prepared, *, compare: bool = True) -> Fitted:
    """Train the main model and, to `compare`, the autoencoder of the same architecture."""
    config = prepared.config
    main = _train(prepared, "VAE")
    baselines = simple_baselines(prepared.inputs, main.placement, config)
    if compare:
        plain = _train(prepared, "Autoencoder", variational=False)
        baselines.append(model_baseline("Autoencoder", plain))
    known = prepared.recordings
    duplicates = find_duplicates(
        baselines[0].points, None if known is None else known[main.placement.rows]
    )
    choice = number_of_clusters(main.placement.points, duplicates, config).choice
    return Fitted(main=main, baselines=baselines, chosen_k=choice.k, config=config)


def lyrics_view(prepared: Prepared) -> FloatArray:
    """Coordinates of ``--view lyrics``: the joint model, which hears only the words.

    The same seed trains the same model again; only the weights of the modalities differ.
    """
    weights = modality_weights(ViewConfig(name="lyrics"), prepared.inputs.features.modalities)
    return _train(prepared, "VAE", weights=weights).placement.coordinates


def _train(
    prepared: Prepared,
    name: str,
    *,
    variational: bool = True,
    weights: Mapping[str, float] | None = None,
) -> FittedModel:
    plan = ModelPlan(
        name=name,
        modalities=tuple(prepared.inputs.features.modalities),
        variational=variational,
        weights=weights,
    )
    data = TrainingData(features=prepared.inputs.features, condition=prepared.condition.one_hot)
    studio = Studio(device=torch.device("cpu"), progress=Silent())
    return fit_model(plan, data, prepared.config, studio)
