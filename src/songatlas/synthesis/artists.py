"""Five artists a style, all invented, and what each of their records was made with."""

from __future__ import annotations

from dataclasses import dataclass

from songatlas.toml import read_toml


@dataclass(frozen=True)
class Artist:
    """An invented artist with one album.

    Parameters
    ----------
    name, album, year
        As in the tags.
    language
        ISO 639-1 code of the lyrics.
    """

    name: str
    album: str
    year: int
    language: str


@dataclass(frozen=True)
class Pressing:
    """What a record is delivered as."""

    format: str
    sr: int
    n_channels: int


_TABLE = read_toml("synthesis/artists.toml")
ARTISTS = {
    style: tuple(Artist(**artist) for artist in artists)
    for style, artists in _TABLE["artists"].items()
}
PRESSINGS = tuple(Pressing(**pressing) for pressing in _TABLE["pressings"])
