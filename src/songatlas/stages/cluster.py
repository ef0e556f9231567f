"""Every row of the results table: our model's clusterings and the baselines, at one K."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songatlas.clustering import CLUSTERERS, NOISE, REFUSALS
from songatlas.config import Config
from songatlas.seeds import stage_seed
from songatlas.stages.baselines import Baseline
from songatlas.stages.fit import FittedModel
from songatlas.stages.placing import labels_among_all
from songatlas.types import Clustering


def cluster_all(
    main: FittedModel, baselines: Sequence[Baseline], n_clusters: int, config: Config
) -> list[Clustering]:
    """Every clusterer on the main model's space, then K-Means on every baseline."""
    seed = stage_seed(config.seed, "clustering")
    latents = main.latents
    points = latents.coordinates[main.rows]
    kind = "VAE" if main.model.variational else "Autoencoder"
    clusterings = [
        Clustering(
            method=f"{kind} + {name}",
            labels=labels_among_all(
                cluster(points, n_clusters, config.clustering, seed), main.rows
            ),
            X=latents.coordinates,
            space=latents.space,
        )
        for name, cluster in CLUSTERERS.items()
        if not (name in REFUSALS and REFUSALS[name](len(points)))  # said by `size_notes`
    ]
    for baseline in baselines:
        labels = np.full(len(baseline.rows), NOISE)
        if baseline.rows.sum() > n_clusters:
            points = baseline.X if baseline.rows.all() else baseline.X[baseline.rows]
            labels[baseline.rows] = CLUSTERERS["K-Means"](
                points, n_clusters, config.clustering, seed
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
