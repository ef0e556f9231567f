"""Models for comparison, trained beside the main one where there is a second core.

Every model depends on its own seed alone, and is trained on one thread wherever it is: what comes
out is the same for any number of processes, and if one of them dies. A process has as many threads
as this one for the rest, since products of matrices depend on their number in the last digit.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence

from songatlas.config import Config
from songatlas.helper import Helper
from songatlas.models import MODELS
from songatlas.stages.baselines import Baseline
from songatlas.stages.crew import Crew
from songatlas.stages.fit import ModelPlan, Studio, TrainingData
from songatlas.stages.trainer import arrays_of, places_of, tell, train

MAX_COPIED = 400_000_000  # bytes of inputs that all processes together may hold once more
MAX_TRACKS = 300_000  # a process holds what it makes of all of them


class Comparisons:
    """Models that are being trained.

    Parameters
    ----------
    n_beside
        Processes that train, beside this one.
    """

    def __init__(
        self,
        plans: Sequence[ModelPlan],
        data: TrainingData,
        config: Config,
        studio: Studio,
        *,
        n_beside: int,
    ) -> None:
        self._plans = {plan.name: plan for plan in plans}
        self._given = data, config, studio
        self._progress = studio.progress
        longest_first = sorted(plans, key=lambda plan: _size(plan, data), reverse=True)
        files = {descriptor for descriptor, _ in places_of(data).values()}
        self.crew = Crew(
            [plan.name for plan in longest_first],
            [Helper("-m", "songatlas.stages.trainer", files=files) for _ in range(n_beside)],
            tell=lambda helper: tell(helper, data, config, studio),
            question=lambda name: dataclasses.asdict(self._plans[name]),
        )

    def baselines(self) -> list[Baseline]:
        """Train here what nobody has begun, wait for the rest; in the order of the plans."""
        done = self.crew.done
        while (name := self.crew.take()) is not None:
            done[name] = train(self._plans[name], *self._given)
        title = "Waiting for models"
        with self._progress.stage(title, total=len(self._plans), unit="models") as bar:
            self.crew.wait()
            for name, plan in self._plans.items():
                if name not in done:
                    why = f"the process that had it has ended ({self.crew.said})"
                    self._progress.say(f"{name} is trained here: {why}.")
                    done[name] = train(plan, *self._given)
                bar.advance()
        self.close()  # their memory is wanted
        found = ((name, done[name]) for name in self._plans)
        return [
            Baseline(name=name, X=of["X"], space=str(of["space"]), rows=of["rows"])
            for name, of in found
        ]

    def close(self) -> None:
        """End the processes."""
        self.crew.close()


def train_beside(
    plans: Sequence[ModelPlan],
    data: TrainingData,
    config: Config,
    studio: Studio,
    *,
    n_workers: int,
) -> contextlib.closing[Comparisons]:
    """Begin the models for comparison, for the length of a ``with`` block.

    Parameters
    ----------
    n_workers
        Processes that may be busy; with one, everything is trained here when it is asked for.
    """
    n_beside = min(n_workers - 1, len(plans), MAX_COPIED // n_bytes(data))
    if not on_one_thread(data, config):  # its numbers depend on how many threads there are
        n_beside = 0
    if data.features.n_tracks > MAX_TRACKS:
        n_beside = 0
    studio = dataclasses.replace(studio, finished=None, must_reuse=False)
    return contextlib.closing(Comparisons(plans, data, config, studio, n_beside=n_beside))


def _size(plan: ModelPlan, data: TrainingData) -> int:
    return sum(data.features.modalities[name].values.size for name in plan.modalities)


def n_bytes(data: TrainingData) -> int:
    """Size of what a process is sent: not of what it finds in files."""
    return sum(array.nbytes for array in arrays_of(data).values()) or 1


def on_one_thread(data: TrainingData, config: Config) -> bool:
    """Whether the models of these settings are trained on one thread wherever they are."""
    shapes = {name: x.values.shape[1:] for name, x in data.features.modalities.items()}
    return MODELS[config.model.name](shapes, config.model, data.condition.shape[1]).one_thread
