"""Does a track keep its cluster: from half of its windows, or by a draw from its posterior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from songatlas.evaluation.trust.stability import nearest_cluster

if TYPE_CHECKING:
    from songatlas.types import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How often two cluster assignments of a track are the same.

    Parameters
    ----------
    share
        Of `n_tracks` tracks, in [0, 1].
    chance
        The share if the two had nothing to do with each other.
    kappa
        (share − chance) / (1 − chance): best 1, by chance 0.
    """

    n_tracks: int
    share: float
    chance: float
    kappa: float


def measure_halves(
    X: FloatArray, labels: IntArray, first: FloatArray, second: FloatArray
) -> Agreement:
    """Agreement of the two halves of every track.

    Parameters
    ----------
    X, labels
        Shapes (n_tracks, n_coordinates) and (n_tracks,): points that were clustered, and clusters.
    first, second
        Shape (n_halved, n_coordinates): points of the same tracks from either half of their
        windows.
    """
    return cohen(nearest_cluster(first, X, labels), nearest_cluster(second, X, labels))


def measure_certainty(X: FloatArray, labels: IntArray, drawn: FloatArray) -> Agreement:
    """Agreement of the cluster of every track's mean and of a draw from its posterior.

    A posterior that is wider than the distances between tracks cannot name a cluster.

    Parameters
    ----------
    drawn
        Shape (n_tracks, n_coordinates): the draws.
    """
    return cohen(nearest_cluster(X, X, labels), nearest_cluster(drawn, X, labels))


def cohen(a: IntArray, b: IntArray) -> Agreement:
    """Cohen's kappa of two assignments to the same clusters.

    Examples
    --------
    >>> found = cohen(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]))
    >>> found.share, found.chance, found.kappa
    (0.75, 0.5, 0.5)
    """
    n_clusters = int(max(a.max(), b.max())) + 1
    share = float((a == b).mean())
    shares = [np.bincount(x, minlength=n_clusters) / len(x) for x in (a, b)]
    chance = float(shares[0] @ shares[1])
    kappa = (share - chance) / (1 - chance) if chance < 1 else 0.0
    return Agreement(n_tracks=len(a), share=share, chance=chance, kappa=kappa)
