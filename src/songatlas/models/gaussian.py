"""Diagonal Gaussians in closed form.

Conventions
-----------
``log_var`` is the natural logarithm of the variance; divergences and likelihoods are in nats; sums
run over the last axis.
"""

from __future__ import annotations

import torch
from torch import Tensor


def kl_to_standard_normal(mean: Tensor, log_var: Tensor) -> Tensor:
    """KL(N(mean, exp log_var) ‖ N(0, 1)) of every dimension, same shape as `mean`.

    Examples
    --------
    >>> kl_to_standard_normal(torch.tensor([0.0, 2.0]), torch.zeros(2)).tolist()
    [0.0, 2.0]
    """
    return 0.5 * (mean.square() + log_var.exp() - 1.0 - log_var)


def product_of_experts(mean: Tensor, precision: Tensor) -> tuple[Tensor, Tensor]:
    """Product of Gaussian experts and one N(0, 1) prior.

    Parameters
    ----------
    mean, precision
        Shape (batch, n_experts, n_latent). An expert that is absent has precision 0, which is
        also what an expert that knows nothing has.

    Returns
    -------
    mean, log_var
        Shape (batch, n_latent). Without any expert: the prior.

    References
    ----------
    Wu & Goodman, "Multimodal generative models for scalable weakly-supervised learning",
    NeurIPS 2018.

    Examples
    --------
    >>> mean, log_var = product_of_experts(torch.tensor([[[3.0]]]), torch.tensor([[[2.0]]]))
    >>> mean.item(), round(log_var.exp().item(), 4)
    (2.0, 0.3333)
    """
    total = 1.0 + precision.sum(1)  # (batch, n_experts, n_latent) -> (batch, n_latent)
    return (mean * precision).sum(1) / total, -total.log()


def dependent_precision(precision: Tensor, rho: Tensor | float) -> Tensor:
    """Precision of several experts that depend on each other, counted together.

    The sharpest counts whole. Every further one, the sharpest first, counts by how much one more of
    n equal ones with the correlation `rho` would add: n equal ones have n / (1 + (n − 1) `rho`)
    times the precision of one. So one more expert never takes anything away, however little it
    knows.

    Parameters
    ----------
    precision
        Shape (batch, n_experts, n_latent), at least 0.
    rho
        In [0, 1]: 0 is a plain product of experts, 1 the sharpest expert alone.

    Returns
    -------
    Shape (batch, n_latent).

    Examples
    --------
    >>> equal, unequal = torch.full((1, 3, 1), 2.0), torch.tensor([[[2.0], [0.0], [0.1]]])
    >>> dependent_precision(equal, 0.5).item(), dependent_precision(equal, 1.0).item()
    (3.0, 2.0)
    >>> round(dependent_precision(unequal, 0.5).item(), 4)
    2.0333
    """
    n = torch.arange(precision.shape[1] + 1, device=precision.device, dtype=precision.dtype)
    counted = n / (1 + (n - 1).clamp(min=0) * rho)  # how many independent ones n are worth
    ordered = precision.sort(1, descending=True).values
    return (ordered * counted.diff()[:, None]).sum(1)


def sample(mean: Tensor, log_var: Tensor, generator: torch.Generator) -> Tensor:
    """One reparameterised draw a row."""
    noise = torch.randn(
        mean.shape, generator=generator, dtype=mean.dtype, device=generator.device
    ).to(mean.device)
    return mean + torch.exp(0.5 * log_var) * noise
