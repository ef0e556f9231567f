"""A track is a set of observations of one latent: any number of windows, and its lyrics.

Generative process: z ~ N(0, I); every observation of modality *m* is N(decoder_m(z), diag σ_m²)
with σ_m learned. Inference: every observation is encoded to a Gaussian expert; the posterior is
the product of the experts and the prior, counted once. Observations of one modality depend on each
other, so *n* of them count as n / (1 + (n − 1) ρ) independent ones: in the posterior with a ρ that
is learned, in the likelihood with ρ = 1, all of a track's as much as one.

References
----------
Wu & Goodman, NeurIPS 2018 (product of experts). Bouchacourt, Tomioka & Nowozin, AAAI 2018 (one
latent for a group). Rybkin, Daniilidis & Levine, ICML 2021 (learned decoder variance).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from songatlas.models.base import Batch, LossOutput, Model, Posterior
from songatlas.models.factor_analysis import by_condition, fit_factors
from songatlas.models.gaussian import dependent_precision, kl_to_standard_normal, product_of_experts
from songatlas.models.linear_start import start_linear
from songatlas.models.summary import Summary, expected_log_likelihood, summarise

_N_ENCODED = 4  # windows shown to the encoder in one training step; all are decoded
_NARROW = 0.2  # features for every hidden unit, below which half of these do
_START_NOISE = 0.5  # of the logarithm that fits: while noise is thought small, z takes more in


class TrackVAE(Model):
    """Product-of-experts VAE over sets of observations.

    Parameters
    ----------
    shapes
        (n_observations, n_features) a modality; only the features matter.
    n_latent
        Dimensions of z.
    hidden
        Width of the hidden layers; of a modality of few features half of it.
    dropout
        Of the encoders' inputs, in training.
    modality_dropout
        Share in the objective, in training, of a track's posteriors from one of its modalities
        alone; that of all together has the rest.
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
        self.dropout = dropout
        self.modality_dropout = modality_dropout
        self.encoders = nn.ModuleDict()
        self.decoders = nn.ModuleDict()
        self.log_noise = nn.ParameterDict()
        self.dependence = nn.ParameterDict()
        self.n_conditions = n_conditions
        for name, (_, n_features) in shapes.items():
            narrow = n_features < _NARROW * hidden
            self._add(name, n_features, max(hidden // 4, 2) if narrow else hidden)
            self.log_noise[name] = nn.Parameter(torch.zeros(n_features))
            self.dependence[name] = nn.Parameter(torch.zeros(()))

    def _add(self, name: str, n_features: int, hidden: int) -> None:
        """Encoder and decoder of a modality, of a width."""
        self.encoders[name] = nn.Sequential(
            nn.Identity(),  # so that parameters keep the names they were saved under
            nn.Linear(n_features + self.n_conditions, hidden),
            nn.GELU(),
            nn.Linear(hidden, hidden),
            nn.GELU(),
            nn.Linear(hidden, 2 * self.n_latent),
        )
        self.decoders[name] = nn.Sequential(
            nn.Linear(self.n_latent + self.n_conditions, hidden),
            nn.GELU(),
            nn.Linear(hidden, n_features),
        )

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Any:
        """As of any module; of a model that an earlier songatlas made wider, it takes the width."""
        for name, noise in self.log_noise.items():
            width = len(state_dict[f"encoders.{name}.1.weight"])
            if width != self._layers(name)[0][0].out_features:
                self._add(name, len(noise), width)
        return super().load_state_dict(state_dict, strict, assign)

    @torch.no_grad()
    def start(self, data: Batch) -> None:
        """Begin at the linear model of the same generative process, whose fit has a closed form."""
        n_features = sum(len(noise) for noise in self.log_noise.values())
        width = min(self._layers(name)[1][0].out_features for name in self.modalities)
        n_shifts = min(self.n_conditions, width // 4)  # of more conditions, the first
        n_factors = min(self.n_latent, width // 2 - n_shifts, n_features)
        found = {name: self._summary(data, name) for name in self.modalities}
        condition = data.condition[:, :n_shifts]
        shifts = {name: by_condition(summary, condition) for name, summary in found.items()}
        rest = {name: found[name].shifted(-condition @ shift) for name, shift in shifts.items()}
        for name, factors in fit_factors(rest, n_factors).items():
            start_linear(*self._layers(name), factors, shifts[name])
            self.log_noise[name].copy_(_START_NOISE * factors.noise.log())

    def _layers(self, name: str) -> tuple[list[nn.Linear], list[nn.Linear]]:
        """Linear layers of encoder and decoder."""
        encoder, decoder = (
            [layer for layer in network.modules() if isinstance(layer, nn.Linear)]
            for network in (self.encoders[name], self.decoders[name])
        )
        return encoder, decoder

    def prepare(self, data: Batch) -> Batch:
        """`data` with the sufficient statistics of every track."""
        return dataclasses.replace(
            data, summary={name: self._summary(data, name) for name in self.modalities}
        )

    def pick(self, data: Batch, rows: Tensor, generator: torch.Generator) -> Batch:
        """A few random windows of each track, a share of their inputs dropped."""
        device = data.condition.device
        values, mask = {}, {}
        for name in self.modalities:
            heard = data.mask[name][rows]
            order = torch.rand(heard.shape, generator=generator, device=device)
            order = order.masked_fill(~heard, 2.0)  # absent observations come last
            chosen = order.argsort(1)[:, :_N_ENCODED]
            mask[name] = heard.take_along_dim(chosen, 1)
            place = (rows[:, None] * heard.shape[1] + chosen).flatten()
            x = data.values[name].flatten(0, 1).index_select(0, place)
            kept = mask[name].flatten()[:, None].to(x.dtype) / (1 - self.dropout)
            if self.dropout:
                chance = torch.rand(x.shape, generator=generator, device=device)
                kept = kept * (chance >= self.dropout).to(x.dtype)
            values[name] = (x * kept).view(*chosen.shape, -1)
        return Batch(
            values=values,
            mask=mask,
            condition=data.condition[rows],
            summary={name: summary.of(rows) for name, summary in data.summary.items()},
        )

    def inference(self, batch: Batch) -> Posterior:
        """q(z | the observations whose mask is True): a product of experts."""
        mean, log_var = product_of_experts(*self._experts(batch))
        return Posterior(mean=mean, log_var=log_var)

    def _experts(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """One expert a modality: means and precisions, (batch, n_modalities, n_latent) each."""
        nothing = batch.condition.new_zeros(batch.n_tracks, self.n_latent)
        means, precisions = [], []
        for name in self.modalities:
            weight = batch.weight.get(name, 1.0)
            mean, precision = self._expert(name, batch) if weight else (nothing, nothing)
            means.append(mean)
            precisions.append(precision * weight)
        return torch.stack(means, 1), torch.stack(precisions, 1)

    def _expert(self, name: str, batch: Batch) -> tuple[Tensor, Tensor]:
        """One expert of all observations of a modality: mean and precision, (batch, n_latent)."""
        x, mask = batch.values[name], batch.mask[name]
        condition = batch.condition[:, None].expand(-1, x.shape[1], -1)
        encoded = self.encoders[name](torch.cat([x, condition], 2))
        mean, log_precision = encoded.chunk(2, -1)  # (batch, n_observations, n_latent) each
        precision = log_precision.clamp(-8.0, 8.0).exp() * mask[..., None]
        weighted = (mean * precision).sum(1) / precision.sum(1).clamp(min=1e-12)
        return weighted, dependent_precision(precision, torch.sigmoid(self.dependence[name]))

    def generative(
        self, z: Tensor, condition: Tensor, names: Collection[str] | None = None
    ) -> dict[str, Tensor]:
        """Mean of one observation of every modality, (batch, 1, n_features)."""
        z = torch.cat([z, condition], 1)
        named = self.modalities if names is None else names
        return {name: self.decoders[name](z)[:, None] for name in named}

    def reconstruction(self, batch: Batch, decoded: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Negative tempered log-likelihood of a track's observations, in nats."""
        n_draws = len(next(iter(decoded.values()))) // batch.n_tracks
        share = batch.condition.new_full((n_draws, batch.n_tracks), 1 / n_draws)
        return self._cost(batch, decoded, share)

    def _cost(
        self, batch: Batch, decoded: Mapping[str, Tensor], share: Tensor
    ) -> dict[str, Tensor]:
        """The same where draws have shares of their own, (n_draws, batch)."""
        terms = {}
        for name, mean in decoded.items():
            mean = mean.view(*share.shape, -1)
            found = self._summary(batch, name)
            total = expected_log_likelihood(found, mean, self.log_noise[name], share)
            terms[name] = -total / batch.n_tracks
        return terms

    def _summary(self, batch: Batch, name: str) -> Summary:
        known = batch.summary.get(name)
        return summarise(batch.values[name], batch.mask[name]) if known is None else known

    def loss(self, batch: Batch, *, beta: float, generator: torch.Generator) -> LossOutput:
        """Negative ELBO a track, in nats: tempered log-likelihoods and β times the KL.

        In training it is averaged over what the track is encoded from, one modality or all.
        """
        posterior, share = self._posteriors(batch)
        z, weight = self.mirrored(posterior, generator), share
        if self.variational:  # one draw of every way, and the mirror image of the first
            z = z[: len(posterior.mean) + batch.n_tracks]
            weight = torch.cat([share[:1] / 2, share[1:], share[:1] / 2])
        decoded = self.generative(z, batch.condition.repeat(len(weight), 1))
        terms = self._cost(batch, decoded, weight)
        loss = torch.stack(list(terms.values())).sum()
        if self.variational:
            kl = kl_to_standard_normal(posterior.mean, posterior.log_var).sum(1)
            terms["kl"] = kl @ share.flatten() / batch.n_tracks
            loss = loss + beta * terms["kl"]
        return LossOutput(loss=loss, terms=terms)

    def _posteriors(self, batch: Batch) -> tuple[Posterior, Tensor]:
        """All that a track may be encoded from, (n_ways · batch, n_latent), and their shares.

        The first way is everything together. In training every modality alone follows, since its
        expert is there already; shares are (n_ways, batch), 1 in sum.
        """
        means, precisions = self._experts(batch)
        mean, log_var = product_of_experts(means, precisions)
        everything = batch.condition.new_ones(1, batch.n_tracks)
        if not self.training or not self.modality_dropout or len(self.modalities) == 1:
            return Posterior(mean=mean, log_var=log_var), everything
        present = torch.stack([batch.mask[name].any(1) for name in self.modalities])
        alone = self.modality_dropout * present / present.sum(0).clamp(min=1)
        # (batch, n_modalities, n_latent) -> (n_modalities · batch, 1, n_latent)
        single = [x.transpose(0, 1).flatten(0, 1)[:, None] for x in (means, precisions)]
        own_mean, own_log_var = product_of_experts(*single)
        posterior = Posterior(
            mean=torch.cat([mean, own_mean]), log_var=torch.cat([log_var, own_log_var])
        )
        return posterior, torch.cat([everything - alone.sum(0), alone])

    def noise(self) -> dict[str, Tensor]:
        """Learned standard deviation of every feature."""
        return {name: torch.exp(0.5 * self.log_noise[name]) for name in self.modalities}

    def effective_beta(self, beta: float) -> float:
        """β itself: every term is a sum."""
        return beta
