"""Feature sets as tensors, in memory, without worker processes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from songatlas.models.base import Batch
from songatlas.store.arena import pick
from songatlas.types import FeatureSet, FloatArray


def to_batch(features: FeatureSet, condition: FloatArray | None = None) -> Batch:
    """All tracks of `features` as one batch of float32 tensors on the CPU.

    Parameters
    ----------
    condition
        Shape (n_tracks, n_conditions); None for no condition.
    """
    values, masks = {}, {}
    for name, observations in features.modalities.items():
        mask = torch.from_numpy(np.ascontiguousarray(observations.mask))
        value = torch.from_numpy(np.ascontiguousarray(observations.values, dtype=np.float32))
        # A copy only where something would change: the inputs may be larger than the memory.
        hidden = ~observations.mask
        values[name] = (
            value.masked_fill(~mask[..., None], 0.0)
            if np.any(observations.values[hidden])
            else value
        )
        masks[name] = mask
    if condition is None:
        condition = np.zeros((features.n_tracks, 0))
    return Batch(
        values=values, mask=masks, condition=torch.from_numpy(condition.astype(np.float32))
    )


def select(batch: Batch, rows: torch.Tensor, device: torch.device | None = None) -> Batch:
    """The given rows of `batch`, zero where its mask is False, on `device` (None: where it is)."""
    mask = {name: mask[rows].to(device) for name, mask in batch.mask.items()}
    return Batch(
        values={
            name: _rows(value, rows).to(device) * mask[name][..., None]
            for name, value in batch.values.items()
        },
        mask=mask,
        condition=batch.condition[rows].to(device),
    )


def _rows(value: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    if value.device.type != "cpu":
        return value[rows]
    return torch.from_numpy(pick(value.numpy(), rows.numpy()))


def minibatches(
    rows: torch.Tensor, batch_size: int, generator: torch.Generator
) -> Iterator[torch.Tensor]:
    """`rows` in random order, in pieces of `batch_size`; a last piece of one joins the one before.

    Batch normalisation has no variance to work with in a batch of one.
    """
    order = torch.randperm(len(rows), generator=generator, device=generator.device)
    shuffled = rows[order.to(rows.device)]
    pieces = list(torch.split(shuffled, batch_size))
    if len(pieces) > 1 and len(pieces[-1]) == 1:
        pieces[-2:] = [torch.cat(pieces[-2:])]
    yield from pieces
