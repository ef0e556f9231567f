"""Fit a model: in-memory batches, averaged parameters, checkpoint by held-out ELBO, resumable.

All noise of an epoch comes from a generator seeded by the epoch's number, so that a run that was
stopped and resumed ends with the same bytes as one left alone.
"""

from __future__ import annotations

import copy
import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import torch

from songatlas.config.stages import TrainingConfig
from songatlas.errors import ConfigError
from songatlas.models.base import Batch, Model
from songatlas.models.batches import minibatches, select
from songatlas.models.checkpoint import load_checkpoint, save_checkpoint
from songatlas.models.examination import Examination
from songatlas.models.flat import AdamW, Average, FlatParameters
from songatlas.models.holdout import HoldOut, hold_out
from songatlas.seeds import stage_seed

SAVE_SECONDS = 2.0  # of training are lost at most, and an epoch; a save is a tenth of a short one
MAX_STEPS = 100  # an epoch: 6,400 tracks in batches of 64
_MAX_START = 6400  # tracks that the start in closed form is fitted to
_log = logging.getLogger(__name__)

_KEPT = ("history", "best_state", "best_epoch", "best_loss")  # of a Fit, in a checkpoint

State = dict[str, Any]
History = list[dict[str, float]]


@dataclass(kw_only=True)
class Fit:
    """What training leaves behind.

    Attributes
    ----------
    history
        One row an epoch: epoch, loss, audio, text, kl, beta, learning_rate, r2_audio and r2_text
        (beyond chance) and, with held-out data, val_loss and its terms. Units are the model's own
        (``LossOutput``).
    best_state, best_epoch, best_loss
        Parameters with the lowest held-out loss at full β (training loss, without held-out
        tracks), the epoch (from 1) and that loss.
    final_state
        Parameters after the last epoch.
    """

    history: History = field(default_factory=list)
    best_state: State = field(default_factory=dict)
    best_epoch: int = 0
    best_loss: float = math.inf
    final_state: State = field(default_factory=dict)


def choose_device(name: str = "auto") -> torch.device:
    """The named device or, for "auto", cuda, mps or cpu, the first that is there.

    Raises
    ------
    ConfigError
        When there is no such device on this machine.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    usable = [device for device, available in there.items() if available]
    if name == "auto":
        return torch.device(usable[0])
    if name not in usable:
        raise ConfigError(f"device must be one of auto, {', '.join(usable)} here. Got {name!r}.")
    return torch.device(name)


def train(
    model: Model,
    data: Batch,
    config: TrainingConfig,
    *,
    seed: int,
    device: torch.device,
    checkpoint: Path | None = None,
    progress: Callable[[int, int, Mapping[str, float]], None] | None = None,
) -> Fit:
    """Fit `model` in place and leave it at its best parameters, in evaluation mode.

    Parameters
    ----------
    data
        All tracks.
    checkpoint
        File to resume from and to save to after an epoch, every :data:`SAVE_SECONDS` and at the
        end; removed by the caller when the run is complete. It must belong to the same data and
        settings.
    progress
        Called with (epoch, n_epochs, history row) after every epoch.
    """
    held = hold_out(data, config.validation_fraction, seed, observations=model.exchangeable)
    model.to(device)
    with _threads(1 if model.one_thread else None):
        step = _Steps(model, held, config, seed=seed, device=device)
        examination = Examination(model, held, beta=config.beta, seed=seed, device=device)
    parts = {"model": model, "average": step.average, "optimizer": step.optimizer}
    kept = _Checkpoint(checkpoint, parts)
    fit = kept.resume()
    for epoch in range(len(fit.history), config.epochs):
        if config.patience and epoch - fit.best_epoch >= config.patience and fit.best_epoch:
            break
        warmup = config.beta_warmup_epochs
        beta = config.beta * (min(1.0, epoch / warmup) if warmup else 1.0)
        row = {"epoch": float(epoch + 1)}
        with _threads(1 if model.one_thread else None):
            row |= step.epoch(epoch, beta)
            row |= {"beta": beta, "learning_rate": step.optimizer.learning_rate}
            row |= examination.judge(step.average.model)
        step.optimizer.end_epoch(row["loss"])
        fit.history.append(row)
        loss = row.get("val_loss", row["loss"])
        if loss < fit.best_loss:
            fit.best_loss, fit.best_epoch = loss, epoch + 1
            fit.best_state = _copy(step.average.model)
        kept.save(fit, within=SAVE_SECONDS)
        if progress is not None:
            progress(epoch + 1, config.epochs, row)
    kept.save(fit)
    fit.final_state = _copy(step.average.model)
    step.flat.release()
    model.load_state_dict(fit.best_state)
    model.eval()
    return fit


@contextmanager
def _threads(n: int | None) -> Iterator[None]:
    """So many threads of torch within a ``with`` block; None changes nothing."""
    before = torch.get_num_threads()
    torch.set_num_threads(n or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Steps:
    """Steps of the optimiser over the tracks that are trained on.

    Nothing in a step waits for its numbers: on a GPU data, batches, noise and terms stay there
    until the epoch is over.
    """

    def __init__(
        self,
        model: Model,
        held: HoldOut,
        config: TrainingConfig,
        *,
        seed: int,
        device: torch.device,
    ) -> None:
        self.model, self.held, self.config = model, held, config
        self.seed, self.device = seed, device
        self._everything: Batch | None = None  # of an epoch, where that is always the same
        if len(held.rows) <= MAX_STEPS * config.batch_size:
            self._everything = self._placed(held.rows)
        some = torch.linspace(0, len(held.rows) - 1, min(len(held.rows), _MAX_START)).long()
        model.start(self._everything or self._placed(held.rows[some]))
        self.flat = FlatParameters(model)
        self.average = Average(copy.deepcopy(model), config.averaging)
        self.optimizer = AdamW(
            self.flat,
            learning_rate=config.learning_rate,
            weight_decay=config.weight_decay,
            patience=config.plateau_patience,
        )

    def _placed(self, rows: torch.Tensor) -> Batch:
        """The given tracks on the device, and what every step needs of them."""
        shown = self.held.shown
        everyone = len(rows) == shown.n_tracks and self.device.type == "cpu"
        return self.model.prepare(shown if everyone else select(shown, rows, self.device))

    def epoch(self, number: int, beta: float) -> dict[str, float]:
        """One epoch, from 0; loss and terms averaged over the tracks of its steps."""
        config, model = self.config, self.model
        model.train()
        generator = torch.Generator(self.device)
        generator.manual_seed(stage_seed(self.seed, f"epoch {number}"))
        found: list[torch.Tensor] = []
        sizes: list[int] = []
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(stage_seed(self.seed, f"dropout {number}"))
            rows = rows_of_epoch(self.held.rows, config.batch_size, generator)
            data = self._placed(rows) if self._everything is None else self._everything
            everyone = torch.arange(len(rows), device=self.device)
            while not found or len(found) < config.steps_per_epoch:
                for piece in minibatches(everyone, config.batch_size, generator):
                    batch = model.pick(data, piece, generator)
                    output = model.loss(batch, beta=beta, generator=generator)
                    self.flat.gradient.zero_()
                    output.loss.backward()  # type: ignore[no-untyped-call]
                    self.flat.clip_gradient(config.gradient_norm)
                    self.optimizer.step()
                    self.average.update(self.flat, model)
                    names = ("loss", *output.terms)
                    found.append(torch.stack([output.loss, *output.terms.values()]).detach())
                    sizes.append(len(piece))
        sums = [
            sum(value * n for value, n in zip(values, sizes, strict=True))
            for values in torch.stack(found).T.tolist()
        ]
        return {name: total / sum(sizes) for name, total in zip(names, sums, strict=True)}


def rows_of_epoch(
    rows: torch.Tensor, batch_size: int, generator: torch.Generator, *, max_steps: int = MAX_STEPS
) -> torch.Tensor:
    """`rows`, or as many of them, drawn anew, as fill `max_steps` batches.

    What is learned no longer grows with the tracks, and what an epoch costs need not either.

    Examples
    --------
    >>> rows_of_epoch(torch.arange(9), 4, torch.Generator(), max_steps=2).shape
    torch.Size([8])
    """
    most = max_steps * batch_size
    if len(rows) <= most:
        return rows
    order = torch.randperm(len(rows), generator=generator, device=generator.device)
    return rows[order[:most].to(rows.device)]


def _copy(model: Model) -> State:
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}


class _Checkpoint:
    """Where an unfinished training is kept, if anywhere, and how long ago it was."""

    def __init__(self, path: Path | None, parts: Mapping[str, Any]) -> None:
        self._path, self._parts = path, parts
        self._n_saved, self._when = 0, monotonic()

    def save(self, fit: Fit, within: float = 0.0) -> None:
        """Save what is not saved, unless the last time was less than so many seconds ago."""
        elapsed = monotonic() - self._when
        if self._path is None or len(fit.history) == self._n_saved or elapsed < within:
            return
        state = {name: getattr(fit, name) for name in _KEPT}
        state |= {name: part.state_dict() for name, part in self._parts.items()}
        save_checkpoint(self._path, state)
        self._n_saved, self._when = len(fit.history), monotonic()

    def resume(self) -> Fit:
        """What was kept, its parts brought to that state; an empty one where nothing was."""
        state = None if self._path is None else load_checkpoint(self._path)
        if state is None:
            return Fit()
        for name, part in self._parts.items():
            part.load_state_dict(state[name])
        self._n_saved = len(state["history"])
        _log.info("training resumes after epoch %d", self._n_saved)
        return Fit(**{name: state[name] for name in _KEPT})
