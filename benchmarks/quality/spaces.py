"""Where tracks are: our placements, and what a few lines of code make of the same inputs."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.quality.neighbours import Agreement, halves_agree
from songatlas.clustering.kmeans import kmeans
from songatlas.config import Config
from songatlas.features.inputs import Inputs
from songatlas.features.whitening import Whitening
from songatlas.geometry import directions
from songatlas.models.placement import Placement, among_all, labels_among_all
from songatlas.seeds import stage_seed
from songatlas.stages.baselines import simple_baselines
from songatlas.stages.halves import half_tracks
from songatlas.types import FloatArray, IntArray, Observations

_EPS = 1e-9
_Z_SCORED = " z-scored"


@dataclass(frozen=True, kw_only=True)
class Space:
    """One vector a track.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features), NaN where a track has no place.
    halves
        The same of the first and the second halves of some tracks, and which those are; None where
        tracks have no halves.
    cosine
        Whether K-Means runs on directions.
    """

    name: str
    X: FloatArray
    halves: tuple[FloatArray, FloatArray, IntArray] | None = None
    cosine: bool = True

    def labels(self, n_clusters: int, config: Config) -> IntArray:
        """K-Means as the run does it, −1 without a place."""
        placed = np.asarray(np.isfinite(self.X).all(axis=1))
        points = directions(self.X[placed]) if self.cosine else self.X[placed]
        seed, n_init = stage_seed(config.seed, "clustering"), config.clustering.n_init
        found = kmeans(points, n_clusters, random_state=seed, n_init=n_init)
        return labels_among_all(found, placed)

    def agreement(self, groups: IntArray) -> Agreement | None:
        """How far the two halves of the tracks agree."""
        if self.halves is None:
            return None
        first, second, rows = self.halves
        return halves_agree(first, second, groups[rows])


def placed_space(name: str, places: Placement) -> Space:
    """Where a model places the tracks, as its run clusters it."""
    halves = None
    mask = places.data.mask.get("audio")
    if mask is not None:
        rows = np.flatnonzero((mask.sum(1) > 1).numpy() & places.rows)
        points = half_tracks(places, rows)
        halves = None if points is None else (*points, rows)
    X = among_all(places.points, places.rows)
    return Space(name=name, X=X, halves=halves, cosine=False)


def simple_spaces(inputs: Inputs, places: Placement, config: Config) -> Iterator[Space]:
    """Every modality alone, pairs, and all of them by cosine; then the baselines of a run.

    A modality is taken in two ways: as the vector that the baselines of a run see, which is
    z-scored means but for lyrics, and, where a track has several observations, as the mean of
    those, *whitened* within tracks as the model sees them, a pretrained layer by half. What is not
    z-scored is so too when alone. Of several modalities, each has the same total variance, and a
    track that lacks one is at its mean.
    """
    blocks = []
    for name in inputs.features.modalities:
        kinds = list(_blocks(inputs, name))
        blocks.append([space for space in kinds if not space.name.endswith(_Z_SCORED)])
        yield from (space for space in kinds if space.name.endswith(_Z_SCORED))
    sizes = sorted({1, 2, len(blocks)} & set(range(1, len(blocks) + 1)))
    for size in sizes:
        for some in itertools.combinations(blocks, size):
            for chosen in itertools.product(*some):
                yield _side_by_side(chosen) if size > 1 else chosen[0]
    for baseline in simple_baselines(inputs, places, config):
        X = among_all(baseline.points, baseline.rows)
        yield Space(name=baseline.name, X=X, cosine=False)


def _blocks(inputs: Inputs, name: str) -> Iterator[Space]:
    observations = inputs.features.modalities[name]
    halves, restored = _halves(observations), None
    if halves is not None and name != "text":
        restore = Whitening.from_state(inputs.state[name]).restore
        restored = (restore(halves[0]), restore(halves[1]), halves[2])
    X = np.where(observations.present[:, None], inputs.blocks[name], np.nan)
    standard = _standardised(Space(name=name, X=X, halves=restored))
    if np.allclose(X, standard.X, atol=1e-5, equal_nan=True):
        yield standard
    else:
        yield Space(name=name, X=X - np.nanmean(X, axis=0))
        yield Space(name=name + _Z_SCORED, X=standard.X)
    if observations.values.shape[1] > 1:
        if name == "embedding":  # which the model sees whitened by less
            observations = _whitened_by_half(observations, inputs.state[name])
        seen = f"{name} whitened"
        yield Space(name=seen, X=_means(observations), halves=_halves(observations))


def _whitened_by_half(observations: Observations, state: Mapping[str, Any]) -> Observations:
    """What is best for some trained layers, and loses neighbours of others."""
    values = Whitening.from_state(state).restore(observations.values)
    tracks = [x[own] for x, own in zip(values, observations.mask, strict=True)]
    return Whitening.fit(tracks, 0.5).transform(tracks)


def _standardised(space: Space) -> Space:
    """Every feature with mean 0 and variance 1; the halves together too."""
    centre, scale = np.nanmean(space.X, axis=0), np.maximum(np.nanstd(space.X, axis=0), _EPS)
    halves = space.halves
    if halves is not None:
        both = np.concatenate(halves[:2])
        middle, spread = both.mean(axis=0), np.maximum(both.std(axis=0), _EPS)
        halves = ((halves[0] - middle) / spread, (halves[1] - middle) / spread, halves[2])
    return Space(name=space.name, X=(space.X - centre) / scale, halves=halves)


def _side_by_side(spaces: Collection[Space]) -> Space:
    name = " + ".join(space.name for space in spaces)
    sizes = [max(float(np.sqrt(np.nanvar(space.X, axis=0).sum())), _EPS) for space in spaces]
    X = np.hstack([space.X / size for space, size in zip(spaces, sizes, strict=True)])
    X = np.where(np.isnan(X).all(axis=1, keepdims=True), np.nan, np.nan_to_num(X))
    halved = [space.halves for space in spaces if space.halves is not None]
    if len(halved) < len(spaces):
        return Space(name=name, X=X)
    rows = halved[0][2]
    for _, _, others in halved:
        rows = np.intersect1d(rows, others)
    first, second = (
        np.hstack(
            [
                half[which][np.searchsorted(half[2], rows)] / size
                for half, size in zip(halved, sizes, strict=True)
            ]
        )
        for which in (0, 1)
    )
    return Space(name=name, X=X, halves=(first, second, rows))


def _means(observations: Observations, keep: FloatArray | None = None) -> FloatArray:
    """Mean of every track's observations about that of all; NaN without any."""
    mask = observations.mask if keep is None else keep
    n = mask.sum(axis=1)
    means = (observations.values * mask[..., None]).sum(axis=1) / np.maximum(n, 1)[:, None]
    return np.asarray(np.where(n[:, None] > 0, means - means[n > 0].mean(axis=0), np.nan))


def _halves(observations: Observations) -> tuple[FloatArray, FloatArray, IntArray] | None:
    """Means of the first and second halves of the tracks with two observations or more."""
    mask = observations.mask
    rows = np.flatnonzero(mask.sum(axis=1) > 1)
    if not len(rows):
        return None
    second = mask & (mask.cumsum(axis=1) > mask.sum(axis=1, keepdims=True) // 2)
    halves = (_means(observations, mask & ~second), _means(observations, second))
    return halves[0][rows], halves[1][rows], rows
