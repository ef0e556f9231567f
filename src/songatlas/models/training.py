"""Fit a model: in-memory batches, checkpoint by held-out loss at fixed β, resumable.

All noise of an epoch comes from a generator seeded by the epoch's number, so that a run that was
stopped and resumed ends with the same bytes as one left alone.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from songatlas.config import TrainingConfig
from songatlas.errors import ConfigError
from songatlas.models.base import Batch, Model
from songatlas.models.batches import minibatches, select
from songatlas.seeds import stage_seed
from songatlas.store.atomic import open_atomic

_log = logging.getLogger(__name__)
_VALIDATION_DRAWS = 4
_MIN_VALIDATION_TRACKS = 8

State = dict[str, Any]
History = list[dict[str, float]]


@dataclass(kw_only=True)
class Fit:
    """What training leaves behind.

    Attributes
    ----------
    history
        One row an epoch: epoch, loss, audio, text, kl, beta, learning_rate and, with held-out
        tracks, val_loss and its terms. Units are the model's own (``LossOutput``).
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
    held_out, rows = _split(data.n_tracks, config, seed)
    model.to(device)
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        fused=device.type != "mps",
    )
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=config.plateau_patience or 10**9
    )
    fit = _resume(checkpoint, model, optimizer, scheduler)
    for epoch in range(len(fit.history), config.epochs):
        if config.patience and epoch - fit.best_epoch >= config.patience and fit.best_epoch:
            break
        beta = config.beta * min(1.0, epoch / max(1, config.beta_warmup_epochs))
        if config.beta_warmup_epochs == 0:
            beta = config.beta
        row = {"epoch": float(epoch + 1)}
        row |= _train_epoch(model, data, rows, optimizer, config, beta, seed, epoch, device)
        row |= {"beta": beta, "learning_rate": optimizer.param_groups[0]["lr"]}
        if len(held_out):
            row |= _validate(model, data, held_out, config, seed, device)
        scheduler.step(row["loss"])
        fit.history.append(row)
        loss = row.get("val_loss", row["loss"])
        if loss < fit.best_loss:
            fit.best_loss, fit.best_epoch, fit.best_state = loss, epoch + 1, _copy(model)
        _save(checkpoint, fit, model, optimizer, scheduler)
        if progress is not None:
            progress(epoch + 1, config.epochs, row)
    fit.final_state = _copy(model)
    model.load_state_dict(fit.best_state)
    model.eval()
    return fit


def _split(n_tracks: int, config: TrainingConfig, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Held-out and training rows; none is held out of a collection too small for it."""
    n_held_out = round(n_tracks * config.validation_fraction)
    if n_held_out < _MIN_VALIDATION_TRACKS:
        n_held_out = min(_MIN_VALIDATION_TRACKS, n_tracks // 4) if config.validation_fraction else 0
    generator = torch.Generator().manual_seed(stage_seed(seed, "validation split"))
    order = torch.randperm(n_tracks, generator=generator)
    return order[:n_held_out].sort().values, order[n_held_out:].sort().values


def _train_epoch(
    model: Model,
    data: Batch,
    rows: torch.Tensor,
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
        while n_steps == 0 or n_steps < config.steps_per_epoch:
            for piece in minibatches(rows, config.batch_size, generator):
                output = model.loss(select(data, piece, device), beta=beta, generator=generator)
                optimizer.zero_grad(set_to_none=True)
                output.loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(model.parameters(), config.gradient_norm)
                optimizer.step()
                for name, value in {"loss": output.loss, **output.terms}.items():
                    sums[name] = sums.get(name, 0.0) + value.item() * len(piece)
                n_seen += len(piece)
                n_steps += 1
    return {name: total / n_seen for name, total in sums.items()}


@torch.no_grad()
def _validate(
    model: Model,
    data: Batch,
    rows: torch.Tensor,
    config: TrainingConfig,
    seed: int,
    device: torch.device,
) -> dict[str, float]:
    """Loss and terms on held-out tracks at full β, with the same noise at every epoch."""
    model.eval()
    generator = torch.Generator().manual_seed(stage_seed(seed, "validation noise"))
    sums: dict[str, float] = {}
    for _ in range(_VALIDATION_DRAWS):
        for piece in torch.split(rows, 4096):
            batch = select(data, piece, device)
            output = model.loss(batch, beta=config.beta, generator=generator)
            for name, value in {"loss": output.loss, **output.terms}.items():
                sums[name] = sums.get(name, 0.0) + value.item() * len(piece)
    n_seen = len(rows) * _VALIDATION_DRAWS
    return {f"val_{name}": total / n_seen for name, total in sums.items()}


def _copy(model: Model) -> State:
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}


def _save(checkpoint: Path | None, fit: Fit, model: Model, optimizer: Any, scheduler: Any) -> None:
    if checkpoint is None:
        return
    state = {
        "history": fit.history,
        "best_state": fit.best_state,
        "best_epoch": fit.best_epoch,
        "best_loss": fit.best_loss,
        "model": _copy(model),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
    }
    with open_atomic(checkpoint) as file:
        torch.save(state, file)


def _resume(checkpoint: Path | None, model: Model, optimizer: Any, scheduler: Any) -> Fit:
    if checkpoint is None or not checkpoint.is_file():
        return Fit()
    state = torch.load(checkpoint, weights_only=True, map_location="cpu")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    _log.info("training resumes after epoch %d", len(state["history"]))
    kept = ("history", "best_state", "best_epoch", "best_loss")
    return Fit(**{name: state[name] for name in kept})
