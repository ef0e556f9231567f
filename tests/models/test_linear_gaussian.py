"""On linear-Gaussian data the ELBO has a closed form: the evidence of factor analysis."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.distributions import MultivariateNormal

from songatlas.models.base import Batch, Posterior
from songatlas.models.track_vae import TrackVAE

N_LATENT = 3
SHAPES = {"audio": (1, 6), "text": (1, 4)}
SIGMA_POINTS = math.sqrt(N_LATENT) * torch.cat([torch.eye(N_LATENT), -torch.eye(N_LATENT)])


class FactorAnalysis(TrackVAE):
    """Linear encoders and decoders, and draws whose average is exact for a quadratic.

    E[f(z)] of a quadratic f under a Gaussian is the mean of f at ±√n standard deviations along
    each of the n axes.
    """

    point: Tensor

    def draw(self, posterior: Posterior, generator: torch.Generator) -> Tensor:
        return posterior.mean + self.point * torch.exp(0.5 * posterior.log_var)


def make_model(*, shift: float = 0.0, sharpen: float = 1.0) -> FactorAnalysis:
    """A model whose q is the exact posterior, unless its experts are shifted or sharpened.

    The columns of every decoder are orthogonal in units of the noise, so that the posterior of
    the factors is diagonal.
    """
    rng = np.random.default_rng(0)
    model = FactorAnalysis(SHAPES, n_latent=N_LATENT)
    for name, (_, n_features) in SHAPES.items():
        sd = rng.uniform(0.5, 1.5, n_features)
        axes = np.linalg.qr(rng.normal(size=(n_features, N_LATENT)))[0]
        precision = rng.uniform(0.5, 3.0, N_LATENT)
        W, b = sd[:, None] * axes * np.sqrt(precision), rng.normal(size=n_features)
        project = (W / sd[:, None] ** 2).T / precision[:, None]  # x − b to the expert's mean
        decoder = nn.Linear(N_LATENT, n_features)
        encoder = nn.Linear(n_features, 2 * N_LATENT)
        with torch.no_grad():
            decoder.weight.copy_(torch.from_numpy(W))
            decoder.bias.copy_(torch.from_numpy(b))
            encoder.weight.copy_(torch.from_numpy(np.vstack([project, np.zeros_like(project)])))
            encoder.bias.copy_(
                torch.from_numpy(np.append(shift - project @ b, np.log(precision * sharpen)))
            )
            model.log_noise[name].copy_(torch.from_numpy(2 * np.log(sd)))
        model.encoders[name], model.decoders[name] = encoder, decoder
    return model.double().eval()


def make_data(has: Mapping[str, bool]) -> Batch:
    generator = torch.Generator().manual_seed(1)
    values, mask = {}, {}
    for name, (_, n_features) in SHAPES.items():
        x = 2 * torch.randn((5, 1, n_features), generator=generator, dtype=torch.float64)
        values[name], mask[name] = x * has[name], torch.full((5, 1), has[name])
    return Batch(values=values, mask=mask, condition=torch.zeros(5, 0, dtype=torch.float64))


def elbo(model: FactorAnalysis, data: Batch) -> float:
    total = 0.0
    for point in SIGMA_POINTS.double():
        model.point = point
        total -= model.loss(data, beta=1.0, generator=torch.Generator()).loss.item()
    return total / len(SIGMA_POINTS)


def joint(model: FactorAnalysis, data: Batch, has: Mapping[str, bool]) -> tuple[Tensor, ...]:
    """What is observed, the loadings, the offsets and the noise variances, side by side."""
    names = [name for name in SHAPES if has[name]]
    x = torch.cat([data.values[name][:, 0] for name in names], 1)
    W = torch.cat([model.decoders[name].weight for name in names])
    b = torch.cat([model.decoders[name].bias for name in names])
    variance = torch.cat([model.log_noise[name].exp() for name in names])
    return x, W, b, variance


def log_evidence(model: FactorAnalysis, data: Batch, has: Mapping[str, bool]) -> float:
    x, W, b, variance = joint(model, data, has)
    return MultivariateNormal(b, W @ W.T + torch.diag(variance)).log_prob(x).mean().item()


HAS = [
    {"audio": True, "text": True},
    {"audio": True, "text": False},
    {"audio": False, "text": True},
]


@pytest.mark.parametrize("has", HAS)
def test_the_elbo_of_the_exact_posterior_is_the_evidence(has: Mapping[str, bool]) -> None:
    model, data = make_model(), make_data(has)
    assert elbo(model, data) == pytest.approx(log_evidence(model, data, has), abs=1e-5)


@pytest.mark.parametrize("has", HAS)
def test_the_posterior_is_that_of_factor_analysis(has: Mapping[str, bool]) -> None:
    model, data = make_model(), make_data(has)
    x, W, b, variance = joint(model, data, has)
    covariance = torch.linalg.inv(torch.eye(N_LATENT) + W.T @ (W / variance[:, None]))
    found = model.inference(data)
    expected = (x - b) / variance @ W @ covariance
    torch.testing.assert_close(found.mean, expected, atol=1e-6, rtol=0)
    variances = torch.diag(covariance).expand_as(found.log_var)
    torch.testing.assert_close(found.log_var.exp(), variances, atol=1e-6, rtol=0)


@pytest.mark.parametrize("change", [{"shift": 0.3}, {"sharpen": 2.0}, {"sharpen": 0.5}])
def test_any_other_posterior_loses_its_divergence_from_the_exact_one(
    change: Mapping[str, float],
) -> None:
    has = HAS[0]
    data, exact, other = make_data(has), make_model(), make_model(**change)
    p, q = exact.inference(data), other.inference(data)
    ratio = (q.log_var - p.log_var).exp()
    distance = (q.mean - p.mean).square() * torch.exp(-p.log_var)
    divergence = 0.5 * (ratio + distance - 1 - ratio.log()).sum(1).mean().item()
    assert divergence > 0.01
    expected = log_evidence(exact, data, has) - divergence
    assert elbo(other, data) == pytest.approx(expected, abs=1e-5)
