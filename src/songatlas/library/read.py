"""From folders and an optional metadata table to a library."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from songatlas.library.cue_sheets import CueSheets, filled, is_sheet, split
from songatlas.library.lyrics import Lyrics
from songatlas.library.notes import first_of
from songatlas.library.scan import Found, HashOf, content_hash, duplicate, played, scan
from songatlas.library.sidecars import Sidecars
from songatlas.library.tags import Tags, read_tags
from songatlas.library.walk import Listing, walk
from songatlas.progress import Progress, Silent
from songatlas.store.formats import claims_audio
from songatlas.text import one_line
from songatlas.text.languages import language_code
from songatlas.types import Library, Skip, Track

if TYPE_CHECKING:
    from songatlas.library.grounds import AudioFile
    from songatlas.library.metadata import Table
    from songatlas.library.path_index import PathIndex

Music = str | Path | Sequence[str | Path]

_SEVERAL = ("artist", "album_artist", "composer", "genre")
_FIELDS = (*_SEVERAL, "title", "album", "disc", "year", "language")


def roots_of(music: Music) -> list[Path]:
    """The folders or files that were named, one or several."""
    return [Path(music)] if isinstance(music, (str, Path)) else [Path(root) for root in music]


def read_library(
    roots: Sequence[Path],
    *,
    metadata: Path | None = None,
    columns: Mapping[str, str] | None = None,
    exclude: Sequence[str] = (),
    hash_of: HashOf = content_hash,
    progress: Progress | None = None,
) -> Library:
    """Find the audio under `roots` and what is written about it.

    For each field of a track the metadata table counts first, then the tags in the file, then
    (for lyrics) the sidecar beside it.

    Parameters
    ----------
    roots
        Folders or single files.
    metadata
        CSV or TSV table. Its rows are joined by path, else title and artist, id, or title.
    columns
        Column by field, where the usual names do not fit: ``{"title": "Song Name"}``.
    exclude
        Globs of what is left out, see :class:`songatlas.library.exclude.Exclusion`.
    hash_of
        Content hash of a file, given its path and status; a cache can remember hashes by size
        and time.
    progress
        Where it is shown how many files were looked into.

    Returns
    -------
    Library
        With ``len(tracks) + len(skipped)`` audio files found, and a note for every row that could
        not be used.

    Raises
    ------
    SongatlasError
        When a root does not exist.
    MetadataError
        When the table cannot be read or joined.
    """
    notes: list[str] = []
    table: Table | None = None
    fields: dict[str, str] = {}
    instead: dict[str, tuple[str, ...]] = {}
    unjoined = ""
    if metadata is not None:  # before the long work, so that a mistake in it shows at once
        from songatlas.library.columns import recognise  # with what a folder alone can spare
        from songatlas.library.metadata import read_table

        table = read_table(Path(metadata), expected=tuple((columns or {}).values()))
        fields, more, instead = recognise(
            table.columns,
            overrides=columns,
            table=table.path.name,
            rows=(row.cells for row in table.rows),
        )
        notes += [*table.notes, *more]
    listing = walk([Path(root) for root in roots], exclude)
    audio = _look(listing, hash_of, progress or Silent())
    notes += [*audio.notes(), *_split(listing, audio)]
    if notated := played(listing):
        notes.append(f"{first_of(notated)} not read: notes or a program to play, no recording.")
    cells: Mapping[str, Mapping[str, str]] = {}
    if table is not None:
        from songatlas.library.join import join

        cells, more, unjoined = join(
            table,
            fields,
            [audio.known(path) for path in audio.found],
            index=_path_index(listing, audio, table),
            unusable=audio.unusable,
            instead=instead,
        )
        notes = [*more[:1], *notes, *more[1:]] if unjoined else [*notes, *more]
    claimed = (entry.source for entry in listing.entries if entry.claimed)
    lyrics = Lyrics(Sidecars((*claimed, *chain.from_iterable(audio.sources.values()))))
    tracks = tuple(
        _track(audio, path, cells.get(path, {}), fields, lyrics) for path in sorted(audio.found)
    )
    return Library(
        root=listing.root,
        tracks=tracks,
        skipped=tuple(sorted(audio.skipped, key=lambda skip: skip.path)),
        notes=(*notes, *listing.notes, *lyrics.notes([entry.source for entry in listing.entries])),
        unjoined=unjoined,
    )


@dataclass
class _Audio:
    """What the files themselves say; ``sources`` are a track's own path and its copies'."""

    found: dict[str, Found] = field(default_factory=dict)
    tags: dict[str, Tags] = field(default_factory=dict)
    sources: dict[str, list[Path]] = field(default_factory=dict)
    skipped: list[Skip] = field(default_factory=list)
    unusable: dict[str, str] = field(default_factory=dict)

    def notes(self) -> list[str]:
        """A sentence for each reason why tags could not be read, with the first of the files."""
        kinds: dict[str, list[str]] = {}
        for path, tags in sorted(self.tags.items()):
            kinds.setdefault(tags.doubt, []).append(one_line(path))
        return [
            f"{doubt} Files of which this is so: {len(paths):,}; the first is {paths[0]}."
            for doubt, paths in kinds.items()
            if doubt
        ]

    def known(self, path: str) -> AudioFile:
        from songatlas.library.grounds import AudioFile

        tags = self.tags[path]
        sources = tuple(self.sources[path])
        return AudioFile(path=path, sources=sources, title=tags.title, artist=tags.artist)


def _look(listing: Listing, hash_of: HashOf, progress: Progress) -> _Audio:
    audio, n_files = _Audio(skipped=list(listing.skipped)), len(listing.entries)
    with progress.stage("Reading files and tags", total=n_files, unit="files") as bar:
        for item in scan(listing, hash_of=hash_of):
            if isinstance(item, Skip):
                audio.skipped.append(item)
            elif item is not None and item.copy_of:
                audio.sources[item.copy_of].append(item.source)
                audio.skipped.append(duplicate(item))
            elif item is not None:
                audio.found[item.path], audio.sources[item.path] = item, [item.source]
                audio.tags[item.path] = read_tags(item.source)
            bar.advance()
    audio.unusable = {s.path: s.code for s in audio.skipped if s.code != "DUPLICATE"}
    return audio


def _split(listing: Listing, audio: _Audio) -> list[str]:
    """Put the tracks of cue sheets in the place of files that hold several; notes on it."""
    known = [*chain.from_iterable(audio.sources.values())]
    names = {entry.source: entry.path for entry in listing.entries}
    # of files that are named alone: their sheets lie beside them
    for folder in {root.parent: None for _, root in listing.spellings if root.is_file()}:
        with contextlib.suppress(OSError):
            names = {path: path.name for path in folder.iterdir()} | names
    sheets = CueSheets((name, at) for at, name in names.items() if is_sheet(at.name))
    for path in sorted(audio.found):
        found, tags = audio.found[path], audio.tags[path]
        tracks = sheets.tracks_of(audio.sources[path], tags, is_flac=found.format == "flac")
        if len(tracks) == 1:
            audio.tags[path] = filled(tags, tracks[0])
        elif tracks:
            del audio.found[path], audio.tags[path], audio.sources[path]
            for part, said in split(found, tags, tracks):
                name = part.path
                while name in audio.found or name in audio.unusable:
                    name += "_"  # somebody has a file of this name
                audio.found[name] = dataclasses.replace(part, path=name)
                audio.tags[name] = said
                audio.sources[name] = []  # what lies beside the file is of all of it
    return [*sheets.notes(chain(known, (at for at in names if claims_audio(at.name))))]


def _path_index(listing: Listing, audio: _Audio, table: Table) -> PathIndex:
    """Every path that a row may use for a file: where it is, where its copies are, its name."""
    from songatlas.library.path_index import PathIndex

    folder = Path(os.path.abspath(table.path)).parent  # noqa: PTH100 - links stay as named
    roots = [real if real.is_dir() else real.parent for _, real in listing.spellings]
    files = [(source, path) for path, sources in audio.sources.items() for source in sources]
    files += [(listing.root / path, path) for path in (*audio.found, *audio.unusable)]
    return PathIndex(
        files,
        bases=list(dict.fromkeys((listing.root, *roots, folder, folder.resolve()))),
        spellings=listing.spellings,
    )


def _track(
    audio: _Audio, path: str, cells: Mapping[str, str], columns: Mapping[str, str], lyrics: Lyrics
) -> Track:
    """One track, each field from the table, else the tags, else a sidecar."""
    found, tags = audio.found[path], audio.tags[path]
    said = {name: cells[column] for name, column in columns.items() if cells.get(column)}
    written = _written(said) if said else {}
    if "genre" in written and columns["genre"].rstrip(")>").casefold().endswith("genres"):
        written["genre"] = "; ".join(filter(None, map(str.strip, written["genre"].split(","))))
    fields = {name: written.get(name) or getattr(tags, name) for name in _FIELDS}
    said_languages = (written.get("language", ""), tags.language)
    fields["language"] = next(filter(None, map(language_code, said_languages)), "")
    return Track(
        path=path,
        artists=tags.artists if fields["artist"] == tags.artist else (),
        compilation=tags.compilation,
        source=found.source,
        content_hash=found.content_hash,
        part=found.part,
        lyrics=lyrics.of(
            path,
            (said.get("lyrics", ""), tags.lyrics),
            sources=audio.sources[path],
            language=fields["language"],
        ),
        columns=_without_entities(cells) if cells else {},
        **fields,
    )


def _written(said: Mapping[str, str]) -> dict[str, str]:
    """Fields of a track as its row says them, on one line."""
    from songatlas.library.entities import entities
    from songatlas.library.titles import listed

    texts = {name: said[name] for name in _FIELDS if name in said}
    texts |= {name: listed(texts[name]) for name in _SEVERAL if name in texts}
    return {name: one_line(entities(text)) for name, text in texts.items()}


def _without_entities(cells: Mapping[str, str]) -> dict[str, str]:
    from songatlas.library.entities import entities

    return {name: entities(cell) for name, cell in cells.items()}
