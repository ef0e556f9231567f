"""A track is a set of observations of one latent: any number of windows, and its lyrics.

Generative process: z ~ N(0, I); every observation of modality *m* is N(decoder_m(z), diag σ_m²)
with σ_m learned. Inference: every observation is encoded to a Gaussian expert; the posterior is
the product of the experts and the prior, counted once. Observations of one modality depend on each
other, so *n* of them count as n / (1 + (n − 1) ρ) independent ones, in the likelihood and, with a
ρ that is learned, in the posterior.

References
----------
Wu & Goodman, NeurIPS 2018 (product of experts). Bouchacourt, Tomioka & Nowozin, AAAI 2018 (one
latent for a group). Rybkin, Daniilidis & Levine, ICML 2021 (learned decoder variance).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from songatlas.models.base import Batch, LossOutput, Model, Posterior
from songatlas.models.gaussian import (
    dependent_precision,
    kl_to_standard_normal,
    log_likelihood,
    product_of_experts,
)

_N_ENCODED = 4  # windows shown to the encoder in one training step; all are decoded
_RHO = 1.0  # in the likelihood: all windows of a track weigh as much as one


class TrackVAE(Model):
    """Product-of-experts VAE over sets of observations.

    Parameters
    ----------
    shapes
        (n_observations, n_features) a modality; only the features matter.
    n_latent
        Dimensions of z.
    hidden
        Width of the hidden layers.
    dropout
        Of the encoders' inputs, in training.
    modality_dropout
        Probability that a track is encoded from one of its modalities alone, in training.
    variational
        False for the plain autoencoder of the same architecture.
    n_conditions
        Columns of ``Batch.condition``, given to encoders and decoders.
    """

    exchangeable = True
    one_thread = True

    def __init__(
        self,
        shapes: dict[str, tuple[int, int]],
        *,
        n_latent: int = 32,
        hidden: int = 256,
        dropout: float = 0.3,
        modality_dropout: float = 0.2,
        variational: bool = True,
        n_conditions: int = 0,
    ) -> None:
        super().__init__()
        self.modalities = tuple(shapes)
        self.n_latent = n_latent
        self.variational = variational
        self.modality_dropout = modality_dropout
        self.encoders = nn.ModuleDict()
        self.decoders = nn.ModuleDict()
        self.log_noise = nn.ParameterDict()
        self.dependence = nn.ParameterDict()
        for name, (_, n_features) in shapes.items():
            self.encoders[name] = nn.Sequential(
                nn.Dropout(dropout),
                nn.Linear(n_features + n_conditions, hidden),
                nn.GELU(),
                nn.Linear(hidden, hidden),
                nn.GELU(),
                nn.Linear(hidden, 2 * n_latent),
            )
            self.decoders[name] = nn.Sequential(
                nn.Linear(n_latent + n_conditions, hidden),
                nn.GELU(),
                nn.Linear(hidden, n_features),
            )
            self.log_noise[name] = nn.Parameter(torch.zeros(n_features))
            self.dependence[name] = nn.Parameter(torch.zeros(()))

    def inference(self, batch: Batch) -> Posterior:
        """q(z | the observations whose mask is True): a product of experts."""
        means, precisions = [], []
        for name in self.modalities:
            mean, precision = self._expert(name, batch)
            means.append(mean)
            precisions.append(precision * batch.weight.get(name, 1.0))
        mean, log_var = product_of_experts(torch.stack(means, 1), torch.stack(precisions, 1))
        return Posterior(mean=mean, log_var=log_var)

    def _expert(self, name: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """One expert of all observations of a modality: mean and precision, (batch, n_latent)."""
        x, mask = batch.values[name], batch.mask[name]
        condition = batch.condition[:, None].expand(-1, x.shape[1], -1)
        encoded = self.encoders[name](torch.cat([x, condition], 2))
        mean, log_precision = encoded.chunk(2, -1)  # (batch, n_observations, n_latent) each
        precision = log_precision.clamp(-8.0, 8.0).exp() * mask[..., None]
        weighted = (mean * precision).sum(1) / precision.sum(1).clamp(min=1e-12)
        return weighted, dependent_precision(precision, torch.sigmoid(self.dependence[name]))

    def generative(self, z: Tensor, condition: Tensor) -> dict[str, Tensor]:
        """Mean of one observation of every modality, (batch, 1, n_features)."""
        z = torch.cat([z, condition], 1)
        return {name: self.decoders[name](z)[:, None] for name in self.modalities}

    def reconstruction(self, batch: Batch, decoded: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Negative tempered log-likelihood of a track's observations, in nats."""
        terms = {}
        for name, mean in decoded.items():
            mask = batch.mask[name]
            each = log_likelihood(batch.values[name], mean, self.log_noise[name]) * mask
            weight = 1 / (1 + (mask.sum(1) - 1).clamp(min=0) * _RHO)
            terms[name] = -(each.sum(1) * weight).mean()
        return terms

    def loss(self, batch: Batch, *, beta: float, generator: torch.Generator) -> LossOutput:
        """Negative ELBO a track, in nats: tempered log-likelihoods and β times the KL."""
        shown = self._hide(batch, generator) if self.training else batch
        posterior = self.inference(shown)
        decoded = self.generative(self.draw(posterior, generator), batch.condition)
        terms = self.reconstruction(batch, decoded)
        loss = torch.stack(list(terms.values())).sum()
        if self.variational:
            kl = kl_to_standard_normal(posterior.mean, posterior.log_var)
            terms["kl"] = kl.sum(1).mean()
            loss = loss + beta * terms["kl"]
        return LossOutput(loss=loss, terms=terms)

    def noise(self) -> dict[str, Tensor]:
        """Learned standard deviation of every feature."""
        return {name: torch.exp(0.5 * self.log_noise[name]) for name in self.modalities}

    def effective_beta(self, beta: float) -> float:
        """β itself: every term is a sum."""
        return beta

    def _hide(self, batch: Batch, generator: torch.Generator) -> Batch:
        """Show a few random windows of each track and, sometimes, one modality alone."""
        device = batch.condition.device
        values, mask = {}, {}
        for name in self.modalities:
            order = torch.rand(batch.mask[name].shape, generator=generator).to(device)
            order = order.masked_fill(~batch.mask[name], 2.0)  # absent observations come last
            chosen = order.argsort(1)[:, :_N_ENCODED]
            values[name] = batch.values[name].take_along_dim(chosen[..., None], 1)
            mask[name] = batch.mask[name].take_along_dim(chosen, 1)
        present = torch.stack([mask[name].any(1) for name in self.modalities], 1)
        score = torch.rand(present.shape, generator=generator).to(device) * present
        alone = torch.rand(batch.n_tracks, generator=generator).to(device) < self.modality_dropout
        kept = ~alone[:, None] | (
            score.argmax(1, keepdim=True) == torch.arange(score.shape[1], device=device)
        )
        for i, name in enumerate(self.modalities):
            mask[name] = mask[name] & kept[:, i, None]
            values[name] = values[name] * mask[name][..., None]
        return Batch(values=values, mask=mask, condition=batch.condition)
