"""Five artists a style, all invented, and what each of their records was made with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True, kw_only=True)
class Pressing:
    """What a record is delivered as."""

    format: str
    sr: int
    n_channels: int


def _artist(name: str, album: str, year: int, language: str) -> Artist:
    return Artist(name=name, album=album, year=year, language=language)


# Languages alternate, and begin with the other one in every second style: neither language nor
# style can be told from the other.
ARTISTS: dict[str, tuple[Artist, ...]] = {
    "Ballad": (
        _artist("Marlow Quillfeather", "Letters Under Glass", 1998, "en"),
        _artist("Ottilie Brandacker", "Leise Zimmer", 2011, "de"),
        _artist("The Paper Lanternists", "Slow Tide", 2016, "en"),
        _artist("Kasimir Nachtweih", "Nach dem Schnee", 1987, "de"),
        _artist("Isobel Farrowmere", "Eleven Goodbyes", 2021, "en"),
    ),
    "Techno": (
        _artist("Strom und Quittung", "Nachtschicht", 1996, "de"),
        _artist("Kilo Parallax Nine", "Soft Circuits", 2014, "en"),
        _artist("Gleichtakt Zwölf", "Schleifen", 2019, "de"),
        _artist("Nadir Unit Seven", "Lowered Ceiling", 2003, "en"),
        _artist("Frau Doktor Phase", "Übergang", 2022, "de"),
    ),
    "Rock": (
        _artist("The Crooked Odometers", "Last Exit Petrol", 1979, "en"),
        _artist("Schrottplatz Süd", "Rost und Ruhm", 1994, "de"),
        _artist("Ruby Tarmac and the Fuses", "Overload", 2008, "en"),
        _artist("Die Unrunden Räder", "Vollgas im Nebel", 2013, "de"),
        _artist("Gasoline Vestry", "Amen Amplified", 2018, "en"),
    ),
    "Folk": (
        _artist("Hollerbusch Terzett", "Sieben Brunnen", 1983, "de"),
        _artist("Wren Applethwaite", "The Ferry Road", 2005, "en"),
        _artist("Die Mühlenkinder", "Unter der Linde", 2017, "de"),
        _artist("The Threadbare Fiddlers", "Turnip Moon", 1991, "en"),
        _artist("Jakob Wiesenpfad", "Landgang", 2020, "de"),
    ),
}

PRESSINGS: tuple[Pressing, ...] = (
    Pressing(format="flac", sr=44100, n_channels=2),
    Pressing(format="ogg", sr=32000, n_channels=2),
    Pressing(format="mp3", sr=22050, n_channels=1),
    Pressing(format="wav", sr=22050, n_channels=2),
    Pressing(format="flac", sr=48000, n_channels=1),
    Pressing(format="wav", sr=44100, n_channels=1),
    Pressing(format="mp3", sr=24000, n_channels=1),
    Pressing(format="flac", sr=22050, n_channels=2),
    Pressing(format="ogg", sr=44100, n_channels=1),
    Pressing(format="flac", sr=44100, n_channels=1),
)
