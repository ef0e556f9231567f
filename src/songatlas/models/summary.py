"""What the likelihood of a track needs of its observations: their mean and their scatter.

With x̄ and v the mean and the mean squared deviation of n observations,

    1/n Σ_i (x_i − m)² = (x̄ − m)² + v

for every m, so that n observations cost as much as one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Sufficient statistics of the observations of one modality.

    Parameters
    ----------
    mean, scatter
        Shape (batch, n_features): mean of a track's observations and mean square around it; 0 for
        a track without any.
    present
        Shape (batch,): 1.0 for a track with an observation, else 0.0.
    """

    mean: Tensor
    scatter: Tensor
    present: Tensor

    def of(self, rows: Tensor) -> Summary:
        """Those of some tracks."""
        return Summary(mean=self.mean[rows], scatter=self.scatter[rows], present=self.present[rows])

    def shifted(self, by: Tensor) -> Summary:
        """The same of observations that are greater by so much, (batch, n_features)."""
        mean = (self.mean + by) * self.present[:, None]
        return Summary(mean=mean, scatter=self.scatter, present=self.present)


_PIECE = 1024  # tracks summed at once: a square is as large as the observations


def summarise(values: Tensor, mask: Tensor) -> Summary:
    """Sufficient statistics of observations.

    Parameters
    ----------
    values, mask
        Shape (batch, n_observations, n_features) and (batch, n_observations); what stands where
        the mask is False is not read.

    Examples
    --------
    >>> x, mask = torch.tensor([[[1.0], [5.0], [9.0]]]), torch.tensor([[True, True, False]])
    >>> found = summarise(x, mask)
    >>> found.mean.item(), found.scatter.item(), found.present.item()
    (3.0, 4.0, 1.0)
    """
    means, scatters = [], []
    for x, heard in zip(torch.split(values, _PIECE), torch.split(mask, _PIECE), strict=True):
        weight = heard.to(x.dtype) / heard.sum(1, keepdim=True).clamp(min=1)  # 0 where nothing is
        known = x.masked_fill(~heard[..., None], 0.0)
        mean = torch.einsum("bof,bo->bf", known, weight)
        means.append(mean)
        scatters.append(torch.einsum("bof,bo->bf", (known - mean[:, None]).square(), weight))
    return Summary(
        mean=torch.cat(means), scatter=torch.cat(scatters), present=mask.any(1).to(values.dtype)
    )


def expected_log_likelihood(found: Summary, mean: Tensor, log_var: Tensor, share: Tensor) -> Tensor:
    """Log-likelihood of a track's observations, of all together as much as of one, in nats.

    Parameters
    ----------
    mean
        Shape (n_draws, batch, n_features): what is expected of every track in every draw.
    log_var
        Shape (n_features,): logarithm of the noise variance.
    share
        Shape (n_draws, batch): weight of each draw, 1 in sum for every track.

    Returns
    -------
    Sum over the tracks, a scalar; one without observations adds nothing.

    Examples
    --------
    >>> found = summarise(torch.tensor([[[1.0], [-1.0]]]), torch.tensor([[True, True]]))
    >>> one = torch.ones(1, 1)
    >>> round(expected_log_likelihood(found, torch.zeros(1, 1, 1), torch.zeros(1), one).item(), 4)
    -1.4189
    """
    weight = (share * found.present).flatten()
    squared = weight @ (found.mean - mean).square().flatten(0, 1)
    squared = squared + found.present @ found.scatter
    constant = found.present.sum() * (log_var + math.log(2 * math.pi))
    return -0.5 * (squared * torch.exp(-log_var) + constant).sum()
