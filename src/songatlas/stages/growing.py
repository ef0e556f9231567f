"""The tree of many tracks, grown beside scores and checks where there is a second core.

It depends on its plot alone: wherever it grows, it is the same, and if the process dies it grows
here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from songatlas.clustering.tree import Branch, Sizes
from songatlas.config import Config
from songatlas.helper import Arrays, Helper
from songatlas.models.placement import Placement
from songatlas.progress import Progress
from songatlas.stages.crew import Crew
from songatlas.stages.tree import Plot, plot_of
from songatlas.types import IntArray

_TREE = "branches"  # the only job
MIN_APART = 2_000  # tracks; the tree of fewer takes no longer than to start a process
MAX_APART = 300_000  # a process has points of its own of all of them


class Growing:
    """A tree that is growing.

    Parameters
    ----------
    plot
        Makes what it grows from.
    n_tracks
        That have a place.
    apart
        Whether a process grows it, beginning at once, where that is worth it.
    """

    def __init__(self, plot: Callable[[], Plot], n_tracks: int, *, apart: bool) -> None:
        self._plot = plot
        helpers = []
        if apart and MIN_APART < n_tracks <= MAX_APART:
            helpers.append(Helper("-m", "songatlas.stages.grower"))
            self._told = told(plot())
        self.crew = Crew([_TREE], helpers, tell=self._tell, question=str)

    def branches(self, progress: Progress) -> list[Branch]:
        """Wait for them, or grow them here."""
        with progress.stage("Growing the tree", total=1, unit="tree") as bar:
            self.crew.wait()
            if self.crew.said:
                progress.say(f"The tree grows here: its process has ended ({self.crew.said}).")
            answer = self.crew.done.get(_TREE)
            found = self._plot().grow() if answer is None else branches_of(answer)
            bar.advance()
        self.close()  # its memory is wanted
        return found

    def close(self) -> None:
        """End the process."""
        self.crew.close()

    def _tell(self, helper: Helper) -> None:
        helper.tell(*self._told)
        del self._told  # it may be large


def start_growing(
    places: Mapping[str, Placement],
    main: Placement,
    distinct: IntArray,
    config: Config,
    *,
    apart: bool,
) -> contextlib.closing[Growing]:
    """Begin a tree, for the length of a ``with`` block.

    Parameters
    ----------
    places, main, distinct, config
        As for :func:`~songatlas.stages.tree.plot_of`.
    apart
        As for :class:`Growing`.
    """
    plot = functools.partial(plot_of, places, main, distinct, config)
    return contextlib.closing(Growing(plot, int(main.rows.sum()), apart=apart))


def told(plot: Plot) -> tuple[dict[str, object], Arrays]:
    """First line for the process, and arrays."""
    head: dict[str, object] = {
        "views": [*plot.views],
        "points": None if plot.points is None else [*plot.points],
        "sizes": dataclasses.asdict(plot.sizes),
        "seed": plot.seed,
    }
    arrays: Arrays = {f"view {name}": x for name, x in plot.views.items()}
    arrays |= {f"points {name}": x for name, x in (plot.points or {}).items()}
    return head, {**arrays, "counts": plot.counts}


def read_plot(said: Mapping[str, Any], arrays: Arrays) -> Plot:
    """Inverse of :func:`told`."""
    points = said["points"]
    return Plot(
        views={name: arrays[f"view {name}"] for name in said["views"]},
        points=None if points is None else {name: arrays[f"points {name}"] for name in points},
        counts=arrays["counts"],
        sizes=Sizes(**said["sizes"]),
        seed=said["seed"],
    )


def answer_of(branches: list[Branch]) -> Arrays:
    """Branches as arrays."""
    rest = [
        {
            "parent": branch.parent,
            "found": branch.found,
            "view": branch.view,
            "evidence": {name: float(value) for name, value in branch.evidence.items()},
        }
        for branch in branches
    ]
    return {
        "rows": np.concatenate([branch.rows for branch in branches]),
        "sizes": np.array([len(branch.rows) for branch in branches]),
        "rest": np.array(json.dumps(rest)),
    }


def branches_of(answer: Arrays) -> list[Branch]:
    """Inverse of :func:`answer_of`."""
    rows = np.split(answer["rows"], np.cumsum(answer["sizes"])[:-1])
    rest = json.loads(str(answer["rest"]))
    return [Branch(rows=own, **known) for own, known in zip(rows, rest, strict=True)]
