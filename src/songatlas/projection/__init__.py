"""Pictures of a space in two dimensions: one method a file, all in the table :data:`PROJECTIONS`.

Each takes points of shape (n_tracks, n_features) and gives float32 coordinates (n_tracks, 2). The
same points and seed give the same bytes whatever the number of threads. They are for looking at:
nothing is clustered or scored in them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from songatlas.config import ProjectionConfig
from songatlas.projection.pca import pca
from songatlas.projection.tsne import tsne, usable_perplexity
from songatlas.projection.umap import umap, usable_neighbors
from songatlas.types import FloatArray

Projection = Callable[[FloatArray, ProjectionConfig, int], npt.NDArray[np.float32]]

# Name → (X, config, random_state) → coordinates; a new method adds one row.
PROJECTIONS: dict[str, Projection] = {
    "PCA": lambda X, config, seed: pca(X, random_state=seed),
    "t-SNE": lambda X, config, seed: tsne(X, random_state=seed, perplexity=config.tsne_perplexity),
    "UMAP": lambda X, config, seed: umap(
        X,
        random_state=seed,
        n_neighbors=config.umap_neighbors,
        min_dist=config.umap_min_dist,
    ),
}

__all__ = ["PROJECTIONS", "pca", "tsne", "umap", "usable_neighbors", "usable_perplexity"]
