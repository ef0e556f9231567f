"""What there are playlists of: regions of the tree and their parts, or the clusters."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from songatlas.config import require_one_of
from songatlas.listening.choice import PlaylistOptions
from songatlas.types import tree
from songatlas.types.atlas import AtlasData

CLUSTERS = "clusters"
DETAILS = (*tree.DETAILS, CLUSTERS)


@dataclass(frozen=True, kw_only=True)
class TrackList:
    """Tracks that are heard together.

    Parameters
    ----------
    id
        Of the node, or the number of the cluster.
    name, full_name
        The latter with those of the nodes above, where it alone does not tell which it is.
    rows
        The most typical first.
    above
        Id of the list in whose folder this one is; empty for none.
    has_parts
        Whether it has a folder of its own, for itself and the lists of its parts.
    """

    id: str
    name: str
    full_name: str
    rows: tuple[int, ...]
    above: str = ""
    has_parts: bool = False


def names_of(atlas: AtlasData, options: PlaylistOptions) -> dict[int, str]:
    """Full name of the closest list that every track is in, by its row; of all lists."""
    everything = dataclasses.replace(options, nodes=())
    return {row: it.full_name for it in lists_of(atlas, everything) for row in it.rows}


def lists_of(atlas: AtlasData, options: PlaylistOptions) -> list[TrackList]:
    """Every region and its parts down to the level asked for, parents first.

    A run whose tree has no regions has lists of its clusters. Nodes that are asked for and are no
    longer there are left out; without any of them all lists are there.

    Raises
    ------
    ConfigError
        For a level of which there is nothing.
    """
    grown, detail = atlas.tree, options.detail or atlas.detail
    require_one_of("--detail", detail, DETAILS)
    if detail == CLUSTERS or not grown.depth:
        return [
            TrackList(id=f"{it.number}", name=it.name, full_name=it.name, rows=it.rows)
            for it in atlas.clusters
        ]
    asked = {*options.nodes} & {node.id for node in grown}
    above = {node.id: [it.id for it in grown.parents(node.id)] for node in grown}
    level = max(len(above[node.id]) for node in grown.detail(detail))
    shown = [
        node
        for node in grown.in_order(alike=False)
        if (node.id in asked)
        or (0 < len(above[node.id]) <= level and (not asked or asked & {*above[node.id]}))
    ]
    folders = {node.parent for node in shown} & {node.id for node in shown} - {grown.root.id}
    return [
        TrackList(
            id=node.id,
            name=node.name,
            full_name=grown.full_name(node.id),
            rows=node.tracks,
            above=node.parent if node.parent and node.parent in folders else "",
            has_parts=node.id in folders,
        )
        for node in shown
    ]
