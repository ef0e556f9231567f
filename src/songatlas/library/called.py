"""Files that are called one thing, told apart by whom they are by.

Thousands of files may be called *Intro*, and as many rows: none is held against each of them.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from songatlas.credits import names_in
from songatlas.text import title_key

_FEW = 32  # folders that are looked through one by one
_GRAM = 3  # characters


class Called:
    """Files with one title.

    Parameters
    ----------
    pairs
        Track path and artist, which is empty where none is known.
    folders
        Folders that are taken for artists, by track path.

    Examples
    --------
    >>> both = Called([("a/Adele/Intro.mp3", ""), ("b/Intro.mp3", "Dock feat. Port")], {})
    >>> sorted(both.by("adele")), sorted(both.by("Port")), sorted(both.by("Tide"))
    (['a/Adele/Intro.mp3'], ['b/Intro.mp3'], [])
    >>> both.not_by_others("Port")[0], both.not_by_others("Tide")
    (2, (1, 'a/Adele/Intro.mp3'))
    """

    def __init__(self, pairs: Iterable[tuple[str, str]], folders: Mapping[str, str]) -> None:
        self._pairs = frozenset(pairs)
        self._folders = folders

    def __bool__(self) -> bool:
        return bool(self._pairs)

    def by(self, artist: str) -> frozenset[str]:
        """Those by `artist`: by their own, else in one of the two folders that they are in."""
        return frozenset().union(*(self._credited.get(name, ()) for name in names_in(artist)))

    def not_by_others(self, artist: str) -> tuple[int, str]:
        """How many nothing says are by others than `artist`, or lie in its folders, and one."""
        names = names_in(artist)
        if not names:
            return len(self._all), next(iter(self._all), "")
        unknown, told = self._told
        found = {track for name in names for track in told.get(name, ())}
        found = (found | self._within(title_key(artist))) - unknown
        return len(unknown) + len(found), next(chain(unknown, found), "")

    @functools.cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(track for track, _ in self._pairs)

    @functools.cached_property
    def _credited(self) -> dict[str, set[str]]:
        """Tracks by every name in their credit or, without one, in their folders."""
        tracks: dict[str, set[str]] = {}
        for track, artist in self._pairs:
            for credit in [artist] if artist else track.split("/")[:-1][-2:]:
                for name in names_in(credit):
                    tracks.setdefault(name, set()).add(track)
        return tracks

    @functools.cached_property
    def _told(self) -> tuple[frozenset[str], dict[str, set[str]]]:
        """Tracks of nobody who is known, and the others by every name in their credit."""
        unknown: set[str] = set()
        tracks: dict[str, set[str]] = {}
        for track, artist in self._pairs:
            names = names_in(artist or self._folders.get(track, ""))
            if not names:
                unknown.add(track)
            for name in names:
                tracks.setdefault(name, set()).add(track)
        return frozenset(unknown), tracks

    @functools.cached_property
    def _keys(self) -> dict[str, str]:
        """Keys of the whole folder of the tracks that only a folder says something of."""
        return {
            track: title_key(track.rpartition("/")[0])
            for track, artist in self._pairs
            if not artist and track not in self._told[0]
        }

    @functools.cached_property
    def _grams(self) -> dict[str, set[str]]:
        """The same tracks by every three characters that follow one another in that key."""
        tracks: dict[str, set[str]] = {}
        for track, key in self._keys.items():
            for gram in _grams(key):
                tracks.setdefault(gram, set()).add(track)
        return tracks

    def _within(self, key: str) -> set[str]:
        """Tracks in whose folder `key` is."""
        asked: Collection[str] = self._keys.keys()
        if len(self._keys) > _FEW and len(key) >= _GRAM:
            asked = min((self._grams.get(gram, set()) for gram in _grams(key)), key=len)
        return {track for track in asked if key in self._keys[track]}


def _grams(key: str) -> set[str]:
    return {key[i : i + _GRAM] for i in range(len(key) - _GRAM + 1)}
