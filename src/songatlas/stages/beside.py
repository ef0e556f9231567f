"""Models for comparison, trained beside the main one where there is a second core.

Every model depends on its own seed alone, and is trained on one thread wherever it is: what comes
out is the same for any number of processes, and if one of them dies. A process has as many threads
as this one for the rest, since products of matrices depend on their number in the last digit.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections import deque
from collections.abc import Iterator, Sequence

from songatlas.config import Config, to_dict
from songatlas.helper import Helper
from songatlas.models import MODELS
from songatlas.stages.baselines import Baseline
from songatlas.stages.fit import ModelPlan, Studio, TrainingData, fit_model, model_baseline
from songatlas.stages.trainer import arrays_of, head, places_of

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
        self._plans, self._data, self._config, self._studio = plans, data, config, studio
        self._left = deque(sorted(plans, key=self._size, reverse=True))  # the longest first
        self._done: dict[str, Baseline] = {}
        self._said = ""
        files = {descriptor for descriptor, _ in places_of(data).values()}
        self._helpers = [
            Helper("-m", "songatlas.stages.trainer", files=files) for _ in range(n_beside)
        ]
        self._threads = [
            threading.Thread(target=self._serve, args=(helper,), daemon=True)
            for helper in self._helpers
        ]
        for thread in self._threads:
            thread.start()

    def baselines(self) -> list[Baseline]:
        """Train here what nobody has begun, wait for the rest; in the order of the plans."""
        while (plan := self._next()) is not None:
            self._train(plan)
        title = "Waiting for models"
        with self._studio.progress.stage(title, total=len(self._plans), unit="models") as bar:
            for thread in self._threads:
                thread.join()
            for plan in self._plans:
                if plan.name not in self._done:
                    why = f"the process that had it has ended ({self._said})"
                    self._studio.progress.say(f"{plan.name} is trained here: {why}.")
                    self._train(plan)
                bar.advance()
        self.stop()  # their memory is wanted
        return [self._done[plan.name] for plan in self._plans]

    def stop(self) -> None:
        """End the processes."""
        self._left.clear()
        for helper in self._helpers:
            helper.process.kill()
        for thread in self._threads:
            thread.join()
        for helper in self._helpers:
            helper.close()

    def _next(self) -> ModelPlan | None:
        """The longest that nobody has begun."""
        try:
            return self._left.popleft()
        except IndexError:
            return None

    def _size(self, plan: ModelPlan) -> int:
        return sum(self._data.features.modalities[name].values.size for name in plan.modalities)

    def _train(self, plan: ModelPlan) -> None:
        fitted = fit_model(plan, self._data, self._config, self._studio)
        self._done[plan.name] = model_baseline(plan.name, fitted)

    def _serve(self, helper: Helper) -> None:
        """Have a process train one model after the other; what it cannot finish stays undone."""
        try:
            helper.tell(
                head(self._data, to_dict(self._config), self._studio), arrays_of(self._data)
            )
            while (plan := self._next()) is not None:
                found = helper.ask(dataclasses.asdict(plan))
                self._done[plan.name] = Baseline(
                    name=plan.name, X=found["X"], space=str(found["space"]), rows=found["rows"]
                )
        except (OSError, ValueError):  # it has ended
            self._said = helper.last_line()


@contextlib.contextmanager
def train_beside(
    plans: Sequence[ModelPlan],
    data: TrainingData,
    config: Config,
    studio: Studio,
    *,
    n_workers: int,
) -> Iterator[Comparisons]:
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
    comparisons = Comparisons(plans, data, config, studio, n_beside=n_beside)
    try:
        yield comparisons
    finally:
        comparisons.stop()


def n_bytes(data: TrainingData) -> int:
    """Size of what a process is sent: not of what it finds in files."""
    return sum(array.nbytes for array in arrays_of(data)) or 1


def on_one_thread(data: TrainingData, config: Config) -> bool:
    """Whether the models of these settings are trained on one thread wherever they are."""
    shapes = {name: x.values.shape[1:] for name, x in data.features.modalities.items()}
    return MODELS[config.model.name](shapes, config.model, data.condition.shape[1]).one_thread
