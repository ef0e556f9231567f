"""Tracks and clusters by what a person calls them."""

from __future__ import annotations

import difflib

from songatlas.errors import ConfigError
from songatlas.text import plain, some, track_name
from songatlas.types import Track
from songatlas.types.atlas import AtlasData


def find_track(atlas: AtlasData, query: str) -> int:
    """Row of the track that `query` means.

    By its path, else its title, else ``artist - title``, else what is part of one of these in one
    track only; whatever the case and accents.

    Raises
    ------
    ConfigError
        When none or several fit, with those that do or come close.
    """
    for row, track in enumerate(atlas.tracks):
        if track.path == query:
            return row
    wanted = _plain(query)
    names = [[_plain(name) for name in _names(track)] for track in atlas.tracks]
    for fits in (
        [row for row, known in enumerate(names) if wanted in known],
        [row for row, known in enumerate(names) if any(wanted in name for name in known)],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            shown = [_called(atlas.tracks[row]) for row in fits]
            raise ConfigError(
                f"TRACK must name one track of {atlas.folder}. Got {query!r}, which fits "
                f"{len(fits)}: {some(shown)}. Give the path of one."
            )
    everything = [name for known in names for name in known]
    close = {*difflib.get_close_matches(wanted, everything, n=3, cutoff=0.7)}
    shown = [_called(atlas.tracks[row]) for row, known in enumerate(names) if close & {*known}]
    hint = f" Did you mean {some(shown)}?" if shown else " The paths are in its tracks.csv."
    raise ConfigError(f"TRACK must name a track of {atlas.folder}. Got {query!r}.{hint}")


def find_cluster(atlas: AtlasData, query: str) -> int:
    """Number of the cluster that `query` means: its number, its name, or a part of one name only.

    Raises
    ------
    ConfigError
        When none or several fit.
    """
    if query.isdecimal() and int(query) < len(atlas.clusters):
        return int(query)
    wanted = _plain(query)
    names = [_plain(cluster.name) for cluster in atlas.clusters]
    fits = [i for i, name in enumerate(names) if name == wanted] or [
        i for i, name in enumerate(names) if wanted and wanted in name
    ]
    if len(fits) == 1:
        return fits[0]
    known = [f"{cluster.number} {cluster.name!r}" for cluster in atlas.clusters]
    raise ConfigError(
        f"CLUSTER must be the number or name of one cluster of {atlas.folder}. Got {query!r}. "
        f"There are {', '.join(known)}."
    )


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
