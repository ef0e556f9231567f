"""Simpler methods on the same tracks and inputs, which ours must beat to be worth its while."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from songatlas.config import Config
from songatlas.types import BoolArray, FloatArray


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Points that K-Means is run on, for comparison.

    ``rows`` are the tracks that have such a point; the others are counted as noise.
    """

    name: str
    X: FloatArray
    space: str
    rows: BoolArray


def simple_baselines(flat: FloatArray, rows: BoolArray, config: Config) -> list[Baseline]:
    """PCA and the raw features, of the same inputs; `rows` are the tracks that have any."""
    from sklearn.decomposition import PCA  # loaded after training, not before

    n_components = min(config.model.n_latent, int(rows.sum()) - 1, flat.shape[1])
    components = np.zeros((len(flat), n_components))
    with threadpool_limits(1):  # sums over several threads depend on their number
        pca = PCA(n_components, svd_solver="full")
        components[rows] = pca.fit_transform(flat[rows].astype(np.float64))
    return [
        Baseline(name="PCA", X=components, space=f"PCA {n_components}", rows=rows),
        Baseline(name="Raw features", X=flat, space="raw features", rows=rows),
    ]
