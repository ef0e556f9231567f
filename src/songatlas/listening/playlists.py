"""Playlists of a run, in a folder that may hold playlists of other people too."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.credits import makers_of
from songatlas.errors import ConfigError, StorageError
from songatlas.listening.choice import PlaylistOptions, choose_entries
from songatlas.listening.file_names import unique_file_names
from songatlas.listening.formats import FORMATS, Entry
from songatlas.listening.lists import TrackList, lists_of
from songatlas.neighbours.order import order_to_flow
from songatlas.store.atomic import remove, write_text
from songatlas.types.atlas import AtlasData

PLAYLISTS_FOLDER = "playlists"
RECORD = "playlists.json"  # what was written, so that nothing else is ever replaced
_MOST_AT_ONCE = 50_000  # tracks of lists whose texts are in memory together
Batch = list[tuple[TrackList, str]]
Makers = Sequence[tuple[str, ...]]


def write_playlists(
    atlas: AtlasData, options: PlaylistOptions | None = None, out: Path | None = None
) -> list[str]:
    """Write a playlist for every region of the tree and its parts, a folder a region.

    Without a tree, one for every cluster.

    A playlist that a person put there or has changed is left alone; ours then takes another name.
    Those of ours that no longer stand are deleted.

    Parameters
    ----------
    options
        None takes those of the last time in this folder, else the defaults.
    out
        Folder; None is ``playlists`` in the results folder.

    Returns
    -------
    Names of all files written, relative to `out`, the record among them.

    Raises
    ------
    ConfigError
        When an option cannot be used.
    StorageError
        When the folder cannot be written, or its record cannot be read.
    """
    folder = (out or atlas.folder / PLAYLISTS_FOLDER).resolve()
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"--out must be a folder, or a new name for one. Got the file {folder}.")
    before = _read_record(folder)
    options = options or before.options
    if unknown := {*options.formats} - {*FORMATS}:
        raise ConfigError(
            f"formats must be among {', '.join(FORMATS)}. Got {', '.join(sorted(unknown))}."
        )
    kept = before.unchanged(folder)
    lists = lists_of(atlas, options)
    places = _Places(folder, kept)
    names = [places.name(it, _name(it, options)) for it in lists]
    written: dict[str, str] = {}
    makers = makers_of(atlas.tracks)
    for batch in _batches(lists, names):
        texts = dict(_texts(atlas, options, batch, folder, makers))
        written |= {n: hashlib.sha256(text.encode()).hexdigest() for n, text in texts.items()}
        _write_record(folder, _Record(files=kept, pending=written, options=options))
        for name, text in texts.items():
            write_text(folder / name, text)
    for name in sorted(kept.keys() - written.keys()):
        remove(folder / name)
        for above in (folder / name).relative_to(folder).parents[:-1]:
            with contextlib.suppress(OSError):  # something else is in it
                (folder / above).rmdir()
    _write_record(folder, _Record(files=written, options=options))
    return [*written, RECORD]


def chosen_options(atlas: AtlasData) -> PlaylistOptions:
    """Options with which the playlists of the results folder were last written."""
    return _read_record(atlas.folder / PLAYLISTS_FOLDER).options


def playlist_rows(
    atlas: AtlasData,
    lists: Sequence[TrackList],
    options: PlaylistOptions,
    makers: Makers | None = None,
) -> list[list[int]]:
    """Rows of the tracks in the playlist of every list, in the order in which they flow.

    Of every song one version comes first; the others, and copies, follow after all songs, since
    nothing is nearer to a recording than its remaster.

    Parameters
    ----------
    makers
        Of every track, where they are known: as :func:`~songatlas.credits.makers_of` says.
    """
    makers = makers_of(atlas.tracks) if makers is None else makers
    coordinates = next(iter(atlas.views.values())).coordinates
    listed = []
    for rows in (it.rows for it in lists):
        entries = [_entry(atlas, row) for row in rows]
        chosen = choose_entries(entries, options, atlas.copies, [makers[row] for row in rows])
        taken = [rows[i] for i in chosen]
        once = choose_entries(
            [entries[i] for i in chosen],
            PlaylistOptions(versions=False),
            atlas.copies,
            [makers[row] for row in taken],
        )
        again = sorted({*range(len(taken))} - {*once})
        parts = [np.array([taken[i] for i in part], int) for part in (once, again)]
        listed.append([x for part in parts for x in order_to_flow(coordinates, part).tolist()])
    return listed


def _batches(lists: Sequence[TrackList], names: Sequence[str]) -> Iterator[Batch]:
    """Lists with their names, a few at a time: the texts of all would be large."""
    batch: Batch = []
    for pair in zip(lists, names, strict=True):
        batch.append(pair)
        if sum(len(it.rows) for it, _ in batch) >= _MOST_AT_ONCE:
            yield batch
            batch = []
    yield batch


def _texts(
    atlas: AtlasData, options: PlaylistOptions, batch: Batch, folder: Path, makers: Makers
) -> Iterator[tuple[str, str]]:
    listed = playlist_rows(atlas, [it for it, _ in batch], options, makers)
    for (it, name), rows in zip(batch, listed, strict=True):
        entries = [_entry(atlas, row) for row in rows]
        for ending in options.formats:
            path = f"{name}.{ending}"
            yield path, FORMATS[ending](it.full_name, entries, (folder / path).parent)


def _name(it: TrackList, options: PlaylistOptions) -> str:
    try:
        # only whole fields: what a format string can reach beyond them is no name
        return (
            options.name.replace("{name}", "\0")
            .replace("{number}", it.id)
            .format()
            .replace("\0", it.name)
        )
    except (ValueError, IndexError, KeyError) as error:
        raise ConfigError(
            "The template of playlist names may hold {name} and {number} in braces. "
            f"Got {options.name!r}."
        ) from error


def _entry(atlas: AtlasData, row: int) -> Entry:
    return Entry(track=atlas.tracks[row], seconds=float(atlas.seconds[row]))


class _Places:
    """Where lists lie below a folder that may hold files and folders of other people.

    Parameters
    ----------
    folder
        Of all playlists.
    kept
        Files of ours in it, which may be replaced.
    """

    def __init__(self, folder: Path, kept: Collection[str]) -> None:
        self._folder = folder
        self._kept = {*kept, RECORD}
        self._ours = {above.as_posix() for name in kept for above in Path(name).parents}
        self._folder_of = {"": ""}  # by the id of the list that has it
        self._taken: dict[tuple[str, bool], list[str]] = {}

    def name(self, it: TrackList, wanted: str) -> str:
        """Path of a list without its ending; those above it must have been named before."""
        within = self._folder_of[it.above]
        if it.has_parts:
            within = self._folder_of[it.id] = f"{self._free(within, wanted, folder=True)}/"
        return self._free(within, wanted, folder=False)

    def _free(self, within: str, wanted: str, *, folder: bool) -> str:
        """A path in `within` that nobody has, of a folder or of a file before its ending."""
        key = within, folder
        if key not in self._taken:
            strangers = [p for p in (self._folder / within).glob("*") if not self._is_ours(p)]
            self._taken[key] = [
                path.name if folder else path.stem for path in strangers if folder or path.suffix
            ]
            self._taken[key].append(Path(RECORD).stem)
        (name,) = unique_file_names([wanted], taken=self._taken[key])
        self._taken[key].append(name)
        return f"{within}{name}"

    def _is_ours(self, path: Path) -> bool:
        name = path.relative_to(self._folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            return name in self._ours or not any(path.iterdir())
        return name in self._kept


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Record:
    """Digests of our files: as they were left, and as a run that was stopped may have left them."""

    files: dict[str, str] = dataclasses.field(default_factory=dict)
    pending: dict[str, str] = dataclasses.field(default_factory=dict)
    options: PlaylistOptions = dataclasses.field(default_factory=PlaylistOptions)

    def unchanged(self, folder: Path) -> dict[str, str]:
        """Those that are still as we wrote them."""
        found = {name: _digest(folder / name) for name in {*self.files, *self.pending}}
        return {
            name: digest
            for name, digest in sorted(found.items())
            if digest is not None and digest in (self.files.get(name), self.pending.get(name))
        }


def _read_record(folder: Path) -> _Record:
    path = folder / RECORD
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        options: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in said["options"].items()
        }
        return _Record(
            files=_inside(folder, said["files"]),
            pending=_inside(folder, said["pending"]),
            options=PlaylistOptions(**options),
        )
    except FileNotFoundError:
        return _Record()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError(
            f"{path} must be the list of the playlists that songatlas wrote there. It cannot be "
            f"read: {error}. Delete it, and what songatlas wrote stays as other people's."
        ) from error


def _inside(folder: Path, files: dict[str, str]) -> dict[str, str]:
    """Without names that lead out of the folder, also by a link."""

    def leads_in(name: str) -> bool:
        path = folder / name
        try:
            return path.name != ".." and path.parent.resolve().is_relative_to(folder)
        except (OSError, ValueError):  # no name of a file
            return False

    return {name: digest for name, digest in files.items() if leads_in(name)}


def _write_record(folder: Path, record: _Record) -> None:
    text = json.dumps(dataclasses.asdict(record), indent=2, ensure_ascii=False, sort_keys=True)
    write_text(folder / RECORD, text + "\n")


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError):  # gone, or no name of a file
        return None
