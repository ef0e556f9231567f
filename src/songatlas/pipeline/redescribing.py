"""Clusters that are known already, with the tracks that they hold now."""

from __future__ import annotations

import dataclasses

import numpy as np

from songatlas.atlas import Atlas, Cluster, TrackReason
from songatlas.evaluation.silhouette import silhouette_by_cluster
from songatlas.pipeline.changes import Changes
from songatlas.pipeline.describing import N_EXEMPLARS
from songatlas.types import FloatArray, IntArray


def redescribe(now: Atlas, before: Atlas, changes: Changes, centres: FloatArray) -> Atlas:
    """`now` with its clusters and reasons: names, sentences and traits are those of before.

    Parameters
    ----------
    now
        Tracks, labels and views as they are; its clusters and reasons are not read.
    changes
        From `before` to `now`.
    centres
        Shape (n_clusters, n_coordinates).
    """
    row_of = {old: row for row, old in enumerate(changes.before) if old >= 0}
    coordinates = now.views[now.main_view].coordinates
    silhouettes = silhouette_by_cluster(coordinates, now.labels)
    clusters = []
    for cluster, centre in zip(before.clusters, centres, strict=True):
        rows = _by_distance(coordinates, now.labels, cluster.number, centre)
        kept = [row_of[old] for old in cluster.exemplars if old in row_of]
        kept = [row for row in kept if now.labels[row] == cluster.number]
        exemplars = [*kept, *(row for row in rows if row not in kept)][:N_EXEMPLARS]
        clusters.append(
            dataclasses.replace(
                cluster,
                rows=tuple(rows),
                exemplars=tuple(exemplars),
                confidence=float(now.confidence[rows].mean()) if rows else 0.0,
                silhouette=_at(silhouettes, cluster.number),
            )
        )
    reasons = [
        _reason(now, before, row, old, row_of, clusters) for row, old in enumerate(changes.before)
    ]
    return dataclasses.replace(now, clusters=tuple(clusters), reasons=tuple(reasons))


def _by_distance(
    coordinates: FloatArray, labels: IntArray, number: int, centre: FloatArray
) -> list[int]:
    members = np.flatnonzero(labels == number)
    distance = ((coordinates[members] - centre) ** 2).sum(axis=1)
    return [int(row) for row in members[np.argsort(distance, kind="stable")]]


def _reason(
    now: Atlas,
    before: Atlas,
    row: int,
    old: int,
    row_of: dict[int, int],
    clusters: list[Cluster],
) -> TrackReason:
    label = int(now.labels[row])
    if old >= 0 and before.labels[old] == label:
        reason = before.reasons[old]
        exemplars = tuple(row_of[other] for other in reason.exemplars if other in row_of)
        return dataclasses.replace(reason, exemplars=exemplars)
    return TrackReason(
        shares={},
        second=-1,
        second_confidence=0.0,
        exemplars=clusters[label].exemplars if label >= 0 else (),
        typical="",
        atypical="",
    )


def _at(silhouettes: list[float], number: int) -> float:
    return silhouettes[number] if number < len(silhouettes) else 0.0
