"""The default by the steps of ``songatlas run``, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from benchmarks.quality.levels import tree_levels
from benchmarks.quality.spaces import Space, placed_space
from songatlas.evaluation.near_duplicates import find_duplicates
from songatlas.models.placement import Placement
from songatlas.models.placer import HERE
from songatlas.progress import Silent
from songatlas.stages.baselines import simple_baselines
from songatlas.stages.fit import Studio, TrainingData, comparison_plans, fit_main, fit_model
from songatlas.stages.number import number_of_clusters
from songatlas.stages.prepare import Prepared
from songatlas.stages.tree import plot_of, tree_of
from songatlas.stages.views import view_all
from songatlas.types import FloatArray, IntArray

DEFAULT, ORIGINAL, AUTOENCODER = "VAE", "original recipe", "Autoencoder"


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """The default on one seed.

    Parameters
    ----------
    spaces
        Its own, and those of its views of sound and of lyrics where it hears both.
    chosen_k
        Number of clusters that the run would choose.
    levels
        Labels at the levels of the run's tree, by name.
    """

    places: Placement
    spaces: list[Space]
    chosen_k: int
    levels: Mapping[str, IntArray]


def fit(prepared: Prepared, name: str = DEFAULT, plain: FloatArray | None = None) -> Fitted:
    """Train the model that a run is about, and place the tracks by all that it hears or a part.

    Parameters
    ----------
    plain
        Principal components of the tracks, where duplicates are looked for; None finds them.
    """
    config = prepared.config
    main = fit_main(_training_data(prepared), config, _studio())
    places = main.placement
    views = view_all(main, config, HERE)
    spaces = [
        placed_space(f"{name}, view of {view}" if at else name, seen)
        for at, (view, seen) in enumerate(views.items())
    ]
    same = prepared.recordings
    if plain is None:
        plain = simple_baselines(prepared.inputs, places, config)[0].X
    duplicates = find_duplicates(plain[places.rows], None if same is None else same[places.rows])
    choice = number_of_clusters(places.points, duplicates, config).choice
    plot = plot_of(views, places, duplicates.kept, config)
    tree = tree_of(plot.grow(), places.rows, prepared.library.tracks, None)
    levels = tree_levels(tree.nodes, places.rows.size)
    return Fitted(places=places, spaces=spaces, chosen_k=choice.k, levels=levels)


def autoencoder(prepared: Prepared) -> Placement:
    """Where a plain autoencoder of the same architecture places the tracks."""
    data = _training_data(prepared)
    plans = comparison_plans(data, prepared.config)
    plan = next(plan for plan in plans if plan.name == AUTOENCODER)
    return fit_model(plan, data, prepared.config, _studio()).placement


def _training_data(prepared: Prepared) -> TrainingData:
    return TrainingData(features=prepared.inputs.features, condition=prepared.condition.one_hot)


def _studio() -> Studio:
    return Studio(device=torch.device("cpu"), progress=Silent())
