"""A run as it was and what has been placed since, as one."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.atlas.corrections import correct
from songatlas.atlas.matching import same_clusters
from songatlas.geometry import cluster_means
from songatlas.results.corrections import Corrections
from songatlas.revision.place import Newcomers
from songatlas.revision.tree import tree_of_now
from songatlas.types import FloatArray, IntArray, Library
from songatlas.types.atlas import AtlasData, View


def merge(atlas: AtlasData, library: Library, changes: Changes, new: Newcomers) -> AtlasData:
    """`atlas` with the tracks of now: the new ones as placed, all others as they were."""
    tracks = tuple(dataclasses.replace(t, lyrics="", columns={}) for t in library.tracks)
    views = {}
    for name, view in atlas.views.items():
        placed = new.views[name]
        views[name] = View(
            coordinates=rows_of_now(view.coordinates, changes, placed.coordinates),
            maps={
                kind: rows_of_now(xy, changes, placed.maps[kind]) for kind, xy in view.maps.items()
            },
        )
    return dataclasses.replace(
        atlas,
        tree=tree_of_now(atlas.tree, atlas.views, changes, views),
        root=library.root,
        tracks=tracks,
        seconds=rows_of_now(atlas.seconds, changes, new.seconds),
        labels=rows_of_now(atlas.labels, changes, new.labels),
        confidence=rows_of_now(atlas.confidence, changes, new.decision.confidence),
        views=views,
        reasons=(atlas.reasons[0],) * len(tracks),  # `redescribe` says why each is where it is
    )


def corrected(merged: AtlasData, corrections: Corrections) -> AtlasData:
    """`merged` with the partition as a person corrected it."""
    if not corrections.changes_partition:
        return merged
    X = np.nan_to_num(merged.views[merged.main_view].coordinates)
    return dataclasses.replace(merged, labels=correct(merged.labels, X, merged.tracks, corrections))


def corrected_centres(
    merged: AtlasData, atlas: AtlasData, changes: Changes, centres: FloatArray
) -> FloatArray | None:
    """Centres of clusters that were corrected, for tracks to come; None where none was."""
    before = np.array(changes.before)
    stays = before >= 0
    if np.array_equal(merged.labels[stays], atlas.labels[before[stays]]):
        return None
    coordinates = np.nan_to_num(merged.views[merged.main_view].coordinates)
    return cluster_means(coordinates.astype(centres.dtype), merged.labels)


def find_moved(atlas: AtlasData, merged: AtlasData, changes: Changes) -> tuple[int, dict[int, int]]:
    """Tracks in another cluster now, and clusters with another number.

    Returns
    -------
    n_moved
        Tracks of before, changed ones among them. Another number is not another cluster.
    renumbered
        Number before → number now, of the clusters that have another.
    """
    rows = changes.then
    there = rows >= 0
    then, now = atlas.labels[rows[there]], merged.labels[there]
    same = {-1: -1} | same_clusters(then, now)
    moved = [same.get(new) != old for old, new in zip(then.tolist(), now.tolist(), strict=True)]
    return sum(moved), {old: new for new, old in same.items() if old != new}


def rows_of_now(old: FloatArray | IntArray, changes: Changes, new: FloatArray | IntArray) -> Any:
    """Rows of now: those of before where a track had one, else the next of `new`."""
    before = np.array(changes.before, int)
    found = np.empty((len(before), *old.shape[1:]), old.dtype)
    found[before >= 0] = old[before[before >= 0]]
    found[before < 0] = new
    return found
