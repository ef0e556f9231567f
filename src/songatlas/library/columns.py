"""Which column of a metadata table is the title, which the lyrics, and so on."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from songatlas.errors import MetadataError

# For each field its usual names, the likeliest first: of two columns the earlier name counts.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "file": ("file", "path", "filename", "filepath", "location"),
    "title": ("title", "trackname", "name", "track", "song", "tracktitle", "songtitle", "songname"),
    "artist": ("artist", "artists", "trackartist", "artistname", "performer"),
    "album": ("album", "albumname", "trackalbumname", "albumtitle"),
    "lyrics": ("lyrics", "text", "lyric"),
    "genre": ("genre", "playlistgenre", "tag", "genres"),
    "language": ("language", "lang"),
    "year": ("year", "releaseyear", "date", "releasedate", "trackalbumreleasedate"),
}


class Recognised(NamedTuple):
    """Column name of every recognised field, and notes on choices that were made."""

    columns: dict[str, str]
    notes: tuple[str, ...]


def normal_name(name: str) -> str:
    """`name` without case, spaces, underscores and hyphens.

    Examples
    --------
    >>> normal_name("Track_Name"), normal_name(" playlist genre")
    ('trackname', 'playlistgenre')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(folded.split()).replace("_", "").replace("-", "")


def is_known(name: str) -> bool:
    """Whether some field goes by `name`."""
    return any(normal_name(name) in names for names in SYNONYMS.values())


def recognise(
    names: Sequence[str], *, overrides: Mapping[str, str] | None = None, table: str
) -> Recognised:
    """Find the column of every field.

    Parameters
    ----------
    names
        Column names of the table.
    overrides
        Column by field, where the usual names do not fit: ``{"title": "Song Name"}``.
    table
        Name of the table, for messages.

    Raises
    ------
    MetadataError
        For an unknown field or a missing column in `overrides`, or when there is neither a file
        nor a title column to join by.

    Examples
    --------
    >>> recognise(["track_name", "lyrics", "playlist_genre"], table="songs.csv").columns
    {'title': 'track_name', 'lyrics': 'lyrics', 'genre': 'playlist_genre'}
    """
    chosen = {
        _field(field): _column(field, wanted, names, table)
        for field, wanted in (overrides or {}).items()
    }
    columns: dict[str, str] = {}
    notes: list[str] = []
    for field, synonyms in SYNONYMS.items():
        if field in chosen:
            columns[field] = chosen[field]
            continue
        fitting = [name for name in names if normal_name(name) in synonyms]
        fitting = [name for name in fitting if name not in chosen.values()]
        if fitting:
            fitting.sort(key=lambda name: synonyms.index(normal_name(name)))
            columns[field] = fitting[0]
        if len(fitting) > 1:
            notes.append(
                f"{table} line 1: {_list(fitting)} could all be the {field}; {fitting[0]!r} is "
                f"used. Name another with the column options."
            )
    if not ({"file", "title"} & columns.keys()):
        raise MetadataError(
            f"{table} must have a file or a title column, to join its rows to the audio. Got "
            f"{_list(names)}. Name the column with the column options."
        )
    return Recognised(columns, tuple(notes))


def _field(field: str) -> str:
    if field in SYNONYMS:
        return field
    raise MetadataError(
        f"{field!r} is not a field of a track.{_hint(field, SYNONYMS)} Fields are "
        f"{', '.join(SYNONYMS)}."
    )


def _column(field: str, wanted: str, names: Sequence[str], table: str) -> str:
    if wanted in names:
        return wanted
    alike = [name for name in names if normal_name(name) == normal_name(wanted)]
    if len(alike) == 1:
        return alike[0]
    raise MetadataError(
        f"{table} has no column {wanted!r} for the {field}.{_hint(wanted, names)} Its columns are "
        f"{_list(names)}."
    )


def _hint(wanted: str, names: Iterable[str]) -> str:
    by_normal = {normal_name(name): name for name in names}
    close = difflib.get_close_matches(normal_name(wanted), by_normal, n=1)
    return f" Did you mean {by_normal[close[0]]!r}?" if close else ""


def _list(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
