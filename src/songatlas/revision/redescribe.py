"""Clusters that are known already, with the tracks that they hold now."""

from __future__ import annotations

import dataclasses

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.atlas.keeping import keep_names
from songatlas.distances import nearest_first
from songatlas.evaluation.silhouette import silhouette_by_cluster
from songatlas.models.decision import Decision
from songatlas.stages.describe import N_EXEMPLARS, describe_clusters, explain_tracks
from songatlas.types import FloatArray
from songatlas.types.atlas import AtlasData, Cluster
from songatlas.words.evidence import Evidence


def redescribe(
    now: AtlasData,
    before: AtlasData,
    changes: Changes,
    placed: Decision,
    evidence: Evidence,
    again: Decision | None,
) -> AtlasData:
    """`now` with its clusters and reasons, as far as possible those of `before`.

    A cluster that only won or lost tracks keeps name, sentence and traits: they are those of the
    training. Where the partition itself was corrected, all clusters are described anew, and those
    that were neither merged nor split keep their names.

    Parameters
    ----------
    now
        Tracks, labels and views as they are; its clusters and reasons are not read.
    changes
        From `before` to `now`.
    placed
        Of the tracks that are new.
    again
        Of all tracks, where the partition itself was corrected; None where it was not.
    """
    coordinates = np.nan_to_num(now.views[now.main_view].coordinates)
    if again is None:
        clusters = _with_tracks(now, before, changes, coordinates)
        decision = _with_decisions(now, before, changes, placed)
    else:
        now, decision = dataclasses.replace(now, confidence=again.confidence), again
        fresh = describe_clusters(
            evidence, now.labels, now.tracks, coordinates=coordinates, confidence=now.confidence
        )
        clusters = keep_names(fresh, now.labels, now.tracks, before, corrected=True)
    reasons = explain_tracks(evidence, clusters, now.labels, coordinates, decision)
    return dataclasses.replace(now, clusters=clusters, reasons=reasons)


def _with_decisions(
    now: AtlasData, before: AtlasData, changes: Changes, placed: Decision
) -> Decision:
    """Those of `before` where a track was there, else the next of `placed`."""
    known = np.array(changes.before)
    found = Decision.unknown(len(now.tracks)).with_rows(np.flatnonzero(known < 0), placed)
    for row in np.flatnonzero(known >= 0):
        reason = before.reasons[known[row]]
        found.second[row], found.second_confidence[row] = reason.second, reason.second_confidence
        for name, share in reason.shares.items():
            found.shares[name][row] = share
    return found


def _with_tracks(
    now: AtlasData, before: AtlasData, changes: Changes, coordinates: FloatArray
) -> tuple[Cluster, ...]:
    row_of = {old: row for row, old in enumerate(changes.before) if old >= 0}
    if len(row_of) == len(now.tracks) == len(before.tracks):  # what a run said to the last digit
        return tuple(
            dataclasses.replace(
                cluster,
                rows=tuple(row_of[old] for old in cluster.rows),
                exemplars=tuple(row_of[old] for old in cluster.exemplars),
            )
            for cluster in before.clusters
        )
    has = now.labels >= 0
    silhouettes = silhouette_by_cluster(coordinates[has], now.labels[has])
    silhouettes += [0.0] * len(before.clusters)
    clusters = []
    for cluster in before.clusters:
        members = np.flatnonzero(now.labels == cluster.number)
        rows = nearest_first(coordinates, members).tolist()
        kept = [row_of[old] for old in cluster.exemplars if old in row_of]
        exemplars = [*kept, *(row for row in rows if row not in kept)][:N_EXEMPLARS]
        clusters.append(
            dataclasses.replace(
                cluster,
                rows=tuple(rows),
                exemplars=tuple(exemplars),
                confidence=float(now.confidence[rows].mean()) if rows else 0.0,
                silhouette=silhouettes[cluster.number],
            )
        )
    return tuple(clusters)
