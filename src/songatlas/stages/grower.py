"""The process that grows the tree of many tracks: see :mod:`songatlas.helper`.

The first line and the arrays are those of :func:`songatlas.stages.growing.sent`; whatever is asked,
the answer is the branches.

Run as ``python -m songatlas.stages.grower``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import IO, Any

from songatlas.clustering.tree import Sizes
from songatlas.helper import Arrays, read_array, serve
from songatlas.stages.growing import answer_of
from songatlas.stages.tree import Plot


def read_plot(stream: IO[bytes]) -> Plot:
    """Inverse of :func:`songatlas.stages.growing.sent`."""
    said = json.loads(stream.readline())
    views = {name: read_array(stream, *of) for name, of in said["views"].items()}
    points = {name: read_array(stream, *of) for name, of in said["points"].items()}
    return Plot(
        views=views,
        points=None if said["no points"] else points,
        counts=read_array(stream, "?", [said["n_tracks"]]),
        sizes=Sizes(**said["sizes"]),
        seed=said["seed"],
    )


def _begin(stream: IO[bytes]) -> Callable[[Any], Arrays]:
    plot = read_plot(stream)
    return lambda _: answer_of(plot.grow())


if __name__ == "__main__":
    if hasattr(os, "nice"):  # what the main process does is waited for first
        os.nice(10)
    serve(_begin)
