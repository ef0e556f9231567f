"""Where a run happens: its folder, its arena, its machine and its watch."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from songatlas.machine import Machine
from songatlas.models.placer import HERE, Placer
from songatlas.models.training import choose_device
from songatlas.progress import Stopwatch
from songatlas.results.folder import ResultsFolder
from songatlas.stages.fit import Studio
from songatlas.store.arena import Arena


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a run happens.

    Parameters
    ----------
    folder
        The results folder, open.
    arena
        Where the inputs are that do not fit in memory.
    machine
        What may be used.
    watch
        Takes the time of every stage.
    placer
        Places tracks and decides on their clusters.
    """

    folder: ResultsFolder
    arena: Arena
    machine: Machine
    watch: Stopwatch
    placer: Placer = HERE

    def studio(self, model: Path | None) -> Studio:
        """Where models are trained; `model` is a results folder whose model is used."""
        return Studio(
            device=choose_device(self.machine.device),
            progress=self.machine.progress,
            work=self.folder.work,
            finished=model or self.folder.path,
            must_reuse=model is not None,
            placer=self.placer,
        )

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """One stage: it is timed, and after it the arena lets go of what was read."""
        with self.watch.time(name):
            yield
            self.arena.rest()
