"""The process that grows the tree of many tracks: see :mod:`songatlas.helper`.

The first line and the arrays are those of :func:`songatlas.stages.growing.told`; whatever is asked,
the answer is the branches.

Run as ``python -m songatlas.stages.grower``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from songatlas.helper import Arrays, serve
from songatlas.stages.growing import answer_of, read_plot


def _begin(said: Any, arrays: Arrays) -> Callable[[Any], Arrays]:
    plot = read_plot(said, arrays)
    return lambda _: answer_of(plot.grow())


if __name__ == "__main__":
    serve(_begin, nice=True)  # what the main process does is waited for first
