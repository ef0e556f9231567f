"""Clusters that are known already, with the tracks that they hold now."""

from __future__ import annotations

import dataclasses

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.atlas.keeping import keep_names
from songatlas.evaluation.silhouette import silhouette_by_cluster
from songatlas.revision.deciding import Decision, undecided
from songatlas.revision.place import Placement
from songatlas.stages.describe import N_EXEMPLARS, describe_clusters, explain_tracks
from songatlas.types import FloatArray, IntArray
from songatlas.types.atlas import Atlas, Cluster
from songatlas.words.evidence import Evidence


def redescribe(
    now: Atlas,
    before: Atlas,
    changes: Changes,
    placement: Placement,
    evidence: Evidence,
    again: Decision | None,
) -> Atlas:
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
    placement
        Of the tracks that are new.
    again
        Of all tracks, where the partition itself was corrected; None where it was not.
    """
    coordinates = np.nan_to_num(now.views[now.main_view].coordinates)
    if again is None:
        clusters = _with_tracks(now, before, changes, coordinates)
        decision = _with_decisions(now, before, changes, placement.decision)
    else:
        now, decision = dataclasses.replace(now, confidence=again.confidence), again
        fresh = describe_clusters(
            evidence, now.labels, coordinates=coordinates, confidence=now.confidence
        )
        clusters = keep_names(fresh, now.labels, now.tracks, before, corrected=True)
    reasons = explain_tracks(
        evidence,
        clusters,
        now.labels,
        coordinates=coordinates,
        second=decision.second,
        second_confidence=decision.second_confidence,
        shares=decision.shares,
    )
    return dataclasses.replace(now, clusters=clusters, reasons=reasons)


def _with_decisions(now: Atlas, before: Atlas, changes: Changes, placed: Decision) -> Decision:
    """Those of `before` where a track was there, else the next of `placed`."""
    known = np.array(changes.before)
    found, new = undecided(len(now.tracks)), known < 0
    found.second[new], found.second_confidence[new] = placed.second, placed.second_confidence
    for name, values in placed.shares.items():
        found.shares[name][new] = values
    for row in np.flatnonzero(~new):
        reason = before.reasons[known[row]]
        found.second[row], found.second_confidence[row] = reason.second, reason.second_confidence
        for name, share in reason.shares.items():
            found.shares[name][row] = share
    return found


def _with_tracks(
    now: Atlas, before: Atlas, changes: Changes, coordinates: FloatArray
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
        rows = _by_distance(coordinates, now.labels, cluster.number)
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


def _by_distance(coordinates: FloatArray, labels: IntArray, number: int) -> list[int]:
    members = np.flatnonzero(labels == number)
    if not len(members):
        return []
    distance = ((coordinates[members] - coordinates[members].mean(axis=0)) ** 2).sum(axis=1)
    return [int(row) for row in members[np.argsort(distance, kind="stable")]]
