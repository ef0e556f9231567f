"""Clusters of a new training that keep the numbers and names which they had before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from songatlas.atlas.changes import find_changes
from songatlas.atlas.matching import match_clusters, overlaps, renumber
from songatlas.listening.file_names import unique
from songatlas.results.corrections import Corrections
from songatlas.types import Clustering, IntArray, Track
from songatlas.types.atlas import AtlasData, Cluster
from songatlas.types.tree import Tree

# Of the tracks of both together, to keep a name that songatlas gave.
_SAME = 0.5
_SAME_CORRECTED = 0.9  # a track put elsewhere is nothing; merged or split is another cluster


def keep_numbers(
    clustering: Clustering, tracks: Sequence[Track], previous: AtlasData
) -> Clustering:
    """`clustering` with the numbers that its clusters had in `previous`, by shared tracks."""
    labels = clustering.labels
    matched = match_clusters(_previous_labels(tracks, previous), labels)
    return dataclasses.replace(clustering, labels=renumber(labels, matched))


def keep_names(
    clusters: Sequence[Cluster],
    labels: IntArray,
    tracks: Sequence[Track],
    previous: AtlasData,
    *,
    corrected: bool = False,
) -> tuple[Cluster, ...]:
    """`clusters` with the names that they had.

    A name that a person gave is kept wherever most tracks of the cluster went; one of songatlas
    only where the tracks are much the same.

    Parameters
    ----------
    corrected
        By a person, without training: clusters that were merged or split are named anew, and
        tracks that have come since count for nothing.
    """
    before = _previous_labels(tracks, previous)
    least = _SAME_CORRECTED if corrected else _SAME
    if corrected:
        labels = np.where(before >= 0, labels, -1)
    shared = overlaps(before, labels)
    kept: dict[int, Cluster] = {}
    for new, old in match_clusters(before, labels).items():
        union = int((before == old).sum() + (labels == new).sum() - shared[old, new])
        was = previous.clusters[old]
        if was.name and (was.named_by == "person" or shared[old, new] > least * union):
            kept[new] = was
    taken = {cluster.name for cluster in kept.values()}
    found = []
    for cluster in clusters:
        if cluster.number in kept:
            was = kept[cluster.number]
            cluster = dataclasses.replace(cluster, name=was.name, named_by=was.named_by)
        else:
            cluster = dataclasses.replace(cluster, name=unique([cluster.name], taken=taken)[0])
        taken.add(cluster.name)
        found.append(cluster)
    return tuple(found)


def without_old_names(previous: AtlasData, corrections: Corrections) -> AtlasData:
    """`previous` with an empty name wherever a person gave one that is among no corrections now."""

    def known(groups: Iterable[Any], renamed: Iterable[tuple[Any, str]]) -> tuple[Any, ...]:
        given = {name for _, name in renamed}
        return tuple(
            dataclasses.replace(it, name="", named_by="songatlas")
            if it.named_by == "person" and it.name not in given
            else it
            for it in groups
        )

    return dataclasses.replace(
        previous,
        clusters=known(previous.clusters, corrections.rename),
        tree=Tree(nodes=known(previous.tree, corrections.rename_nodes)),
    )


def _previous_labels(tracks: Sequence[Track], previous: AtlasData) -> IntArray:
    then = find_changes(previous.tracks, tracks).then
    return np.where(then >= 0, previous.labels[then], -1)
