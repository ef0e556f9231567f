"""The grounds on which a row of a metadata table may be said to describe an audio file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from songatlas.library.markup import entities
from songatlas.library.metadata import Row
from songatlas.library.names import as_utf8
from songatlas.library.path_index import PathIndex
from songatlas.library.titles import artists_agree, artists_contradict, clip_key
from songatlas.text import quoted, title_key


@dataclass(frozen=True, kw_only=True)
class AudioFile:
    """What is known of a file before any table is joined.

    ``sources`` are its own path and those of its copies; ``title`` and ``artist`` its tags.
    """

    path: str
    sources: tuple[Path, ...]
    title: str = ""
    artist: str = ""


@dataclass(frozen=True)
class Match:
    """Tracks that a row describes, or the reason why none can be named.

    A row whose match is ``final`` is not looked up on weaker evidence.
    """

    tracks: frozenset[str] = frozenset()
    reason: str = ""
    final: bool = False


class Evidence:
    """Looks up rows among files, by one kind of evidence a method.

    Parameters
    ----------
    files
        The tracks.
    columns
        Column of each recognised field; ``file``, ``title`` and ``artist`` are used.
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
        self._artist = {file.path: file.artist for file in files}
        self._stems: dict[str, set[str]] = {}
        self._titles: dict[str, set[str]] = {}
        self._clips: dict[str, set[str]] = {}
        for file in files:
            stems = {as_utf8(source.stem) for source in file.sources}
            _add(self._stems, file.path, map(title_key, stems))
            _add(self._titles, file.path, map(title_key, {file.title, *stems}))
            _add(self._clips, file.path, map(clip_key, stems))

    def by_path(self, row: Row) -> Match:
        """The file that the row's path names."""
        text = self.cell(row, "file")
        if not text:
            return Match()
        found = self._index.find(text)
        codes = sorted(self._unusable[track] for track in found & self._unusable.keys())
        if codes and len(found) == 1:
            return Match(reason=f"{quoted(text)} was skipped ({codes[0]})", final=True)
        if len(found) > 1:
            return Match(reason=f"{quoted(text)} could be {len(found)} files; give its folder too")
        return Match(frozenset(found), reason=f"{quoted(text)} is none of the audio files found")

    def by_title_and_artist(self, row: Row) -> Match:
        """Every file with the row's title and artist, in its tags or joined in its name."""
        artist = self.cell(row, "artist")
        title, name = title_key(self.cell(row, "title")), title_key(artist)
        if not (title and name):
            return Match()
        tagged = {
            track
            for track in _get(self._titles, title) | _get(self._clips, title)
            if artists_agree(self._artist[track], artist)
        }
        named = {
            track
            for key in (name + title, title + name)
            for track in _get(self._stems, key) | _get(self._clips, key)
            if not artists_contradict(self._artist[track], artist)
        }
        return Match(frozenset(tagged | named))

    def by_title(self, row: Row) -> Match:
        """The one file with the row's title as its own title or its name."""
        return self._unique(row, self._titles)

    def by_clip_title(self, row: Row) -> Match:
        """The one file with the row's title as its name without a clip length."""
        return self._unique(row, self._clips)

    def cell(self, row: Row, field: str) -> str:
        """Text of a recognised field, empty when the table lacks it."""
        text = row.cells[self._columns[field]].strip() if field in self._columns else ""
        return text if field == "file" else entities(text)

    def _unique(self, row: Row, tracks: Mapping[str, set[str]]) -> Match:
        title, artist = self.cell(row, "title"), self.cell(row, "artist")
        alike = _get(tracks, title_key(title))
        fitting = {t for t in alike if not artists_contradict(self._artist[t], artist)}
        if len(fitting) > 1:
            reason = f"{len(fitting)} files are called {quoted(title)}; give the artist or the path"
            return Match(reason=reason, final=True)
        if alike and not fitting:
            return Match(reason=f"{quoted(title)} is not by {quoted(artist)} but by another artist")
        return Match(frozenset(fitting))


def _add(index: dict[str, set[str]], track: str, keys: Iterable[str]) -> None:
    for key in keys:
        if key:
            index.setdefault(key, set()).add(track)


def _get(index: Mapping[str, set[str]], key: str) -> set[str]:
    return index.get(key, set())
