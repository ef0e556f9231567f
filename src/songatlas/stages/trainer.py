"""The process that trains models for comparison beside the main one: inputs in, places out.

Standard input carries a line of JSON (settings, shapes of the inputs, names of the tracks, where
checkpoints lie), the arrays themselves, then one line of JSON a model to be trained. Standard
output answers each with the number of bytes of an ``.npz`` on a line, and that: ``X`` and ``rows``
of the model's :class:`~songatlas.stages.baselines.Baseline`. The process ends with its standard
input.

Run as ``python -m songatlas.stages.trainer``.
"""

from __future__ import annotations

import io
import json
import os
import queue
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from songatlas.allocation import STEP, keep_freed
from songatlas.config import load_config
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


def main() -> None:
    """Serve until standard input ends."""
    keep_freed(STEP)
    # Whatever a library prints must not get between the answers.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    said = json.loads(sys.stdin.buffer.readline())
    config = load_config(overrides=said["config"])
    data = read_data(sys.stdin.buffer, said)
    work = None if said["work"] is None else Path(said["work"])
    studio = Studio(device=choose_device(said["device"]), progress=Silent(), work=work)
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    while True:
        plan = json.loads(asked.get())
        plan = ModelPlan(**plan | {"modalities": tuple(plan["modalities"])})
        trained = model_baseline(plan.name, fit_model(plan, data, config, studio))
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, X=trained.X, rows=trained.rows, space=trained.space)
        channel.write(b"%d\n" % buffer.tell())
        channel.write(buffer.getvalue())
        channel.flush()


def _listen(asked: queue.SimpleQueue[bytes]) -> None:
    """Take what is asked, even while a model is being trained, and end with the parent."""
    for line in sys.stdin.buffer:
        asked.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
