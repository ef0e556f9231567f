"""Tracks, clusters and nodes of the tree by what a person calls them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from songatlas.errors import ConfigError
from songatlas.text import plain, some, track_name
from songatlas.types import Track
from songatlas.types.atlas import AtlasData, Cluster
from songatlas.types.tree import Node

Names = Sequence[tuple[str, ...]]


def find_track(atlas: AtlasData, query: str, names: Callable[[], Names] | None = None) -> int:
    """Row of the track that `query` means.

    By its path, else its title, else ``artist - title``, else what is part of one of these in one
    track only; whatever the case and accents.

    Parameters
    ----------
    names
        Gives :func:`plain_names` of the tracks, where they are kept; a path needs none.

    Raises
    ------
    ConfigError
        When none or several fit, with those that do or come close.
    """
    for row, track in enumerate(atlas.tracks):
        if track.path == query:
            return row
    wanted = _plain(query)
    known_as = names() if names else plain_names(atlas.tracks)
    for fits in (
        [row for row, known in enumerate(known_as) if wanted in known],
        [row for row, known in enumerate(known_as) if any(wanted in name for name in known)],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            shown = [_called(atlas.tracks[row]) for row in fits]
            raise ConfigError(
                f"TRACK must name one track of {atlas.folder}. Got {query!r}, which fits "
                f"{len(fits)}: {some(shown)}. Give the path of one."
            )
    everything = [name for known in known_as for name in known]
    close = {*difflib.get_close_matches(wanted, everything, n=3, cutoff=0.7)}
    shown = [_called(atlas.tracks[row]) for row, known in enumerate(known_as) if close & {*known}]
    hint = f" Did you mean {some(shown)}?" if shown else " The paths are in its tracks.csv."
    raise ConfigError(f"TRACK must name a track of {atlas.folder}. Got {query!r}.{hint}")


def plain_names(tracks: Sequence[Track]) -> Names:
    """Everything that each track may be called by, without case and accents."""
    return [tuple(_plain(name) for name in _names(track)) for track in tracks]


def find_groups(atlas: AtlasData, query: str) -> tuple[Cluster | None, Node | None]:
    """The cluster and the node of the tree that `query` means.

    A number means a cluster, an id a node; a name, or a part of one name only, whatever bears it:
    often a cluster and a node. A node may also be called by its name behind those above it.

    Raises
    ------
    ConfigError
        When nothing fits, or several clusters or nodes do.
    """
    if query.isdecimal() and int(query) < len(atlas.clusters):
        return atlas.clusters[int(query)], None
    if query in atlas.tree:
        return None, atlas.tree[query]
    wanted = _plain(query)
    groups: list[Cluster | Node] = [*atlas.clusters, *atlas.tree]
    fits = [it for it in groups if wanted in _called_so(atlas, it)]
    if not fits and wanted:
        fits = [it for it in groups if wanted in _plain(it.name)]
        fits = fits if len({_plain(it.name) for it in fits}) == 1 else []
    clusters = [it for it in fits if isinstance(it, Cluster)]
    nodes = [it for it in fits if isinstance(it, Node)]
    if max(len(clusters), len(nodes)) == 1:
        return (*clusters, None)[0], (*nodes, None)[0]
    known = [f"{cluster.number} {cluster.name!r}" for cluster in atlas.clusters]
    raise ConfigError(
        f"CLUSTER must be the number, id or name of one cluster or node of {atlas.folder}. Got "
        f"{query!r}. There are {some([*known, *_nodes(atlas)], 30)}."
    )


def find_node(atlas: AtlasData, query: str) -> Node:
    """The node of the tree that `query` means, by :func:`find_groups`.

    Raises
    ------
    ConfigError
        When none fits, or several do.
    """
    node = find_groups(atlas, query)[1] if atlas.tree else None
    if node is None:
        there = some(_nodes(atlas), 30) or "none: its folder is from before there were trees"
        raise ConfigError(
            f"--node must be the id or name of one node in the tree of {atlas.folder}. Got "
            f"{query!r}. There are {there}."
        )
    return node


def _nodes(atlas: AtlasData) -> list[str]:
    return [f"{node.id} {atlas.tree.full_name(node.id)!r}" for node in atlas.tree]


def _called_so(atlas: AtlasData, it: Cluster | Node) -> set[str]:
    names = {it.name, atlas.tree.full_name(it.id)} if isinstance(it, Node) else {it.name}
    return {_plain(name) for name in names}


def _names(track: Track) -> list[str]:
    """Everything that a track may be called by, its path last but one, artist and title last."""
    title = track.title or track.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return [title, track.path, track_name(track.artist, title, "")]


def _called(track: Track) -> str:
    """As a person knows it, and its path."""
    if not track.title:
        return repr(track.path)
    return f"{track_name(track.artist, track.title, '')!r} ({track.path})"


def _plain(text: str) -> str:
    return plain(text).replace("–", "-")  # either dash stands between artist and title
