"""``tracks.csv``: row *i* says what is known of track *i*, and its cluster by every method."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from songatlas.library.names import real_path
from songatlas.results.written import as_written, made_of
from songatlas.store.tables import Cell, read_csv, write_csv
from songatlas.types import FloatArray, IntArray, Part, Track
from songatlas.types.tree import Tree

TRACKS_FILE = "tracks.csv"
_FIELDS = ("path", "title", "artist", "album", "year", "genre", "language")
_CREDITS = ("album_artist", "composer", "disc")
# Then the place of parts of files, where there are some, the label column, confidence.
_KNOWN = (*_FIELDS, "has_lyrics", "seconds", "content_hash", *_CREDITS, "artists", "compilation")
_PLACE = ("part_start", "part_stop")
_TREE = ("tree_region", "tree_list")  # ids: of the first level and of the leaf
_BETWEEN = "; "  # the artists
_CONFIDENCE = "confidence"


@dataclass(frozen=True, kw_only=True)
class TrackTable:
    """The tracks of a run, row by row.

    Parameters
    ----------
    tracks
        In the order of every array. Read back they have neither lyrics nor columns.
    seconds
        Shape (n_tracks,): length; NaN where unknown.
    confidence
        Shape (n_tracks,), in [0, 1]: not written, and 0 when read back, for a track that the first
        method has in no cluster.
    clusters
        Method → shape (n_tracks,): cluster, −1 for none. The first method's are *the* clusters.
    label_column, classes
        What the clusters are judged against, and its value for every track in the one spelling
        that counts, empty where there is none. Has no column of its own where it is one of those
        that stand there anyway; then it reads back empty.
    tree
        Where every track is in it; of this file alone it does not read back.
    """

    tracks: tuple[Track, ...]
    seconds: FloatArray
    confidence: FloatArray
    clusters: Mapping[str, IntArray]
    label_column: str = ""
    classes: Sequence[str] = ()
    tree: Tree = field(default_factory=Tree)


def write_tracks(folder: Path, table: TrackTable) -> str:
    """Write ``tracks.csv``, where what is not known is an empty cell."""
    judged = table.label_column not in ("", *_KNOWN, *_PLACE, *_TREE)
    extra = [table.label_column] if judged else []
    place = _PLACE if any(track.part for track in table.tracks) else ()
    columns = [
        *_KNOWN,
        *place,
        *(_TREE if table.tree else ()),
        *extra,
        _CONFIDENCE,
        *table.clusters,
    ]
    write_csv(folder / TRACKS_FILE, columns, _rows(table, placed=bool(place), judged=judged))
    return TRACKS_FILE


def _rows(table: TrackTable, *, placed: bool, judged: bool) -> Iterator[list[Cell]]:
    methods = list(table.clusters.values())
    n_tracks = len(table.tracks)
    grown = [table.tree.ids(n, n_tracks) for n in (1, table.tree.depth)] if table.tree else []
    for i, track in enumerate(table.tracks):
        cells: list[Cell] = [getattr(track, name) for name in _FIELDS]
        cells.append(bool(track.lyrics))
        cells.append(float(table.seconds[i]) if np.isfinite(table.seconds[i]) else None)
        cells += [track.content_hash, *(getattr(track, name) for name in _CREDITS)]
        cells += [_BETWEEN.join(track.artists), track.compilation]
        if placed:
            place = track.part or (None, None)
            cells += [x if x is not None and math.isfinite(x) else None for x in place]
        cells += [ids[i] for ids in grown]
        if judged:
            cells.append(table.classes[i])
        cells.append(float(table.confidence[i]) if methods[0][i] >= 0 else None)
        yield [*cells, *(int(labels[i]) for labels in methods)]


def read_tracks(folder: Path, root: Path) -> TrackTable:
    """Inverse of :func:`write_tracks`.

    Parameters
    ----------
    root
        The folder that the paths are relative to.

    Raises
    ------
    StorageError
        When the file is missing or is not what was written.
    """
    path = folder / TRACKS_FILE
    rows = read_csv(path)
    with as_written(path):
        columns = list(rows[0]) if rows else [*_KNOWN, _CONFIDENCE]
        at = columns.index(_CONFIDENCE)
        extra = [name for name in columns[:at] if name not in (*_KNOWN, *_PLACE, *_TREE)]
        return TrackTable(
            tracks=tuple(_track(row, root) for row in rows),
            seconds=np.array([float(row["seconds"] or "nan") for row in rows]),
            confidence=np.array([float(row[_CONFIDENCE] or 0) for row in rows]),
            clusters={
                method: np.array([int(row[method]) for row in rows]) for method in columns[at + 1 :]
            },
            label_column="".join(extra),
            classes=tuple(row[name] for row in rows for name in extra),
        )


def _track(row: Mapping[str, str], root: Path) -> Track:
    said = {name: row[name] for name in (*_FIELDS, "content_hash")}
    said |= {name: row[name] for name in _CREDITS if name in row}  # not in runs from before
    artists = tuple(filter(None, row.get("artists", "").split(_BETWEEN)))
    several = {"artists": artists, "compilation": row.get("compilation") == "true"}
    name, part = row["path"], None
    if row.get("part_start"):
        name = name.rpartition("#")[0]
        part = Part(float(row["part_start"]), float(row["part_stop"] or "inf"))
    return made_of(Track, {**said, **several, "source": root / real_path(name), "part": part})
