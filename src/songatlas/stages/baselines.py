"""Simpler methods on the same tracks and inputs, which ours must beat to be worth its while."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from songatlas.config import Config
from songatlas.features.inputs import Inputs
from songatlas.features.whitening import Whitening
from songatlas.models.linear_plda import linear_plda
from songatlas.models.placement import Placement
from songatlas.store.arena import Arena
from songatlas.threads import single_thread
from songatlas.types import BoolArray, FeatureSet, FloatArray

MAX_FULL = 20_000  # tracks whose PCA is by singular values


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """Points that K-Means is run on, for comparison.

    ``rows`` are the tracks that have such a point; the others are counted as noise.
    """

    name: str
    X: FloatArray
    space: str
    rows: BoolArray

    @property
    def points(self) -> FloatArray:
        """Points of the tracks that have one."""
        return self.X if self.rows.all() else self.X[self.rows]

    def kept(self, arena: Arena) -> Baseline:
        """The same, where the inputs are that do not fit in memory."""
        return dataclasses.replace(self, X=arena.keep(self.X))


def simple_baselines(
    inputs: Inputs, places: Placement, config: Config, zeros: Any = np.zeros
) -> list[Baseline]:
    """PCA, the raw features and a linear model of what was heard for `places`.

    The first is the space in which duplicates are looked for and silhouettes compared.

    Parameters
    ----------
    zeros
        Makes an array that may be as large as the inputs, of a shape and dtype.
    """
    heard, rows = places.heard, places.rows
    flat = inputs.flat(heard, zeros)
    from sklearn.decomposition import PCA  # loaded after training, not before

    n_components = min(config.model.n_latent, int(rows.sum()) - 1, flat.shape[1])
    components = np.zeros((len(flat), n_components))
    with single_thread():
        # The tall matrix of many tracks is never decomposed itself, only its covariance.
        pca = PCA(n_components, svd_solver="full" if len(flat) <= MAX_FULL else "covariance_eigh")
        heard_of = flat if rows.all() else flat[rows]
        components[rows] = pca.fit_transform(heard_of.astype(np.float64, copy=False))
    plda = linear_plda(_whitened(inputs.features, heard, config), zeros)
    return [
        Baseline(name="PCA", X=components, space=f"PCA {n_components}", rows=rows),
        Baseline(name="Raw features", X=flat, space="raw features", rows=rows),
        Baseline(name="Linear PLDA", X=plda, space="linear PLDA", rows=rows),
    ]


def _whitened(features: FeatureSet, heard: Collection[str], config: Config) -> FeatureSet:
    """Inputs in units of their variation within tracks, as most are already.

    An opening is whitened here. A pretrained layer stays whitened by a quarter: whitened in full it
    loses neighbours, so that the bar would be lower.
    """
    modalities = {name: x for name, x in features.modalities.items() if name in heard}
    if config.input.kind == "opening" and "audio" in modalities:
        frames = list(modalities["audio"].values)
        modalities["audio"] = Whitening.fit(frames).transform(frames)
    return dataclasses.replace(features, modalities=modalities)
