"""Every row of the results table: our model's clusterings and the baselines, at one K."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from songatlas.atlas.keeping import keep_numbers
from songatlas.clustering import CLUSTERERS, REFUSALS
from songatlas.clustering.labels import NOISE
from songatlas.config import Config
from songatlas.evaluation.near_duplicates import find_duplicates
from songatlas.geometry import cluster_means
from songatlas.models.decision import Decision
from songatlas.models.placement import Placement, labels_among_all
from songatlas.models.placer import Placer
from songatlas.results.corrections import Corrections
from songatlas.seeds import stage_seed
from songatlas.stages.baselines import Baseline
from songatlas.stages.by_hand import corrected
from songatlas.stages.fit import FittedModel
from songatlas.stages.number import TriedNumbers, number_of_clusters
from songatlas.stages.prepare import Prepared
from songatlas.threads import each
from songatlas.types import Clustering, FloatArray
from songatlas.types.atlas import AtlasData


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
    tried
        Numbers of clusters that were tried, and the one that was taken.
    """

    clusterings: tuple[Clustering, ...]
    n_by_hand: int
    tried: TriedNumbers


def group(
    prepared: Prepared,
    main: FittedModel,
    baselines: Sequence[Baseline],
    corrections: Corrections,
    previous: AtlasData | None,
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
    known = prepared.recordings
    duplicates = find_duplicates(
        baselines[0].points, None if known is None else known[main.placement.rows]
    )
    tried = number_of_clusters(main.placement.points, duplicates, config)
    clusterings = cluster_all(main, baselines, tried.choice.k, config)
    if previous is not None:
        clusterings[0] = keep_numbers(clusterings[0], prepared.library.tracks, previous)
    by_hand = corrected(clusterings[0], prepared, corrections)
    return Grouping(clusterings=(*by_hand, *clusterings), n_by_hand=len(by_hand), tried=tried)


def decide_for(
    places: Placement, grouping: Grouping, config: Config, placer: Placer
) -> tuple[FloatArray, Decision]:
    """Centres of the clusters that the run is about, and what speaks for every track's."""
    labels = grouping.clusterings[0].labels
    centres = cluster_means(places.coordinates, labels)
    return centres, placer.decide(places, centres, labels, seed=config.seed)[1]


def cluster_all(
    main: FittedModel, baselines: Sequence[Baseline], n_clusters: int, config: Config
) -> list[Clustering]:
    """Every clusterer on the main model's space, then K-Means on every baseline."""
    seed = stage_seed(config.seed, "clustering")
    places = main.placement
    points = places.points
    kind = "VAE" if places.network.variational else "Autoencoder"

    def by(name: str) -> Clustering:
        labels = CLUSTERERS[name](points, n_clusters, config.clustering, seed)
        return Clustering(
            method=f"{kind} + {name}",
            labels=labels_among_all(labels, places.rows),
            X=places.coordinates,
            space=main.space,
        )

    def of(baseline: Baseline) -> Clustering:
        labels = np.full(len(baseline.rows), NOISE)
        if baseline.rows.sum() > n_clusters:
            labels[baseline.rows] = CLUSTERERS["K-Means"](
                baseline.points, n_clusters, config.clustering, seed
            )
        return Clustering(
            method=f"{baseline.name} + K-Means", labels=labels, X=baseline.X, space=baseline.space
        )

    refused = [name for name in REFUSALS if REFUSALS[name](len(points))]  # said by `size_notes`
    methods = [name for name in CLUSTERERS if name not in refused]
    wanted = [*(partial(by, name) for name in methods), *(partial(of, x) for x in baselines)]
    return each(lambda make: make(), wanted)
