"""Corrections by hand: written down, names at once, the rest with the next clustering."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from songatlas.atlas.corrections import apply_names, correct
from songatlas.atlas.find import find_groups, find_track
from songatlas.atlas.regrow import correct_tree, name_nodes, require_mergeable
from songatlas.clustering.kmeans import kmeans
from songatlas.distances import nearest_first
from songatlas.errors import ConfigError
from songatlas.listening.write import write_listening
from songatlas.machine import Machine
from songatlas.report.readme import renamed, with_clusters
from songatlas.results.corrections import (
    Corrections,
    NodeKey,
    Paths,
    read_corrections,
    write_corrections,
)
from songatlas.results.descriptions import cluster_rows, write_clusters
from songatlas.results.read import read_atlas
from songatlas.results.record import digests, read_run, write_run
from songatlas.results.staging import changing, staged
from songatlas.results.tree import write_tree
from songatlas.results.trust import read_opening, with_opening
from songatlas.revision.write import lasting
from songatlas.seeds import stage_seed
from songatlas.store.atomic import write_text
from songatlas.text import fold, one_line
from songatlas.types.atlas import AtlasData
from songatlas.types.tree import Node
from songatlas.words.opening import opening_of

_N_KNOWN_BY = 5
_README = "README.md"
_UNHEARD = "unheard"  # until what is for listening has the names: a stop may come before


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a person asks for, in their own words for tracks and clusters."""

    rename: Sequence[tuple[str, str]] = ()
    merge: Sequence[Sequence[str]] = ()
    split: Sequence[str] = ()
    together: Sequence[tuple[str, str]] = ()
    apart: Sequence[tuple[str, str]] = ()
    clear: bool = False


def label(results: str | Path, wishes: Wishes, *, machine: Machine | None = None) -> Corrections:
    """Add corrections to those of a results folder; new names are in all its files at once.

    Parameters
    ----------
    results
        Folder of a finished run.
    wishes
        What is to be corrected; clusters by number or name, nodes of the tree by id or name, tracks
        by path, title or ``artist - title``. A name means the cluster and the node that bear it.
    machine
        Where progress is shown.

    Raises
    ------
    ConfigError
        When a track, cluster or node is not found, a name is not free, or corrections contradict
        one another; nothing is written then.
    StorageError
        When `results` is no finished run or cannot be written.
    """
    progress = (machine or Machine()).progress
    with changing(results, progress) as folder:
        atlas = read_atlas(results)
        before = Corrections() if wishes.clear else read_corrections(folder.path)
        corrections = _with(before, wishes, atlas)
        correct(atlas.labels, _coordinates(atlas), atlas.tracks, corrections)  # or say what clashes
        correct_tree(atlas.tree, _coordinates(atlas), atlas.tracks, corrections)
        named = apply_names(atlas.clusters, atlas.labels, atlas.tracks, corrections)
        tree = name_nodes(atlas.tree, atlas.tracks, corrections)
        write_corrections(folder.path, corrections)
        unheard = folder.work / _UNHEARD
        if (named, tree) != (atlas.clusters, atlas.tree):
            was, atlas = _opening(atlas), dataclasses.replace(atlas, clusters=named, tree=tree)
            opening = read_opening(folder.path) or was
            now = _opening(atlas)
            write_text(unheard, "")
            with staged(folder.path) as files:
                written = [
                    write_tree(files, tree),
                    write_clusters(files, atlas.clusters, atlas.tracks),
                    with_opening(folder.path, now, files),
                ]
                text = (folder.path / _README).read_text(encoding="utf-8")
                text = with_clusters(text, cluster_rows(named))
                write_text(files / _README, renamed(text, opening, now, tree, atlas.detail))
                record = read_run(folder.path)
                changed = digests(files, (*written, _README))
                write_run(files, dataclasses.replace(record, files=lasting(record) | changed))
        if unheard.is_file():
            write_listening(atlas, progress, preview_seconds=None)
    return corrections


def _opening(atlas: AtlasData) -> str:
    return opening_of(atlas.tree, atlas.verdict, atlas.clusters, atlas.main_view, atlas.findings)


def _with(before: Corrections, wishes: Wishes, atlas: AtlasData) -> Corrections:
    def track(query: str) -> str:
        row = find_track(atlas, query)
        if atlas.labels[row] < 0:
            raise ConfigError(
                "--together and --apart need tracks that are in a cluster. "
                f"{atlas.tracks[row].path!r} is in none."
            )
        return atlas.tracks[row].path

    found = before
    for query, wish in wishes.rename:
        found = _renamed(found, query, wish, atlas)
    for queries in wishes.merge:
        found = _merged(found, queries, atlas)
    for query in wishes.split:
        found = _split(found, query, atlas)
    together = [*found.together, *((track(a), track(b)) for a, b in wishes.together)]
    apart = [*found.apart, *((track(a), track(b)) for a, b in wishes.apart)]
    for a, b in [*together, *apart]:
        if a == b:
            raise ConfigError(f"--together and --apart need two tracks. Got {a} twice.")
    return dataclasses.replace(
        found, together=tuple(dict.fromkeys(together)), apart=tuple(dict.fromkeys(apart))
    )


def _renamed(before: Corrections, query: str, wish: str, atlas: AtlasData) -> Corrections:
    name = one_line(wish)
    if not name:
        raise ConfigError("--rename needs CLUSTER=NAME with a name. Got an empty one.")
    cluster, node = find_groups(atlas, query)
    rename, rename_nodes = before.rename, before.rename_nodes
    if cluster is not None:
        known = _known_by(atlas, cluster.rows, cluster.name)
        others = [row for row in rename if not {*row[0]} & {*known}]
        rename = (*others, (known, name))
    if node is not None:
        beside = [it for it in atlas.tree.children(node.parent or "") if it.id != node.id]
        if any(fold(it.name) == fold(name) for it in beside):
            raise ConfigError(
                f"Names of parts of one node must differ. {name!r} is that of another beside "
                f"{node.id}: rename that one first."
            )
        kept = [row for row in rename_nodes if row[0][0] != node.id]
        rename_nodes = (*kept, (_key(atlas, node), name))
    return dataclasses.replace(before, rename=rename, rename_nodes=rename_nodes)


def _merged(before: Corrections, queries: Sequence[str], atlas: AtlasData) -> Corrections:
    """Clusters, or nodes, or both where every query is the name of one of each."""
    groups = [find_groups(atlas, query) for query in queries]
    numbers = sorted({cluster.number for cluster, _ in groups if cluster is not None})
    nodes = {node.id: node for _, node in groups if node is not None}
    merge, merge_nodes = before.merge, before.merge_nodes
    split, split_nodes = before.split, before.split_nodes
    if len(numbers) == len(groups) > 1:
        clusters = [atlas.clusters[number] for number in numbers]
        merge = (*merge, tuple(_known_by(atlas, it.rows, it.name) for it in clusters))
        parts = [_paths(atlas, it.rows) for it in clusters]
        split = tuple(it for it in split if not _divides(it, parts))
    if len(nodes) == len(groups) > 1:
        require_mergeable(atlas.tree, [*nodes.values()])
        merge_nodes = (*merge_nodes, tuple(_key(atlas, node) for node in nodes.values()))
        parts = [_paths(atlas, node.tracks) for node in nodes.values()]
        split_nodes = tuple(it for it in split_nodes if not _divides([p for _, p in it], parts))
    if (merge, merge_nodes) == (before.merge, before.merge_nodes):
        raise ConfigError(
            "--merge needs two clusters or more, or two nodes of the tree. Got "
            f"{','.join(queries)}: write --merge 1,4 or --merge A.1,A.2."
        )
    return dataclasses.replace(
        before, merge=merge, merge_nodes=merge_nodes, split=split, split_nodes=split_nodes
    )


def _paths(atlas: AtlasData, rows: Sequence[int]) -> set[str]:
    return {atlas.tracks[row].path for row in rows}


def _divides(split: Sequence[Paths], parts: Sequence[Collection[str]]) -> bool:
    """Whether a split that was wished before is between two of the parts that are to be one now."""

    def place(known: Paths) -> int:
        shares = [len({*known} & {*part}) for part in parts]
        return shares.index(max(shares)) if 2 * max(shares) > len(known) else -1

    places = {place(known) for known in split}
    return len(places) == len(split) and -1 not in places


def _split(before: Corrections, query: str, atlas: AtlasData) -> Corrections:
    cluster, node = find_groups(atlas, query)
    split, split_nodes = before.split, before.split_nodes
    if cluster is not None:
        split = (*split, _halves(atlas, cluster.rows, cluster.name))
    if node is not None:
        require_mergeable(atlas.tree, [node])
        one, other = _halves(atlas, node.tracks, node.name)
        split_nodes = (*split_nodes, ((node.id, one), (node.id, other)))
    return dataclasses.replace(before, split=split, split_nodes=split_nodes)


def _key(atlas: AtlasData, node: Node) -> NodeKey:
    return node.id, _known_by(atlas, node.tracks, node.name)


def _known_by(atlas: AtlasData, rows: Sequence[int], name: str) -> Paths:
    """The tracks nearest to the centre: what stays longest in a cluster."""
    if not len(rows):
        raise ConfigError(f"A cluster must have tracks to be known by. {name!r} has none any more.")
    return tuple(atlas.tracks[row].path for row in rows[:_N_KNOWN_BY])


def _halves(atlas: AtlasData, members: Sequence[int], name: str) -> tuple[Paths, Paths]:
    """The tracks nearest to the centres of the two groups that K-Means finds among some."""
    rows = np.array(members)
    if len(rows) < 3:
        raise ConfigError(f"--split needs three tracks or more. {name!r} has {len(rows)}.")
    points = _coordinates(atlas)[rows].astype(np.float64)
    seed = stage_seed(0, f"split {atlas.tracks[rows[0]].path}")
    labels = kmeans(points, 2, random_state=seed, n_init=10)
    if not labels.any():
        raise ConfigError(
            f"--split needs tracks that differ. The {len(rows)} of {name!r} are at one place, and "
            "nothing says which belong together."
        )
    parts = []
    for number in (0, 1):
        nearest = nearest_first(points, np.flatnonzero(labels == number))
        parts.append(_known_by(atlas, rows[nearest].tolist(), name))
    return parts[0], parts[1]


def _coordinates(atlas: AtlasData) -> np.ndarray:
    return np.nan_to_num(atlas.views[atlas.main_view].coordinates)
