"""The process that trains models for comparison beside the main one: see :mod:`songatlas.helper`.

The first line has the settings, shapes of the inputs, names of the tracks and where checkpoints
lie, the arrays follow; a question is a :class:`~songatlas.stages.fit.ModelPlan`, its answer ``X``,
``rows`` and ``space`` of the model's :class:`~songatlas.stages.baselines.Baseline`.

Run as ``python -m songatlas.stages.trainer``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from songatlas.config import load_config
from songatlas.helper import Arrays, serve
from songatlas.models.training import choose_device
from songatlas.progress import Silent
from songatlas.stages.fit import ModelPlan, Studio, TrainingData, fit_model, model_baseline
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
    }


def arrays_of(data: TrainingData) -> list[np.ndarray]:
    """Values and mask of every modality, then the condition, as they are sent."""
    arrays = []
    for x in data.features.modalities.values():
        arrays += [np.ascontiguousarray(x.values, "<f4"), np.ascontiguousarray(x.mask, "?")]
    return [*arrays, np.ascontiguousarray(data.condition, "<f4")]


def read_data(stream: IO[bytes], said: Mapping[str, Any]) -> TrainingData:
    """Inverse of :func:`head` and :func:`arrays_of`."""

    def array(shape: tuple[int, ...], kind: str) -> Any:
        values = np.empty(shape, kind)
        if values.size:
            stream.readinto(values.data.cast("B"))  # type: ignore[attr-defined]
        return values

    modalities = {
        name: Observations(values=array(shape, "<f4"), mask=array(shape[:2], "?"))
        for name, shape in said["shapes"].items()
    }
    features = FeatureSet(track_ids=tuple(said["tracks"]), modalities=modalities)
    return TrainingData(
        features=features, condition=array((len(said["tracks"]), said["conditions"]), "<f4")
    )


def _begin(stream: IO[bytes]) -> Callable[[Any], Arrays]:
    said = json.loads(stream.readline())
    config = load_config(overrides=said["config"])
    data = read_data(stream, said)
    work = None if said["work"] is None else Path(said["work"])
    studio = Studio(device=choose_device(said["device"]), progress=Silent(), work=work)

    def answer(question: Any) -> Arrays:
        plan = ModelPlan(**question | {"modalities": tuple(question["modalities"])})
        trained = model_baseline(plan.name, fit_model(plan, data, config, studio))
        return {"X": trained.X, "rows": trained.rows, "space": np.array(trained.space)}

    return answer


if __name__ == "__main__":
    serve(_begin)
