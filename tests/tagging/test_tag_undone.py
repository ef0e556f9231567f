"""Tags that are undone, after whatever happened to the files since."""

import dataclasses
import os
from pathlib import Path

import pytest
from tagging.tagged_run import (
    FORMATS,
    interrupted,
    known_again,
    named,
    refuse,
    refused,
    snapshot,
    tag,
)

from songatlas.errors import StorageError
from songatlas.tagging import tag as job
from songatlas.tagging.fields import write_field
from songatlas.tagging.journal import keep_changes, read_changes

pytest.importorskip("mutagen")


def test_an_undo_needs_no_table(run, monkeypatch):
    """A spreadsheet may have sorted it: the way back is in the journal alone."""

    def refuse_table(_):
        raise StorageError("tracks.csv was sorted")

    before = snapshot(run.root)
    assert not refused(tag(run, write=True))
    monkeypatch.setattr(job, "read_atlas", refuse_table)
    assert not refused(job.tag(run.folder, undo=True))
    assert snapshot(run.root) == before


def test_a_file_that_changed_since_is_not_undone(run):
    tag(run, write=True)
    path = run.root / "4.mp3"
    path.write_bytes(path.read_bytes() + b"more")
    found = tag(run, undo=True)
    assert [Path(item.path).name for item in refused(found)] == ["4.mp3"]
    assert path.read_bytes().endswith(b"more")
    again = tag(run, undo=True)  # what is left is still in the journal
    assert [Path(item.path).name for item in again] == ["4.mp3"]


def test_what_cannot_be_undone_is_never_off_the_disk(run, monkeypatch):
    tag(run, write=True)
    before = read_changes(run.folder / job.JOURNAL)
    away = run.root.rename(run.root.parent / "away")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tag(run, undo=True)
    assert read_changes(run.folder / job.JOURNAL) == before
    assert len(refused(tag(run, undo=True))) == len(FORMATS)
    assert read_changes(run.folder / job.JOURNAL) == before
    away.rename(run.root)
    assert not refused(tag(run, undo=True))


def test_one_change_that_does_not_lead_back_keeps_no_other_from_it(run):
    before = snapshot(run.root)
    tag(run, write=True)
    journal = run.folder / job.JOURNAL
    changes = read_changes(journal)
    keep_changes(journal, [*changes[:-1], dataclasses.replace(changes[-1], original="!!")])
    found = refused(tag(run, undo=True))
    assert [Path(item.path).name for item in found] == [f"{len(FORMATS) - 1}.{FORMATS[-1]}"]
    assert "does not lead back" in found[0].refused
    now = snapshot(run.root)
    assert [name for name in before if now[name] != before[name]] == ["7.wma"]
    assert len(read_changes(journal)) == 1


def test_an_undo_that_was_killed_goes_on(run):
    before, journal = snapshot(run.root), run.folder / job.JOURNAL
    for name in ("one", "two"):
        tag(named(known_again(run), name), write=True)
    changes = read_changes(journal)
    assert not refused(tag(run, undo=True))
    keep_changes(journal, changes)  # as if killed before this was noted
    assert not refused(tag(run, undo=True))
    assert snapshot(run.root) == before
    assert not journal.exists()


def test_a_link_to_where_a_tagged_file_is_now_stays_one(run):
    before = snapshot(run.root)
    tag(run, write=True)
    path, moved = run.root / "4.mp3", run.folder / "moved.mp3"
    path.rename(moved)
    path.symlink_to(moved)
    assert not refused(tag(run, undo=True))
    assert path.is_symlink()
    assert snapshot(run.root) == before


def test_copies_of_killed_processes_go_with_an_undo(run, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(job, "put_in_place", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tag(run, write=True)
    before = snapshot(run.root)
    (run.root / ".songatlas-tag-abc.wav").write_bytes(b"half a copy")
    assert not refused(tag(run, undo=True))
    assert snapshot(run.root) == before


def test_an_earlier_change_waits_for_the_later_one(run, monkeypatch):
    for name in ("two", "one"):
        write_field(run.root / "4.mp3", "GROUPING", name)
    run = known_again(run)
    before = snapshot(run.root)
    for name in ("two", "one"):  # ends as it began
        tag(named(known_again(run), name), write=True)
    with monkeypatch.context() as patch:
        patch.setattr(job, "put_in_place", refuse)
        assert len(refused(tag(run, undo=True))) == len(FORMATS)
    assert not refused(tag(run, undo=True))
    assert snapshot(run.root) == before


@pytest.mark.parametrize("options", [{"write": True}, {"undo": True}])
@pytest.mark.parametrize("data", [b"\xff\xfb\x90\0sound", b"sound\n"])
def test_a_file_that_is_no_journal_is_left_alone(run, options, data):
    before, mistaken = snapshot(run.root), run.folder / "a.mp3"
    mistaken.write_bytes(data)
    with pytest.raises(StorageError, match="damaged in line 1"):
        tag(run, journal=mistaken, **options)
    assert mistaken.read_bytes() == data
    assert snapshot(run.root) == before
