"""Five artists a style, all invented, and what each of their records was made with."""

from __future__ import annotations

from dataclasses import dataclass


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


# Languages alternate, and begin with the other one in every second style: neither language nor
# style can be told from the other.
ARTISTS: dict[str, tuple[Artist, ...]] = {
    "Ballad": (
        Artist("Marlow Quillfeather", "Letters Under Glass", 1998, "en"),
        Artist("Ottilie Brandacker", "Leise Zimmer", 2011, "de"),
        Artist("The Paper Lanternists", "Slow Tide", 2016, "en"),
        Artist("Kasimir Nachtweih", "Nach dem Schnee", 1987, "de"),
        Artist("Isobel Farrowmere", "Eleven Goodbyes", 2021, "en"),
    ),
    "Techno": (
        Artist("Strom und Quittung", "Nachtschicht", 1996, "de"),
        Artist("Kilo Parallax Nine", "Soft Circuits", 2014, "en"),
        Artist("Gleichtakt Zwölf", "Schleifen", 2019, "de"),
        Artist("Nadir Unit Seven", "Lowered Ceiling", 2003, "en"),
        Artist("Frau Doktor Phase", "Übergang", 2022, "de"),
    ),
    "Rock": (
        Artist("The Crooked Odometers", "Last Exit Petrol", 1979, "en"),
        Artist("Schrottplatz Süd", "Rost und Ruhm", 1994, "de"),
        Artist("Ruby Tarmac and the Fuses", "Overload", 2008, "en"),
        Artist("Die Unrunden Räder", "Vollgas im Nebel", 2013, "de"),
        Artist("Gasoline Vestry", "Amen Amplified", 2018, "en"),
    ),
    "Folk": (
        Artist("Hollerbusch Terzett", "Sieben Brunnen", 1983, "de"),
        Artist("Wren Applethwaite", "The Ferry Road", 2005, "en"),
        Artist("Die Mühlenkinder", "Unter der Linde", 2017, "de"),
        Artist("The Threadbare Fiddlers", "Turnip Moon", 1991, "en"),
        Artist("Jakob Wiesenpfad", "Landgang", 2020, "de"),
    ),
}

PRESSINGS: tuple[Pressing, ...] = (
    Pressing("flac", 44100, 2),
    Pressing("ogg", 32000, 2),
    Pressing("mp3", 22050, 1),
    Pressing("wav", 22050, 2),
    Pressing("flac", 48000, 1),
    Pressing("wav", 44100, 1),
    Pressing("mp3", 24000, 1),
    Pressing("flac", 22050, 2),
    Pressing("ogg", 44100, 1),
    Pressing("flac", 44100, 1),
)
