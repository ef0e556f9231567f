"""Which cluster a track belongs to, and how sure the posterior is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from songatlas.models.base import Model
from songatlas.models.encoding import Encoded, decode
from songatlas.models.gaussian import kl_to_standard_normal
from songatlas.models.spaces import Space
from songatlas.types import FloatArray, IntArray

N_DRAWS = 64
_BLOCK = 16_384  # tracks at once


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Clusters of tracks.

    Parameters
    ----------
    labels
        Shape (n_tracks,): the cluster whose centre is nearest to the posterior mean.
    confidence
        Shape (n_tracks,), in [0, 1]: share of draws from the posterior that are nearest to the same
        centre.
    """

    labels: IntArray
    confidence: FloatArray


def cluster_centres(X: FloatArray, labels: IntArray) -> FloatArray:
    """Mean of every cluster, (n_clusters, n_coordinates).

    Examples
    --------
    >>> cluster_centres(np.array([[0.0], [2.0], [7.0]]), np.array([0, 0, 1])).tolist()
    [[1.0], [7.0]]
    """
    return np.stack([X[labels == k].mean(axis=0) for k in range(int(labels.max()) + 1)])


def find_membership(
    model: Model,
    encoded: Encoded,
    condition: torch.Tensor,
    space: Space,
    centres: FloatArray,
    *,
    seed: int,
) -> Membership:
    """Nearest centre of every track, and how often its posterior agrees.

    The same standard normal draws serve every track, so that a track's confidence depends on no
    other track.
    """
    parts = [
        _membership(model, encoded.of(part), condition[part], space, centres, seed=seed)
        for part in (slice(start, start + _BLOCK) for start in range(0, len(encoded.mean), _BLOCK))
    ]
    return Membership(
        labels=np.concatenate([part.labels for part in parts]),
        confidence=np.concatenate([part.confidence for part in parts]),
    )


def _membership(
    model: Model,
    encoded: Encoded,
    condition: torch.Tensor,
    space: Space,
    centres: FloatArray,
    *,
    seed: int,
) -> Membership:
    decoded = decode(model, encoded.mean, condition)
    labels = _nearest(space.transform(encoded, decoded), centres)
    noise = np.random.default_rng(seed).standard_normal((N_DRAWS, encoded.mean.shape[1]))
    agreed = np.zeros(len(labels))
    for draw in noise.astype(np.float32):
        z = encoded.mean + draw * np.exp(0.5 * encoded.log_var)
        kl = kl_to_standard_normal(torch.from_numpy(z), torch.from_numpy(encoded.log_var)).numpy()
        drawn = Encoded(mean=z, log_var=encoded.log_var, kl=kl)
        agreed += _nearest(space.transform(drawn, decode(model, z, condition)), centres) == labels
    return Membership(labels=labels, confidence=agreed / N_DRAWS)


def _nearest(X: FloatArray, centres: FloatArray) -> IntArray:
    # Distances from differences: inner products would round ties by the size of the batch.
    distances = np.stack([((X - centre) ** 2).sum(axis=1) for centre in centres], axis=1)
    return np.asarray(distances.argmin(axis=1))
