"""Read a fitted model: posteriors of all tracks, decoded means, variance explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from songatlas.models.base import Batch, Model
from songatlas.models.batches import select
from songatlas.models.gaussian import kl_to_standard_normal
from songatlas.types import BoolArray, FloatArray, IntArray

PIECE = 256  # tracks at once, everywhere from the posterior to the decision: it stays in the caches


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """Posterior of every track.

    Parameters
    ----------
    mean, log_var
        Shape (n_tracks, n_latent), float32.
    kl
        Shape (n_tracks, n_latent): KL to the prior in nats.
    """

    mean: FloatArray
    log_var: FloatArray
    kl: FloatArray

    def of(self, rows: BoolArray | IntArray | slice) -> Encoded:
        """Posteriors of some of the tracks."""
        return Encoded(mean=self.mean[rows], log_var=self.log_var[rows], kl=self.kl[rows])


@torch.no_grad()
def encode(model: Model, data: Batch, *, weights: Mapping[str, float] | None = None) -> Encoded:
    """Posterior of every track of `data`, from all or only some `modalities`.

    Parameters
    ----------
    weights
        Of modalities, see :class:`songatlas.models.base.Batch`; None counts each once.
    """
    model.eval()
    device = next(model.parameters()).device
    parts = []
    for rows in torch.split(torch.arange(data.n_tracks), PIECE):
        batch = select(data, rows, device)
        posterior = model.inference(batch if weights is None else batch.weighted(weights))
        divergence = kl_to_standard_normal(posterior.mean, posterior.log_var)
        parts.append([x.cpu().numpy() for x in (posterior.mean, posterior.log_var, divergence)])
    mean, log_var, kl = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Encoded(mean=mean, log_var=log_var, kl=kl)


@torch.no_grad()
def decode(model: Model, mean: FloatArray, condition: torch.Tensor) -> dict[str, FloatArray]:
    """Mean of p(x | z = `mean`) a modality: (n_tracks, 1 or n_observations, n_features)."""
    model.eval()
    device = next(model.parameters()).device
    parts: dict[str, list[FloatArray]] = {name: [] for name in model.modalities}
    for rows in torch.split(torch.arange(len(mean)), PIECE):
        z = torch.from_numpy(mean[rows.numpy()]).to(device)
        for name, value in model.generative(z, condition[rows].to(device)).items():
            parts[name].append(value.cpu().numpy())
    return {name: np.concatenate(values) for name, values in parts.items()}


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
        x, mask = data.values[name].numpy(), data.mask[name].numpy()
        mean = mean if order is None else mean[order]
        if mean.shape[1] == 1:
            n = mask.sum(1, keepdims=True)
            x = (x.sum(1) / np.maximum(n, 1))[:, None]
            mask = n > 0
        if not mask.any():
            continue
        known = x if mask.all() else np.where(mask[..., None], x, 0)
        centre = known.sum(0) / np.maximum(mask.sum(0), 1)[:, None]
        total = _sum_of_squares(x - centre, mask)
        if total > 0:
            scores[name] = 1.0 - _sum_of_squares(x - mean, mask) / total
    return scores


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
    return beyond_chance(data, decode(model, encode(model, data).mean, data.condition))


def beyond_chance(data: Batch, decoded: Mapping[str, FloatArray]) -> dict[str, float]:
    """The same of what was decoded from the posterior means."""
    own = variance_explained(data, decoded)
    control = variance_explained(data, decoded, order=np.roll(np.arange(data.n_tracks), 1))
    # A model that says the same of everyone owes nothing to chance; a wrong guess is no credit.
    return {f"r2_{name}": value - max(control[name], 0.0) for name, value in own.items()}


def _sum_of_squares(x: FloatArray, mask: BoolArray) -> float:
    """Of the rows of the mask; `x` is used up, as a copy may be larger than all the rest."""
    np.square(x, out=x)
    return float((x if mask.all() else x[mask]).sum())
