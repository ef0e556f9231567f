"""What a finished run says of a cluster, a node of its tree or a track, as values to show."""

from __future__ import annotations

from typing import Any

from songatlas.atlas.find import find_groups, find_track
from songatlas.errors import ConfigError
from songatlas.text import some
from songatlas.types.atlas import AtlasData, Cluster
from songatlas.types.tree import CONVENIENT, EVERYTHING, REAL, Node

_N_EXEMPLARS = 5
_REASONS = {
    EVERYTHING: "Everything that has a place.",
    REAL: "It is really there: between it and what is beside it there are few tracks.",
    CONVENIENT: "It is a neighbourhood: no border between it and what is beside it is sure.",
}


def find_subject(atlas: AtlasData, query: str) -> tuple[str, int]:
    """``("cluster", number)``, ``("node", place in the tree)`` or ``("track", row)``.

    The number or the whole name of a cluster means the cluster, the id or the whole name of a node
    the node; else a track, and only where no track fits a part of the name of one of them.

    Raises
    ------
    ConfigError
        When neither fits, or several do.
    """
    for cluster in atlas.clusters:
        if query in (str(cluster.number), cluster.name):
            return "cluster", cluster.number
    for place, node in enumerate(atlas.tree):
        if query in (node.id, node.name, atlas.tree.full_name(node.id)):
            return "node", place
    try:
        return "track", find_track(atlas, query)
    except ConfigError as no_track:
        try:
            named, held = find_groups(atlas, query)
        except ConfigError:
            known = [f"{c.number} {c.name!r}" for c in atlas.clusters]
            known += [f"{node.id} {node.name!r}" for node in atlas.tree]
            raise ConfigError(
                f"{no_track} Nor is it one of the clusters {some(known, 30)}."
            ) from None
        if named is not None:
            return "cluster", named.number
        return "node", next(place for place, it in enumerate(atlas.tree) if it is held)


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


def explain_node(atlas: AtlasData, place: int) -> dict[str, Any]:
    """A node of the tree: name, how real it is, what it is a part of and what its parts are."""
    node = atlas.tree.nodes[place]
    return {
        "node": node.id,
        "name": node.name,
        "named_by": node.named_by,
        "found": node.found,
        "kind": node.kind,
        "reason": _REASONS[node.kind],
        "size": len(node.tracks),
        "above": [_part(it) for it in atlas.tree.parents(node.id)],
        "parts": [_part(it) for it in atlas.tree.children(node.id)],
        "exemplars": [_track(atlas, row) for row in node.tracks[:_N_EXEMPLARS]],
        "evidence": dict(node.evidence),
        "verdict": atlas.verdict,
    }


def explain_track(atlas: AtlasData, row: int) -> dict[str, Any]:
    """A track: its cluster and why, where in the tree, the second-best, what fits and not."""
    reason, number = atlas.reasons[row], int(atlas.labels[row])
    return {
        **_track(atlas, row),
        "cluster": _named(atlas.clusters[number]) if number >= 0 else None,
        "tree": [
            _part(node) for node in atlas.tree.in_order() if node.parent and row in node.tracks
        ],
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


def _part(node: Node) -> dict[str, Any]:
    found = {"node": node.id, "name": node.name, "found": node.found, "kind": node.kind}
    return {**found, "size": len(node.tracks)}


def _named(cluster: Cluster) -> dict[str, Any]:
    return {"number": cluster.number, "name": cluster.name, "reason": cluster.reason}
