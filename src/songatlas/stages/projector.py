"""The process that makes maps while the parent trains: see :mod:`songatlas.helper`.

The first line is ``{"settings": {…}, "seed": …}``, the arrays are the points by view; a question is
``[view, kind]``, its answer that of :func:`make`.

Run as ``python -m songatlas.stages.projector``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from songatlas.config.stages import ProjectionConfig
from songatlas.helper import Arrays, serve
from songatlas.neighbours.listed import list_nearest
from songatlas.projection import PROJECTIONS
from songatlas.types import FloatArray

NEAREST = "nearest"  # what is made beside the maps


def make(kind: str, X: FloatArray, settings: ProjectionConfig, seed: int) -> Arrays:
    """``map`` of a projection, or ``plain`` and ``scaled`` of the nearest tracks."""
    if kind == NEAREST:
        return vars(list_nearest(X.astype(np.float32)))  # as the coordinates are kept
    return {"map": PROJECTIONS[kind].project(X, settings, seed)}


def _begin(said: Any, views: Arrays) -> Callable[[tuple[str, str]], Arrays]:
    settings = ProjectionConfig(**said["settings"])

    def answer(question: tuple[str, str]) -> Arrays:
        view, kind = question
        return make(kind, views[view], settings, said["seed"])

    return answer


if __name__ == "__main__":
    serve(_begin, nice=True)  # models are waited for before maps are
