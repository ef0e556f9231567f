"""The process that makes the maps while the parent trains: points in, maps out.

Standard input carries a line of JSON, ``{"shapes": {view: [n_tracks, n_features]}, "settings":
{…}, "seed": …}``, and that many float64 values, view by view; standard output the maps of
:func:`maps_of` as an ``.npz`` with names like ``joint/tsne``. Standard input stays open as long as
the maps are wanted: when it ends, so does the process.

Run as ``python -m songatlas.projection.worker``.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading

import numpy as np

from songatlas.allocation import STEP, keep_freed
from songatlas.config.stages import ProjectionConfig
from songatlas.projection import PROJECTIONS
from songatlas.types import FloatArray


def maps_of(X: FloatArray, settings: ProjectionConfig, seed: int) -> dict[str, FloatArray]:
    """Every projection of `X`, (n_tracks, n_features): each of shape (n_tracks, 2)."""
    return {name: method.project(X, settings, seed) for name, method in PROJECTIONS.items()}


def main() -> None:
    """Serve the one request."""
    keep_freed(STEP)
    if hasattr(os, "nice"):  # models are waited for before maps are
        os.nice(10)
    # Whatever a library prints must not get between the arrays.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.buffer.readline())
    settings = ProjectionConfig(**request["settings"])
    views = {}
    for name, shape in request["shapes"].items():
        payload = sys.stdin.buffer.read(8 * int(np.prod(shape)))
        views[name] = np.frombuffer(payload, dtype="<f8").reshape(shape)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    maps = {
        f"{name}/{kind}": xy
        for name, X in views.items()
        for kind, xy in maps_of(X, settings, request["seed"]).items()
    }
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **maps)
    channel.write(buffer.getvalue())
    channel.flush()
    os._exit(0)  # the thread below still waits for its standard input


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
