"""Fit a model: in-memory batches, averaged parameters, checkpoint by held-out ELBO, resumable.

All noise of an epoch comes from a generator seeded by the epoch's number, so that a run that was
stopped and resumed ends with the same bytes as one left alone.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import torch
from torch.optim.swa_utils import AveragedModel

from songatlas.config.stages import TrainingConfig
from songatlas.errors import ConfigError
from songatlas.models.averaging import average_of
from songatlas.models.base import Batch, Model
from songatlas.models.batches import minibatches, select
from songatlas.models.checkpoint import load_checkpoint, save_checkpoint
from songatlas.models.holdout import HoldOut, held_out_loss, hold_out
from songatlas.models.posteriors import explained_beyond_chance
from songatlas.seeds import stage_seed

MAX_STEPS = 100  # an epoch: 6,400 tracks in batches of 64
_log = logging.getLogger(__name__)

_MAX_WATCHED = 1000  # tracks by which the variance explained is watched
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
        File to resume from and to save to after every epoch; removed by the caller when the run
        is complete. It must belong to the same data and settings.
    progress
        Called with (epoch, n_epochs, history row) after every epoch.
    """
    fraction = config.validation_fraction
    held = hold_out(data, fraction, seed, observations=model.exchangeable)
    watched = _some_tracks(held.shown, seed)
    model.to(device)
    average = average_of(model, config.averaging)
    averaged = cast("Model", average.module)
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        fused=device.type != "mps",
    )
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=config.plateau_patience or 10**9
    )
    parts = {"model": model, "average": average, "optimizer": optimizer, "scheduler": scheduler}
    fit = _resume(checkpoint, parts)
    for epoch in range(len(fit.history), config.epochs):
        if config.patience and epoch - fit.best_epoch >= config.patience and fit.best_epoch:
            break
        beta = config.beta * min(1.0, epoch / max(1, config.beta_warmup_epochs))
        if config.beta_warmup_epochs == 0:
            beta = config.beta
        row = {"epoch": float(epoch + 1)}
        with _threads(1 if model.one_thread else None):
            row |= _train_epoch(model, average, held, optimizer, config, beta, seed, epoch, device)
            row |= {"beta": beta, "learning_rate": optimizer.param_groups[0]["lr"]}
            row |= explained_beyond_chance(averaged, watched)
            if held.anything:
                row |= held_out_loss(averaged, held, beta=config.beta, seed=seed, device=device)
        scheduler.step(row["loss"])
        fit.history.append(row)
        loss = row.get("val_loss", row["loss"])
        if loss < fit.best_loss:
            fit.best_loss, fit.best_epoch, fit.best_state = loss, epoch + 1, _copy(averaged)
        _save(checkpoint, fit, parts)
        if progress is not None:
            progress(epoch + 1, config.epochs, row)
    fit.final_state = _copy(averaged)
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


def _train_epoch(
    model: Model,
    average: AveragedModel,
    held: HoldOut,
    optimizer: torch.optim.Optimizer,
    config: TrainingConfig,
    beta: float,
    seed: int,
    epoch: int,
    device: torch.device,
) -> dict[str, float]:
    model.train()
    generator = torch.Generator().manual_seed(stage_seed(seed, f"epoch {epoch}"))
    sums: dict[str, float] = {}
    n_seen = n_steps = 0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(stage_seed(seed, f"dropout {epoch}"))
        rows = rows_of_epoch(held.rows, config.batch_size, generator)
        while n_steps == 0 or n_steps < config.steps_per_epoch:
            for piece in minibatches(rows, config.batch_size, generator):
                batch = select(held.shown, piece, device)
                output = model.loss(batch, beta=beta, generator=generator)
                optimizer.zero_grad(set_to_none=True)
                output.loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(model.parameters(), config.gradient_norm)
                optimizer.step()
                average.update_parameters(model)
                for name, value in {"loss": output.loss, **output.terms}.items():
                    sums[name] = sums.get(name, 0.0) + value.item() * len(piece)
                n_seen += len(piece)
                n_steps += 1
    return {name: total / n_seen for name, total in sums.items()}


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
    return rows[torch.randperm(len(rows), generator=generator)[:most]]


def _copy(model: Model) -> State:
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}


def _save(checkpoint: Path | None, fit: Fit, parts: Mapping[str, Any]) -> None:
    if checkpoint is None:
        return
    state = {name: getattr(fit, name) for name in _KEPT}
    state |= {name: part.state_dict() for name, part in parts.items()}
    save_checkpoint(checkpoint, state)


def _some_tracks(data: Batch, seed: int) -> Batch:
    """At most 1,000 random tracks, in random order."""
    generator = torch.Generator().manual_seed(stage_seed(seed, "explained"))
    rows = torch.randperm(data.n_tracks, generator=generator)[:_MAX_WATCHED]
    return select(data, rows, torch.device("cpu"))


def _resume(checkpoint: Path | None, parts: Mapping[str, Any]) -> Fit:
    state = None if checkpoint is None else load_checkpoint(checkpoint)
    if state is None:
        return Fit()
    for name, part in parts.items():
        part.load_state_dict(state[name])
    _log.info("training resumes after epoch %d", len(state["history"]))
    return Fit(**{name: state[name] for name in _KEPT})
