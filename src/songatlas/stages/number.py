"""The number of clusters: K-Means over a range of them, and the one that is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from songatlas.clustering.choice import choose_k
from songatlas.clustering.kmeans import kmeans
from songatlas.clustering.selection import KSelection, select_k
from songatlas.config import Config
from songatlas.evaluation.half_samples import HalfSamples, measure_half_samples
from songatlas.evaluation.internal import internal_scores
from songatlas.evaluation.near_duplicates import Duplicates
from songatlas.seeds import stage_seed
from songatlas.types import FloatArray, IntArray, KChoice

_MOST_STARTS = 5  # of K-Means, where it runs hundreds of times


@dataclass(frozen=True, kw_only=True)
class TriedNumbers:
    """K-Means over the range of K.

    Parameters
    ----------
    duplicates
        Left out of all that is measured.
    selection, half_samples, choice
        Scores over the others, agreement of half-samples, and the number that is taken.
    """

    duplicates: Duplicates
    selection: KSelection
    half_samples: HalfSamples
    choice: KChoice


def number_of_clusters(X: FloatArray, duplicates: Duplicates, config: Config) -> TriedNumbers:
    """Try every number of clusters in the range, and take one."""
    clustering = config.clustering
    distinct = X[duplicates.kept]
    if len(distinct) <= clustering.k_min:
        distinct = X  # too few to choose from: the verdict says so
    selection = select_k(
        distinct,
        k_min=clustering.k_min,
        k_max=clustering.k_max,
        random_state=stage_seed(config.seed, "clustering"),
        n_init=clustering.n_init,
        score=internal_scores,
    )
    halves = measure_half_samples(
        distinct,
        selection.ks,
        cluster=same_again(config),
        random_state=stage_seed(config.seed, "trust: half-samples"),
    )
    choice = choose_k(
        selection, halves.agreement, halves.silhouettes, given=clustering.k, rule=clustering.choice
    )
    return TriedNumbers(
        duplicates=duplicates, selection=selection, half_samples=halves, choice=choice
    )


def same_again(config: Config) -> Callable[[FloatArray, int, int], IntArray]:
    """K-Means as the run does it, with fewer starts."""
    n_init = min(config.clustering.n_init, _MOST_STARTS)

    def cluster(X: FloatArray, n_clusters: int, seed: int) -> IntArray:
        return kmeans(X, n_clusters, random_state=seed, n_init=n_init)

    return cluster
