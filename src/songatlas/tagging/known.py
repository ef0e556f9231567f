"""The files of a results folder by the contents that songatlas itself has given them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from songatlas.results.record import digests, read_run, write_run
from songatlas.results.staging import staged
from songatlas.results.tracks import TRACKS_FILE
from songatlas.store.atomic import write_bytes
from songatlas.tagging.journal import Change

_CONTENT = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


def contents_of(changes: Iterable[Change]) -> dict[str, set[str]]:
    """By path, the contents that each file had before, between and after its changes."""
    found: dict[str, set[str]] = {}
    for change in changes:
        found.setdefault(change.path, set()).update((change.old_content, change.new_content))
    return found


def know_again(folder: Path, contents: Mapping[str, str]) -> None:
    """Write the contents of now into the results, so that an update finds nothing changed.

    Parameters
    ----------
    contents
        By those that the results may know; equal ones say nothing.
    """
    new = {old.encode(): now.encode() for old, now in contents.items() if old != now}
    record, table = read_run(folder), (folder / TRACKS_FILE).read_bytes()
    known = _CONTENT.sub(lambda found: new.get(found[0], found[0]), table)
    fitted = record.fitted and tuple(contents.get(content, content) for content in record.fitted)
    if known == table and fitted == record.fitted:
        return
    with staged(folder) as files:
        write_bytes(files / TRACKS_FILE, known)
        of_table = digests(files, [TRACKS_FILE])
        record = dataclasses.replace(record, files={**record.files, **of_table}, fitted=fitted)
        write_run(files, record)
