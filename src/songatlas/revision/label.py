"""Corrections by hand: written down, names at once, the rest with the next clustering."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from songatlas.atlas.corrections import apply_names, correct
from songatlas.atlas.find import find_cluster, find_track
from songatlas.clustering.kmeans import kmeans
from songatlas.errors import ConfigError
from songatlas.geometry import nearest_first
from songatlas.listening.write import write_listening
from songatlas.machine import Machine
from songatlas.report.readme import with_clusters
from songatlas.results.corrections import Corrections, Paths, read_corrections, write_corrections
from songatlas.results.descriptions import cluster_rows, write_clusters
from songatlas.results.folder import open_folder
from songatlas.results.read import read_atlas
from songatlas.seeds import stage_seed
from songatlas.store.atomic import write_text
from songatlas.text import one_line
from songatlas.types.atlas import AtlasData, Cluster

_N_KNOWN_BY = 5


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
        What is to be corrected; clusters by number or name, tracks by path, title or ``artist -
        title``.
    machine
        Where progress is shown.

    Raises
    ------
    ConfigError
        When a track or cluster is not found, a name is not free, or corrections contradict one
        another; nothing is written then.
    StorageError
        When `results` is no finished run or cannot be written.
    """
    progress = (machine or Machine()).progress
    atlas = read_atlas(results)
    with open_folder(Path(results), overwrite=True) as folder:
        before = Corrections() if wishes.clear else read_corrections(folder.path)
        corrections = _with(before, wishes, atlas)
        correct(atlas.labels, _coordinates(atlas), atlas.tracks, corrections)  # or say what clashes
        named = apply_names(atlas.clusters, atlas.labels, atlas.tracks, corrections)
        write_corrections(folder.path, corrections)
        if named != atlas.clusters:
            atlas = dataclasses.replace(atlas, clusters=named)
            write_clusters(folder.path, atlas.clusters, atlas.tracks)
            readme = folder.path / "README.md"
            text = with_clusters(readme.read_text(encoding="utf-8"), cluster_rows(named))
            write_text(readme, text)
            write_listening(atlas, progress, preview_seconds=None)
    return corrections


def _with(before: Corrections, wishes: Wishes, atlas: AtlasData) -> Corrections:
    def cluster(query: str) -> int:
        return find_cluster(atlas, query)

    def track(query: str) -> str:
        return atlas.tracks[find_track(atlas, query)].path

    rename = [*before.rename]
    for query, wish in wishes.rename:
        name = one_line(wish)
        if not name:
            raise ConfigError("--rename needs CLUSTER=NAME with a name. Got an empty one.")
        known = _known_by(atlas, atlas.clusters[cluster(query)].rows)
        rename = [row for row in rename if not {*row[0]} & {*known}]
        rename.append((known, name))
    merge = [*before.merge]
    for queries in wishes.merge:
        numbers = sorted({cluster(query) for query in queries})
        if len(numbers) < 2:
            raise ConfigError(
                f"--merge needs two clusters or more. Got {','.join(queries)}: write --merge 1,4."
            )
        merge.append(tuple(_known_by(atlas, atlas.clusters[n].rows) for n in numbers))
    split = [*before.split, *(_halves(atlas, atlas.clusters[cluster(q)]) for q in wishes.split)]
    together = [*before.together, *((track(a), track(b)) for a, b in wishes.together)]
    apart = [*before.apart, *((track(a), track(b)) for a, b in wishes.apart)]
    for a, b in [*together, *apart]:
        if a == b:
            raise ConfigError(f"--together and --apart need two tracks. Got {a} twice.")
    return Corrections(
        rename=tuple(rename),
        merge=tuple(merge),
        split=tuple(split),
        together=tuple(dict.fromkeys(together)),
        apart=tuple(dict.fromkeys(apart)),
    )


def _known_by(atlas: AtlasData, rows: Sequence[int]) -> Paths:
    """The tracks nearest to the centre: what stays longest in a cluster."""
    return tuple(atlas.tracks[row].path for row in rows[:_N_KNOWN_BY])


def _halves(atlas: AtlasData, cluster: Cluster) -> tuple[Paths, Paths]:
    """The tracks nearest to the centres of the two groups that K-Means finds in a cluster."""
    rows = np.array(cluster.rows)
    if len(rows) < 2:
        raise ConfigError(f"Cluster {cluster.name!r} has {len(rows)} track: it cannot be split.")
    points = _coordinates(atlas)[rows].astype(np.float64)
    seed = stage_seed(0, f"split {atlas.tracks[rows[0]].path}")
    labels = kmeans(points, 2, random_state=seed, n_init=10)
    parts = []
    for number in (0, 1):
        members = nearest_first(points, np.flatnonzero(labels == number))
        parts.append(_known_by(atlas, rows[members].tolist()))
    return parts[0], parts[1]


def _coordinates(atlas: AtlasData) -> np.ndarray:
    return np.nan_to_num(atlas.views[atlas.main_view].coordinates)
