"""What every model is: encoders to q(z), decoders from z, a loss with named terms."""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from songatlas.models.gaussian import sample
from songatlas.models.summary import Summary
from songatlas.types import BoolArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some tracks as tensors.

    Parameters
    ----------
    values
        A tensor a modality, (batch, n_observations, n_features), zero where `mask` is False.
    mask
        A boolean tensor a modality, (batch, n_observations).
    condition
        (batch, n_conditions): one-hot side information, with no columns for an unconditional
        model.
    weight
        How much the evidence of a modality counts in the posterior, at least 0; 1 where it is not
        named. The posterior alone is concerned: the likelihood counts everything that is observed.
    summary
        Sufficient statistics of what the likelihood counts, where that is more than `values`, or
        known already; without them they are those of `values`.
    """

    values: Mapping[str, Tensor]
    mask: Mapping[str, Tensor]
    condition: Tensor
    weight: Mapping[str, float] = field(default_factory=dict)
    summary: Mapping[str, Summary] = field(default_factory=dict)

    @property
    def n_tracks(self) -> int:
        """Number of tracks."""
        return len(self.condition)

    def of(self, rows: BoolArray | IntArray | slice) -> Batch:
        """Some of the tracks."""
        return dataclasses.replace(
            self,
            values={name: value[rows] for name, value in self.values.items()},
            mask={name: mask[rows] for name, mask in self.mask.items()},
            condition=self.condition[rows],
        )

    def only(self, modalities: tuple[str, ...]) -> Batch:
        """The same tracks with every other modality absent."""
        mask = {
            name: mask if name in modalities else torch.zeros_like(mask)
            for name, mask in self.mask.items()
        }
        values = {name: value * mask[name][..., None] for name, value in self.values.items()}
        return Batch(values=values, mask=mask, condition=self.condition)

    def weighted(self, weight: Mapping[str, float]) -> Batch:
        """The same tracks with other weights; a modality of weight 0 is absent."""
        heard = tuple(name for name in self.mask if weight.get(name, 1.0) > 0)
        return dataclasses.replace(self.only(heard), weight=dict(weight))


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """Diagonal Gaussian a track: `mean` and `log_var`, (batch, n_latent)."""

    mean: Tensor
    log_var: Tensor


@dataclass(frozen=True, kw_only=True)
class LossOutput:
    """Scalar `loss` to minimise, and the terms that it is made of, averaged over tracks."""

    loss: Tensor
    terms: Mapping[str, Tensor]


class Model(nn.Module, abc.ABC):
    """A (variational) autoencoder of tracks.

    Attributes
    ----------
    modalities
        Names of the modalities that it encodes and decodes.
    n_latent
        Dimensions of z.
    variational
        False for a plain autoencoder: z is the mean, and the KL term is left out.
    exchangeable
        Whether the observations of a track are a set, any of which may be absent.
    one_thread
        Whether its layers are so small that a second thread costs more than it gives.
    """

    modalities: tuple[str, ...]
    n_latent: int
    variational: bool
    exchangeable: bool
    one_thread: bool

    def start(self, data: Batch) -> None:
        """Set the parameters to a solution in closed form, where there is one, before training."""

    def prepare(self, data: Batch) -> Batch:
        """`data` with what :meth:`pick` needs of it every time, computed once."""
        return data

    @abc.abstractmethod
    def pick(self, data: Batch, rows: Tensor, generator: torch.Generator) -> Batch:
        """What a step of training is shown of some tracks; `generator` draws what is left out.

        Parameters
        ----------
        data
            From :meth:`prepare`, on the device of the model, as `rows` and `generator` are.
        """

    @abc.abstractmethod
    def inference(self, batch: Batch) -> Posterior:
        """q(z | everything observed of the track), each modality to the power of its weight."""

    @abc.abstractmethod
    def generative(
        self, z: Tensor, condition: Tensor, names: Collection[str] | None = None
    ) -> dict[str, Tensor]:
        """Mean of p(x | z): (batch, 1 or n_observations, n_features) a modality of `names`, or all.

        One observation stands for all of them: the model says the same of each.
        """

    @abc.abstractmethod
    def reconstruction(self, batch: Batch, decoded: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """What it costs to find `batch` where `decoded` was expected, a scalar a modality.

        For exchangeable observations `decoded` may be that of several draws of all tracks, one
        after the other; the cost is their average.
        """

    @abc.abstractmethod
    def loss(self, batch: Batch, *, beta: float, generator: torch.Generator) -> LossOutput:
        """Objective of one batch; `generator` draws all its noise."""

    @abc.abstractmethod
    def noise(self) -> dict[str, Tensor]:
        """Standard deviation of p(x | z): (n_features,) a modality, or a scalar."""

    @abc.abstractmethod
    def effective_beta(self, beta: float) -> float:
        """β in a loss whose KL and log-likelihood (unit noise) are sums over dimensions."""

    def draw(self, posterior: Posterior, generator: torch.Generator) -> Tensor:
        """Draw z of the objective: one sample, or the mean of a plain autoencoder."""
        if self.variational:
            return sample(posterior.mean, posterior.log_var, generator)
        return posterior.mean

    def mirrored(self, posterior: Posterior, generator: torch.Generator) -> Tensor:
        """A draw of every track, then its mirror image in the mean: (2 · batch, n_latent).

        What is odd in the noise cancels, so that two such draws say more than two others. Once
        (batch, n_latent) for a plain autoencoder.
        """
        z = self.draw(posterior, generator)
        return torch.cat([z, 2 * posterior.mean - z]) if self.variational else z

    @property
    def n_parameters(self) -> int:
        """Number of trainable parameters."""
        return sum(p.numel() for p in self.parameters() if p.requires_grad)
