"""Layers that begin as a linear model.

GELU(a) − GELU(−a) = a, so that pairs of hidden units of opposite sign pass a value on exactly. The
units that are left begin without a say.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from songatlas.models.factor_analysis import Factors


@torch.no_grad()
def start_linear(
    encoder: Sequence[nn.Linear], decoder: Sequence[nn.Linear], factors: Factors, shift: Tensor
) -> None:
    """Set the layers of a modality to its part of the linear model.

    Parameters
    ----------
    encoder, decoder
        Three layers, to mean and logarithm of the precision of z; and two, from z.
    factors
        Of no more dimensions than z has.
    shift
        Shape (n_shifts, n_features): what each of the first conditions adds to the features.
    """
    first, second, last = encoder
    n_latent = last.out_features // 2
    n_factors, n_features = factors.project.shape
    pair = torch.cat([torch.eye(n_factors), -torch.eye(n_factors)])  # a -> a, −a
    project = torch.zeros(n_factors, first.in_features)
    project[:, :n_features] = factors.project
    shifts = slice(n_features, n_features + len(shift))
    project[:, shifts] = -factors.project @ shift.T
    passed, log_precision = torch.zeros(n_latent), torch.full((n_latent,), -8.0)
    passed[:n_factors] = -factors.project @ factors.offset
    log_precision[:n_factors] = factors.precision.log().clamp(-8.0, 8.0)
    _set(first, pair @ project, torch.zeros(len(pair)))
    _set(second, pair @ pair.T, torch.zeros(len(pair)))
    last.weight.zero_()
    last.weight[:n_factors, : len(pair)] = pair.T
    last.bias.copy_(torch.cat([passed, log_precision]))
    first, last = decoder
    n_passed = n_factors + len(shift)
    pair = torch.cat([torch.eye(n_passed), -torch.eye(n_passed)])
    unpack = torch.zeros(n_passed, first.in_features)
    unpack[:n_factors, :n_factors] = torch.eye(n_factors)
    unpack[n_factors:, n_latent : n_latent + len(shift)] = torch.eye(len(shift))
    _set(first, pair @ unpack, torch.zeros(len(pair)))
    last.weight.zero_()
    last.weight[:, : len(pair)] = torch.cat([factors.loadings, shift.T], 1) @ pair.T
    last.bias.copy_(factors.offset)


def _set(layer: nn.Linear, weight: Tensor, bias: Tensor) -> None:
    """The first units of a linear layer, which listen to nothing that `weight` does not name."""
    n_out, n_in = weight.shape
    layer.weight[:n_out] = 0.0
    layer.weight[:n_out, :n_in] = weight
    layer.bias[:n_out] = bias
