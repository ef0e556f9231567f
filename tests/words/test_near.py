"""Whom a cluster is said to be near."""

from pathlib import Path

from songatlas.types import Track
from songatlas.words.near import nears


def _tracks(*artists: str) -> list[Track]:
    return [
        Track(path=f"{i}.ogg", source=Path(), content_hash="", artist=x)
        for i, x in enumerate(artists)
    ]


def test_an_artist_is_one_however_they_are_spelled() -> None:
    groups = [_tracks("MADSEN", "Ideal", "Madsen", "Ideal", "ideal"), _tracks("Madsen", "The Fall")]
    assert [of_group[0] for of_group in nears(groups)] == [
        "Ideal and Madsen",
        "Madsen and The Fall",
    ]


def test_the_artist_of_most_tracks_of_all_tells_nothing_however_they_are_spelled() -> None:
    groups = [_tracks("MADSEN", "Madsen", "Ideal"), _tracks("Fall, The", "madsen", "Madsen")]
    assert [of_group[0] for of_group in nears(groups)] == ["Ideal", "Fall, The"]


def test_nobody_is_near_no_list() -> None:
    """Of tracks of unknown artists and of a site titles, or files, say more."""
    junk = _tracks("Unknown Artist", "<unknown>", "http://mp3.example/a", "Various Artists", "")
    assert nears([junk])[0] == ("0.ogg and 1.ogg",)
    assert nears([[*junk, *_tracks("Ideal")]])[0][0] == "Ideal"
