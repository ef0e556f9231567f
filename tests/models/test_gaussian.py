"""Gaussians against torch.distributions and numerical integration."""

import math

import torch
from torch.distributions import Normal, kl_divergence

from songatlas.models.gaussian import (
    kl_to_standard_normal,
    product_of_experts,
    sample,
)


def test_kl_equals_torch() -> None:
    mean, log_var = torch.randn(5, 3), torch.randn(5, 3)
    expected = kl_divergence(Normal(mean, (log_var / 2).exp()), Normal(0.0, 1.0))
    torch.testing.assert_close(kl_to_standard_normal(mean, log_var), expected)


def test_product_is_the_normalised_density_with_the_prior_once() -> None:
    means = torch.tensor([[[1.0], [-0.5], [2.0]]], dtype=torch.float64)
    precisions = torch.tensor([[[2.0], [0.7], [0.0]]], dtype=torch.float64)
    grid = torch.linspace(-12, 12, 200_001, dtype=torch.float64)
    density = Normal(0.0, 1.0).log_prob(grid)
    for mean, precision in zip(means[0, :2, 0], precisions[0, :2, 0], strict=True):
        density = density + Normal(mean, precision**-0.5).log_prob(grid)
    weights = torch.softmax(density, 0)
    expected = (weights * grid).sum()
    variance = (weights * (grid - expected) ** 2).sum()
    mean, log_var = product_of_experts(means, precisions)
    torch.testing.assert_close(mean.squeeze(), expected, atol=1e-8, rtol=0)
    torch.testing.assert_close(log_var.exp().squeeze(), variance, atol=1e-8, rtol=0)


def test_no_expert_leaves_the_prior() -> None:
    mean, log_var = product_of_experts(torch.randn(2, 3, 4), torch.zeros(2, 3, 4))
    assert mean.abs().max() == 0
    assert log_var.abs().max() == 0


def test_order_of_experts_does_not_matter() -> None:
    mean, precision = torch.randn(2, 5, 3).double(), torch.rand(2, 5, 3).double()
    order = torch.tensor([3, 0, 4, 1, 2])
    for one, other in zip(
        product_of_experts(mean, precision),
        product_of_experts(mean[:, order], precision[:, order]),
        strict=True,
    ):
        torch.testing.assert_close(one, other)


def test_samples_have_the_moments() -> None:
    mean, log_var = torch.full((20_000, 1), 3.0), torch.full((20_000, 1), math.log(4.0))
    z = sample(mean, log_var, torch.Generator().manual_seed(0))
    assert abs(z.mean().item() - 3) < 0.05
    assert abs(z.std().item() - 2) < 0.05
