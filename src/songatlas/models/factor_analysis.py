"""The linear model of the same generative process, in closed form: where training starts.

Of a track, ȳ is the mean of its observations, all modalities side by side, and v their scatter.
The model says ȳ = b + W z + ε with z ~ N(0, I) and ε ~ N(0, diag s²), where s² is also the variance
of a single observation, so that v is part of it. W follows from the principal axes of ȳ in units of
s, and s² from what W leaves over; a few turns of both are enough.

References
----------
Tipping & Bishop, "Probabilistic principal component analysis", J. Royal Statistical Society B
61(3), 1999. Rubin & Thayer, "EM algorithms for ML factor analysis", Psychometrika 47, 1982.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from songatlas.models.summary import Summary

_N_TURNS = 5
_LEAST_SIGNAL = 1e-2  # of an axis that says nothing: it may learn to
_LEAST_NOISE = 0.1  # share of a feature's variance that is noise, where tracks are few
_LEAST_VARIANCE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Factors:
    """Linear Gaussian model of one modality, float32.

    Parameters
    ----------
    offset, noise
        Shape (n_features,): b and s².
    loadings
        Shape (n_features, n_factors): W.
    project
        Shape (n_factors, n_features): z expected of y − b by this modality alone, without prior.
    precision
        Shape (n_factors,): of that expectation, the diagonal of Wᵀ diag(1 / s²) W.
    """

    offset: Tensor
    noise: Tensor
    loadings: Tensor
    project: Tensor
    precision: Tensor


def by_condition(found: Summary, condition: Tensor) -> Tensor:
    """What every condition adds to the tracks' average, (n_conditions, n_features), float32.

    Parameters
    ----------
    condition
        Shape (n_tracks, n_conditions), one-hot; 0 where unknown.
    """
    known = condition.double() * found.present[:, None]
    mean = found.mean.double()
    average = found.present.double() @ mean / found.present.sum().double().clamp(min=1)
    n = known.sum(0).clamp(min=1)[:, None]
    return ((known.T @ (mean - average)) / n).float()


def fit_factors(found: Mapping[str, Summary], n_factors: int) -> dict[str, Factors]:
    """Fit one z to all modalities together.

    Parameters
    ----------
    found
        Summaries of all tracks. A modality that a track lacks counts as its average there.
    n_factors
        At most the number of features of all modalities.
    """
    offsets, centred, scatters = {}, [], []
    for name, summary in found.items():
        n = summary.present.sum().double().clamp(min=1)
        offsets[name] = (summary.mean.double() * summary.present[:, None]).sum(0) / n
        y = (summary.mean.double() - offsets[name]) * summary.present[:, None]
        centred.append(y * (len(y) / n).sqrt())
        scatters.append(summary.scatter.double().sum(0) / n)
    Y, scatter = torch.cat(centred, 1), torch.cat(scatters)
    W, noise = _loadings(Y.T @ Y / len(Y), scatter, n_factors)
    factors, start = {}, 0
    for name, offset in offsets.items():
        part = slice(start, start + len(offset))
        start = part.stop
        informed = W[part] / noise[part, None]
        precision = (W[part] * informed).sum(0).clamp(min=1e-3)
        factors[name] = Factors(
            offset=offset.float(),
            noise=noise[part].float(),
            loadings=W[part].float(),
            project=(informed / precision).T.float(),
            precision=precision.float(),
        )
    return factors


def _loadings(covariance: Tensor, scatter: Tensor, n_factors: int) -> tuple[Tensor, Tensor]:
    """W and s² of the covariance of the means and the scatter around them."""
    variance = (covariance.diag() + scatter).clamp(min=_LEAST_VARIANCE)
    noise = scatter + 0.5 * covariance.diag()
    for _ in range(_N_TURNS):
        noise = torch.maximum(noise, _LEAST_NOISE * variance)
        sd = noise.sqrt()
        scaled = covariance / sd[:, None] / sd
        values, axes = torch.linalg.eigh(scaled)
        signal = (values[-n_factors:].flip(0) - 1).clamp(min=_LEAST_SIGNAL)
        W = axes[:, -n_factors:].flip(1) * signal.sqrt()
        # What the posterior mean leaves over, and the doubt about z.
        rest = torch.eye(len(sd), dtype=W.dtype) - (W / (1 + signal)) @ W.T
        left = (rest @ scaled * rest).sum(1) + (W.square() / (1 + signal)).sum(1)
        W, noise = W * sd[:, None], scatter + left * noise
    return W, torch.maximum(noise, _LEAST_NOISE * variance)
