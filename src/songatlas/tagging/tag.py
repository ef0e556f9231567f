"""Clusters in the tags of the music itself: only when asked, and back to the last byte."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from songatlas.errors import AudioError, ConfigError, StorageError, TaggingError
from songatlas.features.audio.fingerprint import sound_digest
from songatlas.library.scan import content_hash
from songatlas.library.tags import read_tags
from songatlas.listening.lists import names_of
from songatlas.listening.playlists import chosen_options
from songatlas.machine import Machine
from songatlas.progress import Progress
from songatlas.results.read import read_atlas
from songatlas.results.staging import changing
from songatlas.tagging.fields import NEEDS_EXTRA, check_field, has_mutagen, write_field
from songatlas.tagging.in_place import copy_of, put_in_place, remove_copies, require_unchanged
from songatlas.tagging.journal import (
    Change,
    append_change,
    difference,
    keep_changes,
    read_changes,
    sha256,
)
from songatlas.tagging.known import contents_of, know_again
from songatlas.types import Track
from songatlas.types.atlas import AtlasData

JOURNAL = "tags.journal"


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """What became of a file.

    Parameters
    ----------
    path
        As in ``tracks.csv``, or absolute for what is undone.
    text
        Name of the list that it is in, behind the names of those above.
    refused
        Why nothing was done; empty where it was.
    same
        Whether the file said the name already and was not written.
    """

    path: str
    text: str
    refused: str = ""
    same: bool = False


def tag(
    results: str | Path,
    *,
    field: str = "GROUPING",
    detail: str = "",
    write: bool = False,
    undo: bool = False,
    journal: str | Path | None = None,
    machine: Machine | None = None,
) -> list[Tagged]:
    """Put the name of the list that it is in into a field of every track.

    Each file is copied, the copy tagged, compared with the original by ear (every sample), noted in
    the journal, and put in the original's place: a kill at any moment leaves the one or the other.

    Parameters
    ----------
    results
        Folder of a finished run.
    field
        ``"GROUPING"``, or the name of a field of one's own.
    detail
        Level of the tree, as for ``songatlas playlists``; empty as for the files in ``playlists``.
    write
        Without it nothing is changed, and the result is what would be.
    undo
        Put back every byte that was changed instead.
    journal
        None is ``tags.journal`` in the results folder.
    machine
        Where progress is shown.

    Raises
    ------
    ConfigError
        For a field that cannot be used, or both `write` and `undo`.
    TaggingError
        When mutagen is not installed, which a trial only says.
    StorageError
        When `results` is no finished run, or another command is writing to it, or the journal
        cannot be written, is not there, or is damaged.
    """
    if write and undo:
        raise ConfigError("--write and --undo cannot both be given.")
    if not undo:
        check_field(field)
    progress = (machine or Machine()).progress
    with changing(results, progress) if write or undo else contextlib.nullcontext():
        folder = Path(results).resolve()
        where = Path(journal or folder / JOURNAL)
        if undo:  # the journal is enough, whatever has become of the tables
            return _undo(folder, where, progress)
        atlas = read_atlas(results)
        if not has_mutagen():
            if write:
                raise TaggingError(NEEDS_EXTRA)
            progress.say(NEEDS_EXTRA)
        options = chosen_options(atlas)
        names = names_of(atlas, dataclasses.replace(options, detail=detail or options.detail))
        return _tag(atlas, names, field, where, progress, write=write)


def _tag(
    atlas: AtlasData,
    names: Mapping[int, str],
    field: str,
    journal: Path,
    progress: Progress,
    *,
    write: bool,
) -> list[Tagged]:
    """Tag every track that has a name; the results know what was tagged, however it ends."""
    ours = contents_of(read_changes(journal, missing_ok=True))
    found: list[Tagged] = []
    contents: dict[str, str] = {}
    stage, n_refused, swept = "Tagging" if write else "Looking", 0, set[Path]()
    try:
        with progress.stage(stage, total=len(names), unit="files") as bar:
            for row, text in sorted(names.items()):
                track, refused, same = atlas.tracks[row], "", False
                known = track.content_hash
                try:
                    file = _look(track, atlas.root, ours)
                    contents[known] = file.content
                    if write:
                        remove_copies(file.source.parent, swept)
                        contents[known] = _tag_one(file, field, text, journal)
                        same = contents[known] == file.content
                except (TaggingError, AudioError, OSError) as error:
                    refused, n_refused = str(error), n_refused + 1
                found.append(Tagged(path=track.path, text=text, refused=refused, same=same))
                bar.advance(failures=n_refused)
    finally:
        if write:
            know_again(atlas.folder, contents)
    return found


def _undo(folder: Path, journal: Path, progress: Progress) -> list[Tagged]:
    """Put every byte back, the last change first; a file that has changed since is left alone."""
    changes = read_changes(journal)
    ours = contents_of(changes)
    of_file: dict[str, list[Change]] = {}
    for change in changes:
        of_file.setdefault(change.path, []).append(change)
    found: list[Tagged] = []
    left: list[Change] = []
    stuck: dict[str, str] = {}
    now: dict[str, str] = {}
    swept: set[Path] = set()
    try:
        with progress.stage("Restoring", total=len(changes), unit="changes") as bar:
            for change in reversed(changes):
                remove_copies(Path(os.path.realpath(change.path)).parent, swept)
                refused = stuck.get(change.path) or _undo_one(of_file[change.path])
                of_file[change.path].pop()
                if refused:  # the earlier ones of it wait for this one
                    stuck[change.path] = refused
                    left.append(change)
                else:
                    now[change.path] = change.old_content
                if not of_file[change.path]:
                    found.append(Tagged(path=change.path, text="", refused=refused))
                bar.advance()
    finally:
        contents = {known: it for path, it in now.items() for known in ours[path]}
        know_again(folder, contents)
    keep_changes(journal, left[::-1])
    return found


class _File(NamedTuple):
    """A file as it was found: where it really is, its status before it was read, its content."""

    source: Path
    status: os.stat_result
    content: str


def _look(track: Track, root: Path, ours: Mapping[str, set[str]]) -> _File:
    """The file of a track, which must hold what the run knows, or what was made of that.

    Parameters
    ----------
    ours
        The contents that songatlas has found or left in each file, which a run that was killed did
        not get to know.
    """
    if track.part:
        raise TaggingError("it is a part of a file, whose tags are of all of it")
    try:
        source = track.source.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # the second of links in a circle
        raise TaggingError(f"it is not there: {getattr(error, 'strerror', error)}") from error
    if not source.is_relative_to(root.resolve()):
        raise TaggingError(f"it is a link out of {root}")
    status = source.stat()
    content = content_hash(source, status)
    if content != track.content_hash and not {content, track.content_hash} <= ours.get(
        str(source), set()
    ):
        raise TaggingError("it has changed since the run; run 'songatlas update' first")
    return _File(source, status, content)


def _tag_one(file: _File, field: str, text: str, journal: Path) -> str:
    """Tag a file, unless it says the text already; its content then."""
    source, status, content = file
    before = source.read_bytes()
    with copy_of(source, before) as copy:
        write_field(copy, field, text)
        after = copy.read_bytes()
        if after == before:
            return content
        if sound_digest(copy) != sound_digest(source):
            raise TaggingError("its sound would not stay the same; nothing was changed")
        if read_tags(copy) != read_tags(source):
            raise TaggingError("its other tags would not stay the same; nothing was changed")
        start, end, original = difference(before, after)
        change = Change(
            path=str(source),
            before=sha256(before),
            after=sha256(after),
            start=start,
            end=end,
            original=original,
            mtime_ns=status.st_mtime_ns,
            mode=status.st_mode,
            old_content=content,
            new_content=content_hash(copy, copy.stat()),
        )
        require_unchanged(source, status)
        append_change(journal, change)
        put_in_place(copy, source, status)
    return change.new_content


def _undo_one(changes: list[Change]) -> str:
    """Take back the last of the changes of a file; why not, else nothing."""
    change = changes[-1]
    source = Path(os.path.realpath(change.path))  # a link to where it is now stays
    try:
        status, data = source.stat(), source.read_bytes()
        digest = sha256(data)
        if digest != change.after:
            undone = any(digest == earlier.before for earlier in changes)
            return "" if undone else "it has changed since it was tagged"
        with copy_of(source, change.restore(data)) as copy:
            copy.chmod(change.mode & 0o7777)
            os.utime(copy, ns=(change.mtime_ns, change.mtime_ns))
            put_in_place(copy, source, status)
    except FileNotFoundError as error:
        return f"it is not there: {error.strerror}"
    except (StorageError, TaggingError) as error:
        return str(error)
    except OSError as error:
        return f"it cannot be restored: {error.strerror or error}"
    return ""
