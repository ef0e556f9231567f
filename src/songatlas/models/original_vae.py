"""The convolutional β-VAE of the experiment that this project starts from.

Kept exactly, faults included, as a baseline and to be repeated: its KL is averaged over 32
dimensions and its squared error over 5,070 cells, so that β = 1 weighs like β ≈ 79 in a loss of
sums, and the posterior collapses (``docs/explanation/original.md``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
import torch.nn.functional as F  # noqa: N812 - the name that torch documents
from torch import Tensor, nn

from songatlas.models.base import Batch, LossOutput, Model, Posterior
from songatlas.models.batches import select
from songatlas.models.gaussian import kl_to_standard_normal

_TEXT_WEIGHT = 0.1


class OriginalVAE(Model):
    """Convolutions over the first frames, dense layers over text, one Gaussian latent.

    Parameters
    ----------
    shapes
        (n_observations, n_features) a modality: ``{"audio": (130, 39), "text": (1, 64)}`` gives
        the original's 1,256,897 parameters.
    n_latent
        Dimensions of z.
    dropout
        Of the encoders.
    variational
        False for the plain autoencoder of the same architecture.
    n_conditions
        Columns of ``Batch.condition``, given to encoder and decoders.

    Examples
    --------
    >>> OriginalVAE({"audio": (130, 39), "text": (1, 64)}).n_parameters
    1256897
    """

    exchangeable = False
    one_thread = False

    def __init__(
        self,
        shapes: dict[str, tuple[int, int]],
        *,
        n_latent: int = 32,
        dropout: float = 0.1,
        variational: bool = True,
        n_conditions: int = 0,
    ) -> None:
        super().__init__()
        self.modalities = tuple(shapes)
        self.n_latent = n_latent
        self.variational = variational
        self.shapes = shapes
        n_hidden = n_conditions
        if "audio" in shapes:
            n_frames, n_features = shapes["audio"]
            self._grid = (128, _thrice_halved(n_features), _thrice_halved(n_frames))
            n_cells = self._grid[0] * self._grid[1] * self._grid[2]
            self.audio_encoder = _audio_encoder(dropout)
            self.audio_decoder = _audio_decoder(n_latent + n_conditions, self._grid, n_cells)
            n_hidden += n_cells
        if "text" in shapes:
            n_text = shapes["text"][1]
            self.text_encoder = nn.Sequential(
                nn.Linear(n_text, 64), nn.ReLU(), nn.Dropout(dropout), nn.Linear(64, 32), nn.ReLU()
            )
            self.text_decoder = nn.Sequential(
                nn.Linear(n_latent + n_conditions, 32),
                nn.ReLU(),
                nn.Linear(32, 64),
                nn.ReLU(),
                nn.Linear(64, n_text),
            )
            n_hidden += 32
        self.fc_mu = nn.Linear(n_hidden, n_latent)
        self.fc_logvar = nn.Linear(n_hidden, n_latent)
        nn.init.zeros_(self.fc_logvar.weight)
        nn.init.constant_(self.fc_logvar.bias, -2.0)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # the same numbers, a fifth faster on a CPU

    def pick(self, data: Batch, rows: Tensor, generator: torch.Generator) -> Batch:
        """Everything of the given tracks."""
        return select(data, rows)

    def inference(self, batch: Batch) -> Posterior:
        """q(z | audio, text); what is missing enters as zeros, the mean of the inputs."""
        hidden = [batch.condition]
        if "audio" in self.modalities:
            image = batch.values["audio"].transpose(1, 2)[:, None]  # (batch, 1, features, frames)
            hidden.append(self.audio_encoder(image))
        if "text" in self.modalities:
            hidden.append(self.text_encoder(batch.values["text"][:, 0]))
        joint = torch.cat(hidden, 1)
        return Posterior(mean=self.fc_mu(joint), log_var=self.fc_logvar(joint).clamp(-10.0, 2.0))

    def generative(
        self, z: Tensor, condition: Tensor, names: Collection[str] | None = None
    ) -> dict[str, Tensor]:
        """Mean of every cell: audio (batch, n_frames, n_features), text (batch, 1, n_text)."""
        z = torch.cat([z, condition], 1)
        decoded = {}
        if "audio" in self.modalities:
            n_frames, n_features = self.shapes["audio"]
            image = F.interpolate(
                self.audio_decoder(z), size=(n_features, n_frames), mode="bilinear"
            )
            decoded["audio"] = image[:, 0].transpose(1, 2)
        if "text" in self.modalities:
            decoded["text"] = self.text_decoder(z)[:, None]
        return {name: decoded[name] for name in names or decoded}

    def reconstruction(self, batch: Batch, decoded: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Mean squared error over the cells of each modality."""
        return {
            name: _masked_mean_square(batch.values[name] - mean, batch.mask[name])
            for name, mean in decoded.items()
        }

    def loss(self, batch: Batch, *, beta: float, generator: torch.Generator) -> LossOutput:
        """Mean squared errors plus β times the KL averaged over batch and dimensions."""
        posterior = self.inference(batch)
        decoded = self.generative(self.draw(posterior, generator), batch.condition)
        terms = self.reconstruction(batch, decoded)
        loss = torch.zeros((), device=batch.condition.device)
        for name, term in terms.items():
            loss = loss + (_TEXT_WEIGHT if name == "text" else 1.0) * term
        if self.variational:
            terms["kl"] = kl_to_standard_normal(posterior.mean, posterior.log_var).mean()
            loss = loss + beta * terms["kl"]
        return LossOutput(loss=loss, terms=terms)

    def noise(self) -> dict[str, Tensor]:
        """Ones: squared errors are likelihoods of unit noise, up to their weights."""
        return dict.fromkeys(self.modalities, torch.ones(()))

    def effective_beta(self, beta: float) -> float:
        """β · cells / (2 · n_latent · weight): 79 for audio at β = 1.

        For 5,070 cells and 32 dimensions; text alone, 64 cells at a weight of 0.1, has 10.
        """
        n_observations, n_features = self.shapes.get("audio") or self.shapes["text"]
        weight = 1.0 if "audio" in self.shapes else _TEXT_WEIGHT
        return beta * n_observations * n_features / (2 * self.n_latent * weight)


def _thrice_halved(n: int) -> int:
    return -(-n // 8)  # each stride-2 convolution with padding 1 rounds up


def _audio_encoder(dropout: float) -> nn.Sequential:
    layers: list[nn.Module] = []
    for n_in, n_out in ((1, 32), (32, 64), (64, 128)):
        layers += [
            nn.Conv2d(n_in, n_out, 3, stride=2, padding=1),
            nn.BatchNorm2d(n_out),
            nn.LeakyReLU(0.2),
        ]
        if n_out < 128:
            layers.append(nn.Dropout2d(dropout))
    return nn.Sequential(*layers, nn.Flatten())


def _audio_decoder(n_in: int, grid: tuple[int, int, int], n_cells: int) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Linear(n_in, n_cells), nn.Unflatten(1, grid)]
    for n_from, n_to in ((128, 64), (64, 32), (32, 1)):
        layers.append(nn.ConvTranspose2d(n_from, n_to, 3, stride=2, padding=1, output_padding=1))
        if n_to > 1:
            layers += [nn.BatchNorm2d(n_to), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers)


def _masked_mean_square(residual: Tensor, mask: Tensor) -> Tensor:
    """Mean over the observed cells; 0 where the batch has none."""
    n_cells = mask.sum() * residual.shape[-1]
    return (residual.square() * mask[..., None]).sum() / n_cells.clamp(min=1)
