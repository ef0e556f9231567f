"""``clusters.json`` and ``reasons.csv``: clusters and tracks in words, as files and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from songatlas.results.written import as_written, json_as_written, made_of
from songatlas.store.atomic import write_json
from songatlas.store.tables import read_csv, write_csv
from songatlas.types import Track
from songatlas.types.atlas import Cluster, TrackReason, Trait

CLUSTERS_FILE = "clusters.json"
REASONS_FILE = "reasons.csv"
_BETWEEN = "; "  # the tags that are heard
_SENSES = ("sound", "lyrics")
_SAID = ("second", "second_confidence", "exemplars", "typical", "atypical", "heard")
_COLUMNS = ("path", *_SENSES, *_SAID)


def cluster_rows(clusters: Sequence[Cluster]) -> tuple[tuple[str, int, str], ...]:
    """Name, size and reason of each, for the report."""
    return tuple((cluster.name, len(cluster.rows), cluster.reason) for cluster in clusters)


def write_clusters(folder: Path, clusters: Sequence[Cluster], tracks: Sequence[Track]) -> str:
    """Write ``clusters.json``, where tracks stand by their paths."""
    record = {"clusters": [_to_json(cluster, tracks) for cluster in clusters]}
    write_json(folder / CLUSTERS_FILE, record)
    return CLUSTERS_FILE


def read_clusters(folder: Path, tracks: Sequence[Track]) -> tuple[Cluster, ...]:
    """Inverse of :func:`write_clusters`.

    Raises
    ------
    StorageError
        When the file is missing or is not what was written for these tracks.
    """
    row = {track.path: i for i, track in enumerate(tracks)}
    with json_as_written(folder / CLUSTERS_FILE) as said:
        return tuple(_from_json(values, row) for values in said["clusters"])


def write_reasons(folder: Path, reasons: Sequence[TrackReason], tracks: Sequence[Track]) -> str:
    """Write ``reasons.csv``: row *i* is track *i*, exemplars are rows from 0."""
    rows = (
        (
            track.path,
            *(reason.shares.get(sense) for sense in _SENSES),
            reason.second,
            reason.second_confidence,
            " ".join(map(str, reason.exemplars)),
            reason.typical,
            reason.atypical,
            _BETWEEN.join(reason.heard),
        )
        for track, reason in zip(tracks, reasons, strict=True)
    )
    write_csv(folder / REASONS_FILE, _COLUMNS, rows)
    return REASONS_FILE


def read_reasons(folder: Path, tracks: Sequence[Track]) -> tuple[TrackReason, ...]:
    """Inverse of :func:`write_reasons`.

    Raises
    ------
    StorageError
        When the file is missing or is not what was written, or its rows are of other tracks.
    """
    path = folder / REASONS_FILE
    with as_written(path):
        rows = read_csv(path)
        if [row["path"] for row in rows] != [track.path for track in tracks]:
            raise ValueError("its rows are not those of tracks.csv, one of which was sorted")
        return tuple(
            TrackReason(
                shares={sense: float(row[sense]) for sense in _SENSES if row[sense]},
                second=int(row["second"]),
                second_confidence=float(row["second_confidence"]),
                exemplars=tuple(int(number) for number in row["exemplars"].split()),
                typical=row["typical"],
                atypical=row["atypical"],
                heard=tuple(filter(None, (row.get("heard") or "").split(_BETWEEN))),
            )
            for row in rows
        )


def _to_json(cluster: Cluster, tracks: Sequence[Track]) -> dict[str, object]:
    values = vars(cluster) | {
        "size": len(cluster.rows),
        "exemplars": [tracks[row].path for row in cluster.exemplars],
        "traits": [vars(trait) for trait in cluster.traits],
        "tracks": [tracks[row].path for row in cluster.rows],
    }
    del values["rows"]
    return values


def _from_json(values: Mapping[str, Any], row: Mapping[str, int]) -> Cluster:
    rows = {
        "rows": tuple(row[path] for path in values["tracks"]),
        "exemplars": tuple(row[path] for path in values["exemplars"]),
    }
    traits = tuple(made_of(Trait, trait) for trait in values["traits"])
    return made_of(Cluster, {**values, **rows, "traits": traits})
