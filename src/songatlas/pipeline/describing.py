"""Every cluster and every track of a run in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.atlas import Cluster, TrackReason
from songatlas.evaluation.silhouette import silhouette_by_cluster
from songatlas.types import FloatArray, IntArray, Track

N_EXEMPLARS = 5


@dataclass(frozen=True, kw_only=True)
class Description:
    """Clusters in the order of their numbers, and one reason a track."""

    clusters: tuple[Cluster, ...]
    reasons: tuple[TrackReason, ...]


def describe(
    tracks: Sequence[Track],
    labels: IntArray,
    *,
    centres: FloatArray,
    coordinates: FloatArray,
    confidence: FloatArray,
) -> Description:
    """Say what every cluster is.

    Parameters
    ----------
    labels
        Shape (n_tracks,): cluster, −1 for none.
    centres
        Shape (n_clusters, n_coordinates).
    coordinates
        Shape (n_tracks, n_coordinates).
    confidence
        Shape (n_tracks,), in [0, 1].
    """
    silhouettes = silhouette_by_cluster(coordinates, labels)
    clusters = []
    exemplars = np.full((len(tracks), N_EXEMPLARS), -1)
    for number, centre in enumerate(centres):
        members = np.flatnonzero(labels == number)
        distance = ((coordinates[members] - centre) ** 2).sum(axis=1)
        rows = members[np.argsort(distance, kind="stable")]
        exemplars[members, : len(rows[:N_EXEMPLARS])] = rows[:N_EXEMPLARS]
        clusters.append(
            Cluster(
                number=number,
                name=f"Cluster {number}",
                named_by="songatlas",
                reason=f"{len(rows):,} tracks.",
                rows=tuple(rows.tolist()),
                exemplars=tuple(rows[:N_EXEMPLARS].tolist()),
                traits=(),
                confidence=float(confidence[members].mean()),
                silhouette=silhouettes[number],
            )
        )
    reasons = [
        TrackReason(
            shares={},
            second=-1,
            second_confidence=0.0,
            exemplars=tuple(row for row in exemplars[i].tolist() if row >= 0),
            typical="",
            atypical="",
        )
        for i in range(len(tracks))
    ]
    return Description(clusters=tuple(clusters), reasons=tuple(reasons))
