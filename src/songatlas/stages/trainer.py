"""The process that trains models for comparison beside the main one: see :mod:`songatlas.helper`.

The first line has the settings, names of the tracks, where checkpoints lie, and where inputs are
that lie in files; the other inputs follow as arrays. A question is a
:class:`~songatlas.stages.fit.ModelPlan`, its answer ``X``, ``rows`` and ``space`` of the model's
:class:`~songatlas.stages.baselines.Baseline`.

Run as ``python -m songatlas.stages.trainer``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.config import Config, load_config, to_dict
from songatlas.helper import Arrays, Helper, serve
from songatlas.models.training import choose_device
from songatlas.progress import Silent
from songatlas.stages.fit import ModelPlan, Studio, TrainingData, fit_model
from songatlas.store.arena import Arena, place_of
from songatlas.types import FeatureSet, Observations


def tell(helper: Helper, data: TrainingData, config: Config, studio: Studio) -> None:
    """Send what comes before the questions."""
    head = {
        "config": to_dict(config),
        "device": str(studio.device),
        "work": None if studio.work is None else str(studio.work),
        "tracks": list(data.features.track_ids),
        "shapes": {name: x.values.shape for name, x in data.features.modalities.items()},
        "places": places_of(data),
    }
    helper.tell(head, arrays_of(data))


def places_of(data: TrainingData) -> dict[str, tuple[int, int]]:
    """Where the values of those modalities are that lie in files."""
    inputs = data.features.modalities.items()
    known = {name: place_of(x.values) for name, x in inputs if x.values.dtype == np.float32}
    return {name: place for name, place in known.items() if place is not None}


def arrays_of(data: TrainingData) -> Arrays:
    """Condition, masks, and values unless they are in files."""
    inputs, in_files = data.features.modalities.items(), places_of(data)
    arrays = {f"mask {name}": np.asarray(x.mask, "?") for name, x in inputs}
    arrays |= {name: np.asarray(x.values, "<f4") for name, x in inputs if name not in in_files}
    return {**arrays, "condition": np.asarray(data.condition, "<f4")}


def read_data(said: Mapping[str, Any], arrays: Arrays, arena: Arena) -> TrainingData:
    """What was told; `arena` maps what is in files."""
    values = arrays | {
        name: arena.attach(place, said["shapes"][name], "<f4")
        for name, place in said["places"].items()
    }
    modalities = {
        name: Observations(values=values[name], mask=arrays[f"mask {name}"])
        for name in said["shapes"]
    }
    features = FeatureSet(track_ids=tuple(said["tracks"]), modalities=modalities)
    return TrainingData(features=features, condition=arrays["condition"])


def train(plan: ModelPlan, data: TrainingData, config: Config, studio: Studio) -> Arrays:
    """The answer to a question: places, none for a track without any of the inputs."""
    fitted = fit_model(plan, data, config, studio)
    places, space = fitted.placement, f"{plan.name} {fitted.space}"
    return {"X": places.coordinates, "rows": places.rows, "space": np.array(space)}


def _begin(said: Any, arrays: Arrays) -> Callable[[Any], Arrays]:
    config, arena = load_config(overrides=said["config"]), Arena(Path())
    data = read_data(said, arrays, arena)
    work = None if said["work"] is None else Path(said["work"])
    studio = Studio(device=choose_device(said["device"]), progress=Silent(), work=work)

    def answer(question: Any) -> Arrays:
        plan = ModelPlan(**question | {"modalities": tuple(question["modalities"])})
        trained = train(plan, data, config, studio)
        arena.rest()
        return trained

    return answer


if __name__ == "__main__":
    serve(_begin)
