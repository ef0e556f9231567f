"""The process that makes maps while the parent trains: see :mod:`songatlas.helper`.

The first line is ``{"shapes": {view: [n_tracks, n_features]}, "settings": {…}, "seed": …}``, the
arrays that many float64 values, view by view; a question is ``[view, kind]``, its answer that of
:func:`make`.

Run as ``python -m songatlas.stages.projector``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import IO

import numpy as np

from songatlas.config.stages import ProjectionConfig
from songatlas.helper import Arrays, read_array, serve
from songatlas.neighbours.listed import list_nearest
from songatlas.projection import PROJECTIONS
from songatlas.types import FloatArray

NEAREST = "nearest"  # what is made beside the maps


def make(kind: str, X: FloatArray, settings: ProjectionConfig, seed: int) -> Arrays:
    """``map`` of a projection, or ``plain`` and ``scaled`` of the nearest tracks."""
    if kind == NEAREST:
        return vars(list_nearest(X.astype(np.float32)))  # as the coordinates are kept
    return {"map": PROJECTIONS[kind].project(X, settings, seed)}


def _begin(stream: IO[bytes]) -> Callable[[tuple[str, str]], Arrays]:
    request = json.loads(stream.readline())
    settings, seed = ProjectionConfig(**request["settings"]), request["seed"]
    views = {name: read_array(stream, "<f8", shape) for name, shape in request["shapes"].items()}

    def answer(question: tuple[str, str]) -> Arrays:
        view, kind = question
        return make(kind, views[view], settings, seed)

    return answer


if __name__ == "__main__":
    if hasattr(os, "nice"):  # models are waited for before maps are
        os.nice(10)
    serve(_begin)
