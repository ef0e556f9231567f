"""Silhouette against collections without clusters: K-Means finds something in every one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from songatlas.evaluation.silhouette import silhouette_score
from songatlas.evaluation.trust.nulls import NULLS, principal_coordinates

if TYPE_CHECKING:
    from songatlas.types import FloatArray, IntArray

    # (points, number of clusters, seed) -> labels
    Cluster = Callable[[FloatArray, int, int], IntArray]
    Represent = Callable[[FloatArray], FloatArray]

MAX_TRACKS = 1000  # the test is made on so many, drawn at random
N_DRAWS = 39


@dataclass(frozen=True, kw_only=True)
class AgainstNull:
    """A silhouette beside those of one null.

    Parameters
    ----------
    mean, sd
        Of the silhouettes of the null's draws.
    z
        (silhouette − mean) / sd.
    p_value
        (1 + draws at least as good) / (1 + draws), in (0, 1].
    """

    mean: float
    sd: float
    z: float
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Separation:
    """Silhouette of K-Means on the tracks and on nulls.

    Parameters
    ----------
    silhouette
        Of K-Means by the same procedure as on the draws, over `n_tracks` tracks.
    nulls
        By the names of :data:`songatlas.evaluation.trust.nulls.NULLS`.
    """

    n_clusters: int
    n_tracks: int
    n_draws: int
    silhouette: float
    nulls: Mapping[str, AgainstNull]


def measure_separation(
    X: FloatArray,
    n_clusters: int,
    *,
    cluster: Cluster,
    random_state: int,
    n_draws: int = N_DRAWS,
    represent: Represent | None = None,
) -> Separation:
    """Cluster the tracks and every draw of every null, and compare the silhouettes.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates), without duplicates; of more than 1,000 tracks a random
        1,000 are used.
    n_clusters
        At least 2, less than the number of tracks.
    cluster
        The clustering procedure, the same for tracks and draws.
    represent
        What was done to `X` before it was clustered, such as bringing its rows to unit length; the
        draws are made like `X` and treated alike. On a sphere even a plain long cloud has two ends.
        None clusters `X` itself.

    References
    ----------
    Y. Liu, D. N. Hayes, A. Nobel and J. S. Marron, "Statistical significance of clustering for
    high-dimension, low-sample size data", JASA 103, 2008 (the Gaussian null); R. Tibshirani,
    G. Walther and T. Hastie, "Estimating the number of clusters in a data set via the gap
    statistic", JRSS B 63, 2001.
    """
    rng = np.random.default_rng(random_state)
    points = np.asarray(X, dtype=np.float64)
    if len(points) > MAX_TRACKS:
        points = points[np.sort(rng.permutation(len(points))[:MAX_TRACKS])]
    Z = principal_coordinates(points)

    def silhouette(drawn: FloatArray) -> float:
        drawn = drawn if represent is None else represent(drawn)
        labels = cluster(drawn, n_clusters, int(rng.integers(2**31)))
        return silhouette_score(drawn, labels) or 0.0  # one cluster of everything separates nothing

    observed = silhouette(Z)
    against = {}
    for name, null in NULLS.items():
        draw = null(Z)
        scores = np.array([silhouette(draw(rng)) for _ in range(n_draws)])
        against[name] = AgainstNull(
            mean=float(scores.mean()),
            sd=float(scores.std()),
            z=float((observed - scores.mean()) / max(scores.std(), 1e-9)),
            p_value=(1 + int((scores >= observed).sum())) / (1 + n_draws),
        )
    return Separation(
        n_clusters=n_clusters,
        n_tracks=len(Z),
        n_draws=n_draws,
        silhouette=observed,
        nulls=against,
    )
