"""Share of each modality that the posteriors explain, so that none drowns another unseen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from songatlas.models.base import Batch, Model
from songatlas.models.batches import select
from songatlas.models.posteriors import decode, encode, variance_explained
from songatlas.seeds import stage_seed
from songatlas.types import FloatArray

MAX_EXPLAINED = 1000


def some_tracks(data: Batch, seed: int) -> Batch:
    """At most 1,000 random tracks, in random order."""
    generator = torch.Generator().manual_seed(stage_seed(seed, "explained"))
    rows = torch.randperm(data.n_tracks, generator=generator)[:MAX_EXPLAINED]
    return select(data, rows, torch.device("cpu"))


def explained_beyond_chance(model: Model, data: Batch) -> dict[str, float]:
    """Variance explained by a track's posterior less that by another's, at most about 1.

    Parameters
    ----------
    data
        Tracks in random order: the control gives each the posterior of the one before.

    Returns
    -------
    dict
        ``r2_`` and the name of each modality. 0: the model says the same of every track, or what
        it says is not about the track.
    """
    encoded = encode(model, data)
    return beyond_chance(data, decode(model, encoded.mean, data.condition))


def beyond_chance(data: Batch, decoded: Mapping[str, FloatArray]) -> dict[str, float]:
    """The same of what was decoded from the posterior means."""
    own = variance_explained(data, decoded)
    control = variance_explained(data, decoded, order=np.roll(np.arange(data.n_tracks), 1))
    # A model that says the same of everyone owes nothing to chance; a wrong guess is no credit.
    return {f"r2_{name}": value - max(control[name], 0.0) for name, value in own.items()}
