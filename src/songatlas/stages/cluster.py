"""Every row of the results table: our model's clusterings and the baselines, at one K."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.atlas.corrections import Corrections
from songatlas.atlas.keeping import keep_numbers
from songatlas.clustering import (
    CLUSTERERS,
    NOISE,
    REFUSALS,
    KChoice,
    KSelection,
    choose_k,
    kmeans,
    select_k,
)
from songatlas.config import Config
from songatlas.evaluation import internal_scores
from songatlas.evaluation.trust import (
    Duplicates,
    HalfSamples,
    find_duplicates,
    measure_half_samples,
)
from songatlas.geometry import cluster_means
from songatlas.models.decision import Decision, decide
from songatlas.models.placement import Placement, labels_among_all
from songatlas.seeds import stage_seed
from songatlas.stages.baselines import Baseline
from songatlas.stages.by_hand import corrected
from songatlas.stages.fit import FittedModel
from songatlas.stages.prepare import Prepared
from songatlas.types import Clustering, FloatArray, IntArray
from songatlas.types.atlas import Atlas

_MOST_STARTS = 5  # of K-Means, where it runs hundreds of times


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """Clusters by every method, at one K.

    Parameters
    ----------
    clusterings
        One a row of the results table; the first is the one that the run is about: K-Means on the
        main model, as a person corrected it.
    n_by_hand
        Rows before the method's own: 1 where a person corrected clusters, else 0.
    selection, half_samples, choice
        Scores over the range of K, what half-samples agree on there, and the K that was taken.
    duplicates
        Found in the space that is no method's own.
    """

    clusterings: tuple[Clustering, ...]
    n_by_hand: int
    selection: KSelection
    half_samples: HalfSamples
    choice: KChoice
    duplicates: Duplicates


def group(
    prepared: Prepared,
    main: FittedModel,
    baselines: Sequence[Baseline],
    corrections: Corrections,
    previous: Atlas | None,
) -> Grouping:
    """Choose K, and cluster by every method.

    Parameters
    ----------
    baselines
        The first is the space in which duplicates are looked for: no method's own.
    corrections
        By a person, made after the method's clusters.
    previous
        A run whose clusters give theirs their numbers.
    """
    config = prepared.config
    duplicates = find_duplicates(baselines[0].points)
    selection, half_samples, choice = number_of_clusters(main.placement.points, duplicates, config)
    clusterings = cluster_all(main, baselines, choice.k, config)
    if previous is not None:
        clusterings[0] = keep_numbers(clusterings[0], prepared.library.tracks, previous)
    by_hand = corrected(clusterings[0], prepared, corrections)
    return Grouping(
        clusterings=(*by_hand, *clusterings),
        n_by_hand=len(by_hand),
        selection=selection,
        half_samples=half_samples,
        choice=choice,
        duplicates=duplicates,
    )


def decide_for(
    places: Placement, grouping: Grouping, config: Config
) -> tuple[FloatArray, Decision]:
    """Centres of the clusters that the run is about, and what speaks for every track's."""
    labels = grouping.clusterings[0].labels
    centres = cluster_means(places.coordinates, labels)
    seed = stage_seed(config.seed, "membership")
    return centres, decide(places, centres, labels, seed=seed)[1]


def cluster_all(
    main: FittedModel, baselines: Sequence[Baseline], n_clusters: int, config: Config
) -> list[Clustering]:
    """Every clusterer on the main model's space, then K-Means on every baseline."""
    seed = stage_seed(config.seed, "clustering")
    places = main.placement
    points = places.points
    kind = "VAE" if places.network.variational else "Autoencoder"
    clusterings = [
        Clustering(
            method=f"{kind} + {name}",
            labels=labels_among_all(
                cluster(points, n_clusters, config.clustering, seed), places.rows
            ),
            X=places.coordinates,
            space=main.space,
        )
        for name, cluster in CLUSTERERS.items()
        if not (name in REFUSALS and REFUSALS[name](len(points)))  # said by `size_notes`
    ]
    for baseline in baselines:
        labels = np.full(len(baseline.rows), NOISE)
        if baseline.rows.sum() > n_clusters:
            labels[baseline.rows] = CLUSTERERS["K-Means"](
                baseline.points, n_clusters, config.clustering, seed
            )
        clusterings.append(
            Clustering(
                method=f"{baseline.name} + K-Means",
                labels=labels,
                X=baseline.X,
                space=baseline.space,
            )
        )
    return clusterings


def number_of_clusters(
    X: FloatArray, duplicates: Duplicates, config: Config
) -> tuple[KSelection, HalfSamples, KChoice]:
    """K-Means over the range of K: scores, agreement of half-samples, and the K that is taken."""
    clustering = config.clustering
    selection = select_k(
        X,
        k_min=clustering.k_min,
        k_max=clustering.k_max,
        random_state=stage_seed(config.seed, "clustering"),
        n_init=clustering.n_init,
        score=internal_scores,
    )
    halves = measure_half_samples(
        X[duplicates.kept],
        selection.ks,
        cluster=same_again(config),
        random_state=stage_seed(config.seed, "trust: half-samples"),
    )
    choice = choose_k(
        selection,
        halves.agreement,
        halves.silhouettes,
        given=clustering.k,
        rule=clustering.choice,
    )
    return selection, halves, choice


def same_again(config: Config) -> Callable[[FloatArray, int, int], IntArray]:
    """K-Means as the run does it, with fewer starts."""
    n_init = min(config.clustering.n_init, _MOST_STARTS)

    def cluster(X: FloatArray, n_clusters: int, seed: int) -> IntArray:
        return kmeans(X, n_clusters, random_state=seed, n_init=n_init)

    return cluster
