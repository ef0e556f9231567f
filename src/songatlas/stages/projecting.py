"""Two-dimensional pictures of the latent space, made beside the training of the baselines.

A map needs nothing but its points and a seed: wherever it is made, its bytes are the same. The maps
of a thousand tracks keep one core busy for longer than everything else after training takes. Of
many tracks the nearest of every one, which the page lists, are found there, too.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping

import numpy as np

from songatlas.config import Config
from songatlas.helper import Helper
from songatlas.listening.sample import MAX_TRACKS
from songatlas.neighbours.listed import Listed
from songatlas.progress import Progress
from songatlas.projection import PROJECTIONS
from songatlas.seeds import stage_seed
from songatlas.stages.crew import Crew
from songatlas.stages.projector import NEAREST, make
from songatlas.types import BoolArray, FloatArray

_WORKER = "songatlas.stages.projector"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
MIN_HELPED = 2_000  # tracks; the maps of fewer are made before UMAP's libraries are loaded here
MIN_LISTED = 2_000  # tracks, of which the nearest are looked for beside the rest; not of a sample
Maps = dict[str, FloatArray]  # by the names of PROJECTIONS


class Projecting:
    """Maps that are being made.

    Parameters
    ----------
    views, config, apart
        As for :func:`start_projecting`.

    Attributes
    ----------
    crew
        The process that makes them, if any.
    """

    def __init__(self, views: Mapping[str, FloatArray], config: Config, *, apart: bool) -> None:
        self._settings, self._seed = config.projection, stage_seed(config.seed, "projection")
        self._views = {
            name: np.ascontiguousarray(X, dtype="<f8") if apart else X for name, X in views.items()
        }
        jobs = [(view, kind) for kind in PROJECTIONS for view in views]
        # t-SNE takes longest: both begin with one, the process with that of the first view
        jobs.append(jobs.pop(len(views) - 1))
        self._n_maps = len(jobs)
        many = [name for name, X in views.items() if apart and MIN_LISTED < len(X) <= MAX_TRACKS]
        jobs = [*jobs[:-1], *((name, NEAREST) for name in many), *jobs[-1:]]
        self._helps = not apart or any(len(X) > MIN_HELPED for X in views.values())
        helpers = [Helper("-m", _WORKER, environment=_ONE_THREAD)] if apart else []
        self.crew = Crew(jobs, helpers, tell=self._tell, question=list)

    def maps(self, progress: Progress) -> dict[str, Maps]:
        """Make here what nobody has begun, if it is worth it, and wait for the rest.

        What a process that died has not made is made here, and that is said.
        """
        with progress.stage("Projecting", total=self._n_maps, unit="maps") as bar:
            while self._helps and (job := self.crew.take(last=True)) is not None:
                self._make(job)
                bar.advance(int(job[1] in PROJECTIONS))
            self.crew.wait()
            wanted = [(view, kind) for view in self._views for kind in PROJECTIONS]
            if self.crew.said:
                why = f"the process that made them has ended ({self.crew.said})"
                progress.say(f"The rest of the maps is made here: {why}.")
            for job in wanted:
                if job not in self.crew.done:
                    self._make(job)
                    bar.advance()
        return {
            view: {kind: self.crew.done[view, kind]["map"] for kind in PROJECTIONS}
            for view in self._views
        }

    def nearest(self, rows: Mapping[str, BoolArray]) -> dict[str, Listed]:
        """Nearest tracks of every one by view, where they were looked for, after the maps.

        Parameters
        ----------
        rows
            Shape (n_tracks,) each: the tracks that the points of a view are.
        """
        return {
            view: Listed(**found).among(rows[view])
            for (view, kind), found in self.crew.done.items()
            if kind == NEAREST
        }

    def close(self) -> None:
        """End the process."""
        self.crew.close()

    def _make(self, job: tuple[str, str]) -> None:
        view, kind = job
        self.crew.done[job] = make(kind, self._views[view], self._settings, self._seed)

    def _tell(self, helper: Helper) -> None:
        head = {"settings": dataclasses.asdict(self._settings), "seed": self._seed}
        helper.tell(head, self._views)


def start_projecting(
    views: Mapping[str, FloatArray], config: Config, *, apart: bool
) -> contextlib.closing[Projecting]:
    """Begin every projection of every view, for the length of a ``with`` block.

    Parameters
    ----------
    views
        Points by the name of the view, each of shape (n_tracks, n_features).
    apart
        In a process of their own, at once, and here as well when the result is asked for;
        otherwise here alone.
    """
    return contextlib.closing(Projecting(views, config, apart=apart))
