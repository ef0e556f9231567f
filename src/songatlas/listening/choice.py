"""Which tracks of a cluster stand in its playlist."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from songatlas.credits import makers_of
from songatlas.listening.formats import FORMATS, Entry
from songatlas.listening.versions import song_key


@dataclass(frozen=True, kw_only=True)
class PlaylistOptions:
    """What a playlist may hold; 0 means no limit.

    Parameters
    ----------
    size
        Tracks.
    max_per_artist
        Tracks by one artist, guests not counted; tracks without an artist are never too many.
    minutes
        Length of the whole list; a track of unknown length counts nothing.
    versions
        Whether live versions, remasters and the like stand beside another version of the song, and
        near-duplicates beside each other.
    name
        Template of the file's name with ``{name}`` and ``{number}`` (of a node, its id).
    formats
        Rows of :data:`songatlas.listening.formats.FORMATS`.
    detail
        Level of the tree down to which there are lists, one of
        :data:`songatlas.listening.lists.DETAILS`; empty is that of the run.
    nodes
        Ids of nodes of the tree: lists of these and their parts alone; empty is all.
    """

    size: int = 0
    max_per_artist: int = 0
    minutes: float = 0.0
    versions: bool = True
    name: str = "{name}"
    formats: tuple[str, ...] = tuple(FORMATS)
    detail: str = ""
    nodes: tuple[str, ...] = ()


def choose_entries(
    entries: Sequence[Entry],
    options: PlaylistOptions,
    copies: Mapping[str, str] | None = None,
    makers: Sequence[tuple[str, ...]] | None = None,
) -> list[int]:
    """Positions of the entries that are taken, the first ones that fit, in their order.

    Parameters
    ----------
    copies
        Paths of near-duplicates, each with the path of the track that it is a copy of.
    makers
        Of every entry, see :func:`songatlas.credits.makers_of`; None looks at the entries alone.
    """
    recording_of = copies or {}
    if makers is None:
        makers = makers_of([entry.track for entry in entries])
    chosen: list[int] = []
    by_artist: Counter[str] = Counter()
    taken: set[str | tuple[str, str]] = set()  # recordings and songs
    seconds = 0.0
    for position, (entry, artists) in enumerate(zip(entries, makers, strict=True)):
        same: set[str | tuple[str, str]] = set()
        if not options.versions:
            path = entry.track.path
            song = song_key(artists[0] if artists else entry.track.artist, entry.track.title)
            same = {recording_of.get(path, path), *([song] if song else [])}
        length = entry.seconds if math.isfinite(entry.seconds) else 0.0
        if options.size and len(chosen) >= options.size:
            break
        if 0 < options.max_per_artist <= max((by_artist[artist] for artist in artists), default=0):
            continue
        if same & taken:
            continue
        if options.minutes and seconds + length > 60 * options.minutes:
            continue
        chosen.append(position)
        by_artist.update(artists)
        seconds += length
        taken |= same
    return chosen
