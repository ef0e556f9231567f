"""What a finished run hands back to Python."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from songatlas.clustering.selection import KSelection
from songatlas.config import Config
from songatlas.evaluation.record import Evaluation
from songatlas.features.audio.descriptors import Descriptors
from songatlas.models.placement import Placement
from songatlas.models.spaces import Space
from songatlas.neighbours.listed import Listed
from songatlas.stages.cluster import Grouping
from songatlas.stages.fit import FittedModel
from songatlas.stages.prepare import Prepared
from songatlas.types import Clustering, FloatArray, IntArray, KChoice, Track
from songatlas.types.atlas import AtlasData, Cluster, TrackReason, View
from songatlas.types.tree import Tree
from songatlas.types.trust import Trust
from songatlas.words.opening import opening_of


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """Everything that the results folder is written from.

    Parameters
    ----------
    prepared
        Tracks in the order of every array, what was skipped, inputs and labels.
    model
        The main model: latents, history, variance explained.
    grouping
        Clusters by every method, and how their number came about.
    evaluations
        One a row of the results table, as in ``grouping.clusterings``.
    centres
        Shape (n_clusters, n_coordinates): means of the K-Means clusters.
    confidence
        Shape (n_tracks,), in [0, 1]: share of draws from a track's posterior that fall nearest to
        its cluster's centre; 0 where it has none.
    views
        The view that was clustered first, then those of sound and of lyrics where the model hears
        both; NaN where a track has no place.
    spaces
        Of every view, by its name.
    descriptors
        What every track sounds like.
    clusters, reasons
        Every cluster and every track in words.
    tree
        Regions, their parts and lists, each named and with what it rests on.
    trust
        The verdict, and what it rests on.
    out
        Results folder.
    nearest
        Nearest tracks of every one by view, where they are known already.
    seconds
        Wall-clock time by stage.
    """

    prepared: Prepared
    model: FittedModel
    grouping: Grouping
    evaluations: tuple[Evaluation, ...]
    centres: FloatArray
    confidence: FloatArray
    views: Mapping[str, View]
    spaces: Mapping[str, Space]
    descriptors: Descriptors
    clusters: tuple[Cluster, ...]
    reasons: tuple[TrackReason, ...]
    tree: Tree
    trust: Trust
    out: Path
    nearest: Mapping[str, Listed] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def config(self) -> Config:
        """The settings, with ``input.embedding`` settled."""
        return self.prepared.config

    @property
    def clusterings(self) -> tuple[Clustering, ...]:
        """One a row of the results table; the first is K-Means on the main model."""
        return self.grouping.clusterings

    @property
    def selection(self) -> KSelection:
        """Scores of every K that was tried."""
        return self.grouping.tried.selection

    @property
    def choice(self) -> KChoice:
        """The K of every row, and how it came about."""
        return self.grouping.tried.choice

    @property
    def placement(self) -> Placement:
        """Where the main model places the tracks: posteriors, and points to cluster."""
        return self.model.placement

    @property
    def n_clusters(self) -> int:
        """The K of every row."""
        return self.choice.k

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The tracks, row by row."""
        return self.prepared.library.tracks

    @property
    def view(self) -> View:
        """The view that was clustered."""
        return next(iter(self.views.values()))

    @property
    def opening(self) -> str:
        """What was found, to a person, in two sentences."""
        view = self.config.view.name
        return opening_of(self.tree, self.trust.verdict, self.clusters, view, self.trust.findings)

    @property
    def labels(self) -> IntArray:
        """Cluster of every track: K-Means on the main model, numbered from 0 by size."""
        return self.clusterings[0].labels


def atlas_of(result: RunResult) -> AtlasData:
    """`result` as it will be read back from its folder."""
    return AtlasData(
        folder=result.out.resolve(),
        root=result.prepared.library.root,
        tracks=tuple(dataclasses.replace(track, lyrics="", columns={}) for track in result.tracks),
        seconds=result.prepared.seconds,
        labels=result.labels.astype(np.int64),
        confidence=result.confidence,
        views=result.views,
        clusters=result.clusters,
        reasons=result.reasons,
        verdict=result.trust.verdict,
        findings=result.trust.findings,
        copies={copy: kept for kept, copy in result.trust.duplicates},
        tree=result.tree,
        detail=result.config.tree.detail,
    )
