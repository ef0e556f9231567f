"""A playlist for every cluster, in a folder that may hold playlists of other people too."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from songatlas.credits import makers_of
from songatlas.errors import ConfigError, StorageError
from songatlas.listening.choice import PlaylistOptions, choose_entries
from songatlas.listening.file_names import unique_file_names
from songatlas.listening.formats import FORMATS, Entry
from songatlas.neighbours.order import order_to_flow
from songatlas.store.atomic import remove, write_text
from songatlas.types.atlas import AtlasData

PLAYLISTS_FOLDER = "playlists"
RECORD = "playlists.json"  # what was written, so that nothing else is ever replaced


def write_playlists(
    atlas: AtlasData, options: PlaylistOptions | None = None, out: Path | None = None
) -> list[str]:
    """Write a playlist for every cluster.

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
    kept = before.unchanged(folder)
    everything = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    taken = {Path(name).stem for name in everything if name not in kept and name != RECORD}
    taken.add(Path(RECORD).stem)
    names = unique_file_names(
        (_name(cluster.name, cluster.number, options) for cluster in atlas.clusters), taken=taken
    )
    texts = dict(_texts(atlas, options, names, folder))
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    _write_record(folder, _Record(files=kept, pending=digests, options=options))
    for name, text in texts.items():
        write_text(folder / name, text)
    for name in sorted(kept.keys() - texts.keys()):
        remove(folder / name)
    _write_record(folder, _Record(files=digests, options=options))
    return [*texts, RECORD]


def chosen_options(atlas: AtlasData) -> PlaylistOptions:
    """Options with which the playlists of the results folder were last written."""
    return _read_record(atlas.folder / PLAYLISTS_FOLDER).options


def playlist_rows(atlas: AtlasData, options: PlaylistOptions) -> list[list[int]]:
    """Rows of the tracks in every cluster's playlist, in the order in which they flow."""
    makers = makers_of(atlas.tracks)
    coordinates = next(iter(atlas.views.values())).coordinates
    listed = []
    for rows in (cluster.rows for cluster in atlas.clusters):
        entries = [_entry(atlas, row) for row in rows]
        chosen = choose_entries(entries, options, atlas.copies, [makers[row] for row in rows])
        listed.append(order_to_flow(coordinates, np.array([rows[i] for i in chosen], int)).tolist())
    return listed


def _texts(
    atlas: AtlasData, options: PlaylistOptions, names: list[str], folder: Path
) -> Iterator[tuple[str, str]]:
    listed = playlist_rows(atlas, options)
    for cluster, name, rows in zip(atlas.clusters, names, listed, strict=True):
        entries = [_entry(atlas, row) for row in rows]
        for ending in options.formats:
            yield f"{name}.{ending}", FORMATS[ending](cluster.name, entries, folder)


def _entry(atlas: AtlasData, row: int) -> Entry:
    return Entry(track=atlas.tracks[row], seconds=float(atlas.seconds[row]))


def _name(name: str, number: int, options: PlaylistOptions) -> str:
    try:
        # only whole fields: what a format string can reach beyond them is no name
        return (
            options.name.replace("{name}", "\0")
            .replace("{number}", f"{number}")
            .format()
            .replace("\0", name)
        )
    except (ValueError, IndexError, KeyError) as error:
        raise ConfigError(
            "The template of playlist names may hold {name} and {number} in braces. "
            f"Got {options.name!r}."
        ) from error


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
        options = said["options"] | {"formats": tuple(said["options"]["formats"])}
        return _Record(
            files=_inside(said["files"]),
            pending=_inside(said["pending"]),
            options=PlaylistOptions(**options),
        )
    except FileNotFoundError:
        return _Record()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StorageError(
            f"{path} must be the list of the playlists that songatlas wrote there. It cannot be "
            f"read: {error}. Delete it, and what songatlas wrote stays as other people's."
        ) from error


def _inside(files: dict[str, str]) -> dict[str, str]:
    """Without names that lead out of the folder."""
    return {name: digest for name, digest in files.items() if Path(name).name == name}


def _write_record(folder: Path, record: _Record) -> None:
    text = json.dumps(dataclasses.asdict(record), indent=2, ensure_ascii=False, sort_keys=True)
    write_text(folder / RECORD, text + "\n")


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (OSError, ValueError):  # gone, or no name of a file
        return None
