"""Read a fitted model: posteriors of all tracks, decoded means, variance explained."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch

from songatlas.distances import blocks
from songatlas.models.base import Batch, Model
from songatlas.models.batches import select
from songatlas.models.gaussian import kl_to_standard_normal
from songatlas.threads import each
from songatlas.types import BoolArray, FloatArray, IntArray

PIECE = 256  # tracks at once, everywhere from the posterior to the decision: it stays in the caches
_NUMBERS = ("mean", "log_var", "kl")  # of a posterior
_BLOCK = 16_384  # tracks whose windows are looked at at once


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """Posterior of every track.

    Parameters
    ----------
    mean, log_var
        Shape (n_tracks, n_latent), float32.
    kl
        Shape (n_tracks, n_latent): KL to the prior in nats.
    alone
        By sense, the posterior that knows that sense only; empty where there are not two.
    """

    mean: FloatArray
    log_var: FloatArray
    kl: FloatArray
    alone: Mapping[str, Encoded] = field(default_factory=dict)

    def of(self, rows: BoolArray | IntArray | slice) -> Encoded:
        """Posteriors of some of the tracks."""
        return Encoded(
            mean=self.mean[rows],
            log_var=self.log_var[rows],
            kl=self.kl[rows],
            alone={sense: own.of(rows) for sense, own in self.alone.items()},
        )

    def arrays(self) -> dict[str, FloatArray]:
        """All of it by name; those of a sense begin with it."""
        found = {name: getattr(self, name) for name in _NUMBERS}
        for sense, own in self.alone.items():
            found |= {f"alone {sense} {name}": getattr(own, name) for name in _NUMBERS}
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, FloatArray]) -> Encoded:
        """Inverse of :meth:`arrays`, among other arrays."""
        senses = dict.fromkeys(name.split(" ")[1] for name in arrays if name.startswith("alone "))
        mean, log_var, kl = (arrays[name] for name in _NUMBERS)
        alone = {}
        for sense in senses:
            own = [arrays[f"alone {sense} {name}"] for name in _NUMBERS]
            alone[sense] = cls(mean=own[0], log_var=own[1], kl=own[2])
        return cls(mean=mean, log_var=log_var, kl=kl, alone=alone)

    @property
    def n_draws(self) -> int:
        """Posteriors to draw from, each by itself."""
        return max(1, len(self.alone))

    def drawn(self, noise: FloatArray) -> Encoded:
        """The same where the means are drawn from the posteriors.

        Parameters
        ----------
        noise
            Standard normal, (n_draws, n_latent), for all tracks alike, or
            (n_draws, n_tracks, n_latent).
        """
        mean = self.mean + noise[0] * np.exp(0.5 * self.log_var)
        alone = {
            sense: own.drawn(draw[None])
            for (sense, own), draw in zip(self.alone.items(), noise, strict=len(self.alone) > 0)
        }
        return dataclasses.replace(self, mean=mean.astype(np.float32), alone=alone)


def encode(model: Model, data: Batch, *, weights: Mapping[str, float] | None = None) -> Encoded:
    """Posterior of every track of `data`.

    Parameters
    ----------
    weights
        Of modalities, see :class:`songatlas.models.base.Batch`; None counts each once.
    """
    model.eval()
    device = next(model.parameters()).device

    @torch.no_grad()  # a matter of the thread
    def piece(rows: torch.Tensor) -> list[FloatArray]:
        batch = select(data, rows, device)
        posterior = model.inference(batch if weights is None else batch.weighted(weights))
        divergence = kl_to_standard_normal(posterior.mean, posterior.log_var)
        return [x.cpu().numpy() for x in (posterior.mean, posterior.log_var, divergence)]

    parts = each(piece, torch.split(torch.arange(data.n_tracks), PIECE))
    mean, log_var, kl = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Encoded(mean=mean, log_var=log_var, kl=kl)


@torch.no_grad()
def decode(
    model: Model, mean: FloatArray, condition: torch.Tensor, names: Collection[str] | None = None
) -> dict[str, FloatArray]:
    """Mean of p(x | z = `mean`) a modality, of `names` alone where that is given.

    Shapes are (n_tracks, 1 or n_observations, n_features).
    """
    model.eval()
    device = next(model.parameters()).device
    found: dict[str, FloatArray] = {}
    for rows in torch.split(torch.arange(len(mean)), PIECE):
        z = torch.from_numpy(mean[rows.numpy()]).to(device)
        for name, value in model.generative(z, condition[rows].to(device), names).items():
            made = value.cpu().numpy()
            if name not in found:
                found[name] = np.empty((len(mean), *made.shape[1:]), made.dtype)
            found[name][rows.numpy()] = made
    return found


def variance_explained(
    data: Batch, decoded: Mapping[str, FloatArray], *, order: IntArray | None = None
) -> dict[str, float]:
    """R² of the decoded means in every modality, over the tracks that have it.

    Parameters
    ----------
    decoded
        Output of :func:`decode`. A single decoded observation is compared with the mean of the
        track's observations, since it is meant for all of them.
    order
        Permutation of the tracks: row *i* is then judged against the decoded row ``order[i]``,
        the control of a model that knows nothing of the track.

    Returns
    -------
    dict
        1 − Σ residual² / Σ deviation² a modality, best 1; 0 is no better than the mean. NaN never
        occurs: a modality that nobody has, or that does not vary, is left out.
    """
    scores = {}
    for name, mean in decoded.items():
        parts = list(blocks(len(mean), _BLOCK))
        observed = partial(_observed, data, name, one=mean.shape[1] == 1)
        n: Any = 0
        sums: Any = 0
        for part in parts:
            x, mask = observed(part)
            n, sums = mask.sum(0) + n, np.where(mask[..., None], x, 0).sum(0) + sums
        centre = sums / np.maximum(n, 1)[:, None]
        total = residual = 0.0
        for part in parts:
            x, mask = observed(part)
            expected = mean[part] if order is None else mean[order[part]]
            total += _sum_of_squares(x - centre, mask)
            residual += _sum_of_squares(x - expected, mask)
        if total > 0:
            scores[name] = 1.0 - residual / total
    return scores


def _observed(data: Batch, name: str, rows: slice, *, one: bool) -> tuple[FloatArray, BoolArray]:
    """Observations of some tracks and their mask; with `one`, the mean of each track's."""
    x, mask = data.values[name][rows].numpy(), data.mask[name][rows].numpy()
    if not one:
        return x, mask
    n = mask.sum(1, keepdims=True)
    return (x.sum(1) / np.maximum(n, 1))[:, None], n > 0


def explained_beyond_chance(data: Batch, decoded: Mapping[str, FloatArray]) -> dict[str, float]:
    """Variance explained by a track's posterior less that by another's, at most about 1.

    Parameters
    ----------
    data
        Tracks in random order: the control gives each the posterior of the one before.
    decoded
        Output of :func:`decode` for the posterior means.

    Returns
    -------
    dict
        ``r2_`` and the name of each modality. 0: the model says the same of every track, or what
        it says is not about the track.
    """
    own = variance_explained(data, decoded)
    control = variance_explained(data, decoded, order=np.roll(np.arange(data.n_tracks), 1))
    # A model that says the same of everyone owes nothing to chance; a wrong guess is no credit.
    return {f"r2_{name}": value - max(control[name], 0.0) for name, value in own.items()}


def _sum_of_squares(x: FloatArray, mask: BoolArray) -> float:
    """Of the rows of the mask; `x` is used up, as a copy may be larger than all the rest."""
    np.square(x, out=x)
    return float((x if mask.all() else x[mask]).sum())
