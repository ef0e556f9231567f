"""What is like a track, and a way from one track to another."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songatlas.config import did_you_mean
from songatlas.distances import path_steps, spaced
from songatlas.errors import ConfigError
from songatlas.listening.choice import PlaylistOptions
from songatlas.listening.formats import FORMATS, Entry
from songatlas.listening.lists import names_of
from songatlas.neighbours.journey import find_journey
from songatlas.neighbours.nearest import N_LOCAL, nearest_neighbours
from songatlas.types import FloatArray, IntArray, Track
from songatlas.types.atlas import AtlasData, View


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Tracks in an order.

    Parameters
    ----------
    rows, tracks
        The tracks, and their rows in the atlas.
    distances
        From the track that was asked for, or from the one before: 1 is the distance of typical
        neighbours, whatever the collection; NaN for the first of a journey.
    """

    rows: tuple[int, ...]
    tracks: tuple[Track, ...]
    distances: tuple[float, ...]


def find_similar(
    atlas: AtlasData,
    row: int,
    n: int = 20,
    *,
    view: str | None = None,
    scale: FloatArray | None = None,
) -> Listed:
    """The `n` tracks most like one, corrected for hubness, nearest first.

    Parameters
    ----------
    scale
        :func:`~songatlas.neighbours.nearest.local_scale` in the view, where it is known.

    Raises
    ------
    ConfigError
        When the run has no such view, or the track no place in it, or `n` is below 1.
    """
    if n < 1:
        raise ConfigError(f"n must be at least 1. Got {n}.")
    coordinates = _coordinates(atlas, view, row)
    found = nearest_neighbours(
        coordinates, min(n, len(coordinates)), rows=np.array([row]), scale=scale
    )
    near = found.indices[0] >= 0
    return _listed(atlas, found.indices[0][near], found.distances[0][near])


def find_path(
    atlas: AtlasData,
    start: int,
    end: int,
    length: int | None = None,
    *,
    view: str | None = None,
    scale: FloatArray | None = None,
) -> Listed:
    """A journey from one track to another, each step a small one.

    Parameters
    ----------
    scale
        As for :func:`find_similar`.

    Raises
    ------
    ConfigError
        When both are one track, `length` is impossible, the run has no such view, or a track no
        place in it.
    """
    if start == end:
        raise ConfigError(
            f"A journey needs two tracks, and both are {atlas.tracks[start].path}. Name another, "
            "or ask for its neighbours: songatlas similar"
        )
    coordinates = _coordinates(atlas, view, start, end)
    try:
        rows = find_journey(coordinates, start, end, length, scale=scale)
    except ValueError as error:
        raise ConfigError(f"There is no such journey: {error}") from error
    steps = path_steps(coordinates[rows].astype(np.float64)) / _typical_distance(coordinates)
    return _listed(atlas, rows, np.array([math.nan, *steps]))


def _listed(atlas: AtlasData, rows: IntArray, distances: FloatArray) -> Listed:
    return Listed(
        rows=tuple(rows.tolist()),
        tracks=tuple(atlas.tracks[row] for row in rows),
        distances=tuple(distances.tolist()),
    )


def view_of(atlas: AtlasData, name: str | None) -> View:
    """The view `name`; None is the one that was clustered.

    Raises
    ------
    ConfigError
        When the run has none of that name.
    """
    name = atlas.main_view if name is None else name
    if name not in atlas.views:
        raise ConfigError(
            f"--view must be one of {', '.join(atlas.views)} for {atlas.folder}. Got {name!r}."
            f"{did_you_mean(name, atlas.views)}"
        )
    return atlas.views[name]


def as_playlist(atlas: AtlasData, rows: Sequence[int], form: str, name: str, folder: Path) -> str:
    """The tracks as a playlist, in a row of :data:`FORMATS`, for a file in `folder`."""
    entries = [Entry(track=atlas.tracks[i], seconds=float(atlas.seconds[i])) for i in rows]
    return FORMATS[form](name, entries, folder)


def as_json(atlas: AtlasData, rows: Sequence[int], said: Sequence[Mapping[str, object]]) -> str:
    """The tracks as a JSON list of objects, what is `said` of each at its end."""
    names = {cluster.number: cluster.name for cluster in atlas.clusters}
    lists = names_of(atlas, PlaylistOptions())
    records = [
        {
            "path": atlas.tracks[row].path,
            "artist": atlas.tracks[row].artist,
            "title": atlas.tracks[row].title,
            "cluster": names.get(int(atlas.labels[row])),
            "list": lists.get(row),
            **of_track,
        }
        for row, of_track in zip(rows, said, strict=True)
    ]
    return json.dumps(records, indent=2, ensure_ascii=False) + "\n"


def _coordinates(atlas: AtlasData, view: str | None, *rows: int) -> FloatArray:
    coordinates = view_of(atlas, view).coordinates
    for row in rows:
        if not np.isfinite(coordinates[row]).all():
            raise ConfigError(
                f"{atlas.tracks[row].path} has no place in the view "
                f"{view or atlas.main_view}, which hears nothing of it. Take another --view."
            )
    return coordinates


def _typical_distance(coordinates: FloatArray) -> float:
    """Median distance to the nearest, so that 1 means the same as for similar tracks."""
    sample = spaced(len(coordinates), 500)
    plain = nearest_neighbours(coordinates, N_LOCAL, scaled=False, rows=sample).distances
    finite = plain[np.isfinite(plain)]
    return float(np.median(finite)) or 1.0 if len(finite) else 1.0
