"""What a finished run says of one cluster or one track, as values to show."""

from __future__ import annotations

from typing import Any

from songatlas.atlas.find import find_cluster, find_track
from songatlas.errors import ConfigError
from songatlas.types.atlas import AtlasData, Cluster


def find_subject(atlas: AtlasData, query: str) -> tuple[str, int]:
    """``("cluster", number)`` or ``("track", row)``, whichever `query` means.

    The number or the whole name of a cluster means the cluster; else a track, and only where no
    track fits a part of a cluster's name.

    Raises
    ------
    ConfigError
        When neither fits, or several do.
    """
    for cluster in atlas.clusters:
        if query in (str(cluster.number), cluster.name):
            return "cluster", cluster.number
    try:
        return "track", find_track(atlas, query)
    except ConfigError as no_track:
        try:
            return "cluster", find_cluster(atlas, query)
        except ConfigError:
            known = ", ".join(f"{c.number} {c.name!r}" for c in atlas.clusters)
            raise ConfigError(f"{no_track} Nor is it one of the clusters {known}.") from None


def explain_cluster(atlas: AtlasData, number: int) -> dict[str, Any]:
    """A cluster: name, reason, trust, exemplars, traits."""
    cluster = atlas.clusters[number]
    return {
        "cluster": cluster.number,
        "name": cluster.name,
        "named_by": cluster.named_by,
        "size": len(cluster.rows),
        "reason": cluster.reason,
        "confidence": cluster.confidence,
        "silhouette": cluster.silhouette,
        "exemplars": [_track(atlas, row) for row in cluster.exemplars],
        "traits": [vars(trait) for trait in cluster.traits],
        "verdict": atlas.verdict,
    }


def explain_track(atlas: AtlasData, row: int) -> dict[str, Any]:
    """A track: its cluster and why, the second-best, what fits and what does not."""
    reason, number = atlas.reasons[row], int(atlas.labels[row])
    return {
        **_track(atlas, row),
        "cluster": _named(atlas.clusters[number]) if number >= 0 else None,
        "confidence": float(atlas.confidence[row]),
        "second": _named(atlas.clusters[reason.second]) if reason.second >= 0 else None,
        "second_confidence": reason.second_confidence,
        "shares": dict(reason.shares),
        "without_shares": atlas.without_shares(row),
        "typical": reason.typical,
        "atypical": reason.atypical,
        "heard": [*reason.heard],
        "exemplars": [_track(atlas, other) for other in reason.exemplars],
        "verdict": atlas.verdict,
    }


def _track(atlas: AtlasData, row: int) -> dict[str, str]:
    track = atlas.tracks[row]
    return {"path": track.path, "artist": track.artist, "title": track.title}


def _named(cluster: Cluster) -> dict[str, Any]:
    return {"number": cluster.number, "name": cluster.name, "reason": cluster.reason}
