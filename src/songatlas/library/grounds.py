"""The grounds on which a row of a metadata table may be said to describe an audio file."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from songatlas.credits import names_in
from songatlas.library.called import Called
from songatlas.library.entities import entities
from songatlas.library.match import BOTH, END, ID, LOOSE, PATH, SHORT, TITLE, Match
from songatlas.library.metadata import Row
from songatlas.library.names import as_utf8
from songatlas.library.path_index import PathIndex
from songatlas.library.titles import (
    Part,
    artist_folder,
    artists_contradict,
    loose_keys,
    readings,
    with_artist,
    without_besides,
)
from songatlas.text import title_key

_MOST_PARTS = END - PATH - 1
_REMEMBERED = 1 << 10  # titles, and titles with an artist


@dataclass(frozen=True, kw_only=True)
class AudioFile:
    """What is known of a file before any table is joined.

    ``sources`` are its own path and those of its copies; ``title`` and ``artist`` its tags.
    """

    path: str
    sources: tuple[Path, ...]
    title: str = ""
    artist: str = ""


class Evidence:
    """Looks up rows among files.

    Parameters
    ----------
    files
        The tracks.
    columns
        Column of each recognised field; ``file``, ``id``, ``title`` and ``artist`` are used.
    index
        Of the paths of the tracks, and of files that are not used.
    unusable
        Skip code by path of files that were found and are not used.
    """

    def __init__(
        self,
        files: Sequence[AudioFile],
        columns: Mapping[str, str],
        index: PathIndex,
        unusable: Mapping[str, str],
    ) -> None:
        self._columns, self._index, self._unusable = columns, index, unusable
        self._file = {file.path: file for file in files}
        # Track and artist by key of the title and how much of the name it is, or of a title without
        # guests; the same loosely.
        self._folder: dict[str, str] = {}
        self._titles: dict[tuple[int, str], set[tuple[str, str]]] = {}
        self._loose: dict[str, set[tuple[str, str]]] = {}
        self._called = functools.lru_cache(maxsize=_REMEMBERED)(self._look_up)
        self._both = functools.lru_cache(maxsize=_REMEMBERED)(self._by_title_and_artist)
        for file in files:
            self._learn(file, Part.WHOLE, file.title, file.artist)
            for stem in {as_utf8(source.stem) for source in file.sources}:
                for part, title, artist in readings(stem):
                    self._learn(file, part, title, file.artist or artist)

    def _learn(self, file: AudioFile, part: Part, title: str, artist: str) -> None:
        if key := title_key(title):
            self._titles.setdefault((part, key), set()).add((file.path, artist))
            short = title_key(without_besides(title))
            self._titles.setdefault((SHORT, short), set()).add((file.path, artist))
            for loose in {key, *loose_keys(title)}:
                self._loose.setdefault(loose, set()).add((file.path, artist))

    def learn_folders(self, rows: Iterable[Row]) -> None:
        """Take folders for artists where at least half of those at their depth are, by the rows.

        As in ``Artist/Album/01 Title.flac``, without tags; where it looks like that, also an artist
        whom no row names.
        """
        depths = (-2, -3)
        parts = {path: path.split("/") for path, file in self._file.items() if not file.artist}
        folders = [{p[depth] for p in parts.values() if len(p) >= -depth} for depth in depths]
        keys = frozenset().union(*(names_in(name) for names in folders for name in names))
        if not keys or "artist" not in self._columns:
            return
        self._folder = {path: folder for path, p in parts.items() if (folder := artist_folder(p))}
        artists = {key for row in rows for key in keys & names_in(self.cell(row, "artist"))}
        for depth, names in zip(depths, folders, strict=True):
            if 2 * sum(bool(names_in(name) & artists) for name in names) >= len(names) > 0:
                self._folder |= {path: p[depth] for path, p in parts.items() if len(p) >= -depth}

    def matches(self, row: Row) -> Iterator[Match]:
        """What the row may describe, the strongest evidence first; one a rank at most."""
        for match in self._all(row):
            yield match
            if match.final or (match.tracks and match.rank == PATH):
                return

    def _all(self, row: Row) -> Iterator[Match]:
        title, key = self.cell(row, "title"), title_key(self.cell(row, "title"))
        path = self.cell(row, "file")
        if path:
            yield self._by_path(path, row)
        if key:
            yield Match(BOTH, self._both(key, self.cell(row, "artist")))
        if text := self.cell(row, "id"):
            found = self._by_end(text, row)
            if found.tracks or not key:
                yield found._replace(rank=ID, final=False)
        if key:
            yield from self._by_title(title, self.cell(row, "artist"), quiet=bool(path))
        elif title and not path:
            yield Match(LOOSE, why="uncalled", text=title)

    def _by_path(self, text: str, row: Row) -> Match:
        """The file that the row's path names, or that ends like it."""
        found = self._index.find(text)
        codes = sorted(self._unusable[track] for track in found & self._unusable.keys())
        if not found:
            return self._by_end(text, row)
        if len(found) > 1:
            return Match(PATH, why="paths", text=text, fact=str(len(found)))
        if codes:
            return Match(PATH, why="skipped", text=text, fact=codes[0], final=True)
        return Match(PATH, frozenset(found))

    def _by_end(self, text: str, row: Row) -> Match:
        found, n_parts = self._index.find_end(text)
        rank = END - min(n_parts, _MOST_PARTS)
        if len(found) > 1:
            return Match(rank, why="paths", text=text, fact=str(len(found)))
        if not found:
            return Match(rank, why="unknown", text=text)
        (track,) = found
        if track in self._unusable:
            code = self._unusable[track]
            return Match(rank, why="skipped", text=text, fact=code, final=True)
        title, artist, file = self.cell(row, "title"), self.cell(row, "artist"), self._file[track]
        if artists_contradict(file.artist, artist):
            return Match(rank, why="other", text=text, artist=artist)
        if n_parts == 1 and _titles_contradict(file.title, title):
            return Match(rank, why="untitled", text=text)
        return Match(rank, found, claim=text)

    def _by_title_and_artist(self, title: str, artist: str) -> frozenset[str]:
        """Every file with this title and artist, in its tags, its name or its folders."""
        name = title_key(artist)
        if not name:
            return frozenset()
        called = [(part, title) for part in Part if (part, title) in self._titles]
        return self._called(*called).by(artist) | {
            track
            for part in Part
            for key in (name + title, title + name)
            for track, _ in self._titles.get((part, key), ())
            if not artists_contradict(self._file[track].artist, artist)
        }

    def _by_title(self, title: str, artist: str, *, quiet: bool) -> Iterator[Match]:
        """The one file with this title, as its own title or its name, then part of that.

        Loosely, with the artist too: no name of an artist is told from that of a title there.
        A `quiet` row has another reason to give where nothing is called so.
        """
        key = title_key(title)
        for part in (part for part in Part if (part, key) in self._titles):
            for match in self._fitting(TITLE + part, self._called((part, key)), title, artist):
                yield match
                quiet = True
                if match.tracks:
                    return
        for match in self._by_short_title(title, artist):
            yield match
            quiet = True
            if match.tracks:
                return
        loose = {key, *loose_keys(title)}
        if artist:
            loose |= loose_keys(f"{artist} {title}") | loose_keys(f"{title} {artist}")
        alike = self._called(*sorted(loose & self._loose.keys()))
        yield from self._fitting(LOOSE, alike, title, artist)
        if not quiet and not alike:
            yield Match(LOOSE, why="uncalled", text=title)

    def _by_short_title(self, title: str, artist: str) -> Iterator[Match]:
        """The one file with this title but for guests and the like; it may name the artist, too."""
        short = without_besides(title)
        if (SHORT, title_key(short)) in self._titles:
            alike = self._called((SHORT, title_key(short)))
            yield from self._fitting(SHORT, alike, title, artist)
            return
        for _, name, by in with_artist(short):
            if not artists_contradict(by, artist):
                found = self._called((SHORT, title_key(name))).by(by)
                if len(found) == 1:
                    yield Match(SHORT, found, claim=title_key(title))
                    return

    def _fitting(self, rank: int, alike: Called, title: str, artist: str) -> Iterator[Match]:
        """The one track among some with a title, whose artist is not another."""
        if not alike:
            return
        n_fitting, track = alike.not_by_others(artist)
        if n_fitting > 1:
            yield Match(rank, why="titles", text=title, fact=str(n_fitting), final=True)
        elif n_fitting:
            yield Match(rank, frozenset((track,)), claim=title_key(title))
        else:
            yield Match(rank, why="other", text=title, artist=artist)

    def _look_up(self, *keys: tuple[int, str] | str) -> Called:
        """Files that are called by any of `keys`: part of the name and title, or a loose one."""
        pairs = (
            self._loose.get(key, ()) if isinstance(key, str) else self._titles.get(key, ())
            for key in keys
        )
        return Called(chain.from_iterable(pairs), self._folder)

    def cell(self, row: Row, field: str) -> str:
        """Text of a recognised field, empty when the table lacks it."""
        text = row.cells[self._columns[field]].strip() if field in self._columns else ""
        return text if field == "file" else entities(text)


def _titles_contradict(first: str, second: str) -> bool:
    """Whether both are titles, and neither is in the other."""
    mine, yours = title_key(first), title_key(second)
    if not (mine and yours) or mine in yours or yours in mine:
        return False
    return not loose_keys(first) & loose_keys(second)
