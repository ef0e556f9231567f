"""Pictures of a space in two dimensions: one method a file, all in the table :data:`PROJECTIONS`.

Each takes points of shape (n_tracks, n_features) and gives float32 coordinates (n_tracks, 2). The
same points and seed give the same bytes whatever the number of threads. They are for looking at:
nothing is clustered or scored in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from songatlas.config.stages import ProjectionConfig
from songatlas.projection.tsne import tsne
from songatlas.projection.umap import umap
from songatlas.types import FloatArray


class Projection(NamedTuple):
    """What a person calls a method, and points, settings and seed to coordinates."""

    title: str
    project: Callable[[FloatArray, ProjectionConfig, int], npt.NDArray[np.float32]]


# By the name of its files; every run draws each, and a new method adds one row.
PROJECTIONS: Mapping[str, Projection] = {
    "tsne": Projection(
        "t-SNE",
        lambda X, config, seed: tsne(X, random_state=seed, perplexity=config.tsne_perplexity),
    ),
    "umap": Projection(
        "UMAP",
        lambda X, config, seed: umap(
            X, random_state=seed, n_neighbors=config.umap_neighbors, min_dist=config.umap_min_dist
        ),
    ),
}
