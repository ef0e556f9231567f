"""The process that trains models for comparison beside the main one: see :mod:`songatlas.helper`.

The first line has the settings, shapes of the inputs, names of the tracks, where checkpoints lie
and where inputs are that lie in files; the other arrays follow. A question is a
:class:`~songatlas.stages.fit.ModelPlan`, its answer ``X``, ``rows`` and ``space`` of the model's
:class:`~songatlas.stages.baselines.Baseline`.

Run as ``python -m songatlas.stages.trainer``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from songatlas.config import load_config
from songatlas.helper import Arrays, read_array, serve
from songatlas.models.training import choose_device
from songatlas.progress import Silent
from songatlas.stages.fit import ModelPlan, Studio, TrainingData, fit_model, model_baseline
from songatlas.store.arena import Arena, place_of
from songatlas.types import FeatureSet, Observations


def head(data: TrainingData, config: Mapping[str, Any], studio: Studio) -> dict[str, Any]:
    """The first line; the arrays that follow are those of :func:`arrays_of`."""
    return {
        "config": config,
        "device": str(studio.device),
        "work": None if studio.work is None else str(studio.work),
        "tracks": list(data.features.track_ids),
        "shapes": {name: x.values.shape for name, x in data.features.modalities.items()},
        "conditions": data.condition.shape[1],
        "places": places_of(data),
    }


def places_of(data: TrainingData) -> dict[str, tuple[int, int]]:
    """Where the values of those modalities are that lie in files."""
    inputs = data.features.modalities.items()
    known = {name: place_of(x.values) for name, x in inputs if x.values.dtype == np.float32}
    return {name: place for name, place in known.items() if place is not None}


def arrays_of(data: TrainingData) -> list[np.ndarray]:
    """Values, unless they are in files, and mask of every modality, then the condition."""
    arrays, in_files = [], places_of(data)
    for name, x in data.features.modalities.items():
        if name not in in_files:
            arrays.append(np.ascontiguousarray(x.values, "<f4"))
        arrays.append(np.ascontiguousarray(x.mask, "?"))
    return [*arrays, np.ascontiguousarray(data.condition, "<f4")]


def read_data(stream: IO[bytes], said: Mapping[str, Any], arena: Arena) -> TrainingData:
    """Inverse of :func:`head` and :func:`arrays_of`; `arena` maps what is in files."""

    def values_of(name: str, shape: tuple[int, ...]) -> Any:
        place = said["places"].get(name)
        if place is None:
            return read_array(stream, "<f4", shape)
        return arena.attach(place, shape, "<f4")

    modalities = {
        name: Observations(values=values_of(name, shape), mask=read_array(stream, "?", shape[:2]))
        for name, shape in said["shapes"].items()
    }
    features = FeatureSet(track_ids=tuple(said["tracks"]), modalities=modalities)
    condition = read_array(stream, "<f4", (len(said["tracks"]), said["conditions"]))
    return TrainingData(features=features, condition=condition)


def _begin(stream: IO[bytes]) -> Callable[[Any], Arrays]:
    said = json.loads(stream.readline())
    config = load_config(overrides=said["config"])
    arena = Arena(Path())
    data = read_data(stream, said, arena)
    work = None if said["work"] is None else Path(said["work"])
    studio = Studio(device=choose_device(said["device"]), progress=Silent(), work=work)

    def answer(question: Any) -> Arrays:
        plan = ModelPlan(**question | {"modalities": tuple(question["modalities"])})
        trained = model_baseline(plan.name, fit_model(plan, data, config, studio))
        arena.rest()
        return {"X": trained.X, "rows": trained.rows, "space": np.array(trained.space)}

    return answer


if __name__ == "__main__":
    serve(_begin)
