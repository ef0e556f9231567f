"""The tree of many tracks, grown beside scores and checks where there is a second core.

It depends on its plot alone: wherever it grows, it is the same, and if the process dies it grows
here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import threading
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from songatlas.clustering.tree import Branch
from songatlas.config import Config
from songatlas.helper import Arrays, Helper
from songatlas.models.placement import Placement
from songatlas.progress import Progress
from songatlas.stages.tree import Plot, plot_of
from songatlas.types import IntArray

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
        self._found: list[Branch] = []
        self._said = ""
        self._helper = None
        if apart and MIN_APART < n_tracks <= MAX_APART:
            self._helper = Helper("-m", "songatlas.stages.grower")
            self._thread = threading.Thread(
                target=self._serve, args=(self._helper, *sent(plot())), daemon=True
            )
            self._thread.start()

    def branches(self, progress: Progress) -> list[Branch]:
        """Wait for them, or grow them here."""
        with progress.stage("Growing the tree", total=1, unit="tree") as bar:
            self._end(wait=True)
            if self._said:
                progress.say(f"The tree grows here: its process has ended ({self._said}).")
            found = self._found or self._plot().grow()
            bar.advance()
        return found

    def close(self) -> None:
        """End the process."""
        self._end(wait=False)

    def _end(self, *, wait: bool) -> None:
        if self._helper is None:
            return
        if not wait:
            self._helper.process.kill()
        self._thread.join()
        self._helper.close()
        self._helper = None

    def _serve(
        self, helper: Helper, head: Mapping[str, object], arrays: Sequence[np.ndarray]
    ) -> None:
        try:
            helper.tell(head, arrays)
            self._found = branches_of(helper.ask("branches"))
        except (OSError, ValueError):  # it has ended
            self._said = helper.last_line()


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


def sent(plot: Plot) -> tuple[dict[str, object], list[np.ndarray]]:
    """First line for the process, and the arrays that follow."""
    kinds = {"views": plot.views, "points": plot.points or {}}
    head: dict[str, object] = {
        kind: {name: (x.dtype.str, x.shape) for name, x in arrays.items()}
        for kind, arrays in kinds.items()
    }
    head |= {
        "no points": plot.points is None,
        "n_tracks": len(plot.counts),
        "sizes": dataclasses.asdict(plot.sizes),
        "seed": plot.seed,
    }
    arrays = [np.ascontiguousarray(x) for kind in kinds.values() for x in kind.values()]
    return head, [*arrays, plot.counts]


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
