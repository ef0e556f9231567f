"""Tags beside other programs, and after an interruption at any moment."""

import os

import pytest
from tagging.tagged_run import (
    interrupted,
    known_again,
    named,
    refused,
    require_known,
    snapshot,
    tag,
)

from songatlas.errors import StorageError
from songatlas.results.folder import open_folder
from songatlas.results.staging import STAGING
from songatlas.tagging import tag as job
from songatlas.tagging.journal import keep_changes, read_changes

pytest.importorskip("mutagen")


@pytest.mark.parametrize("moment", ["content_hash", "sound_digest"])
def test_what_another_program_writes_while_a_file_is_tagged_stays(run, monkeypatch, moment):
    path, real = run.root / "4.mp3", getattr(job, moment)

    def edited(source, *args):
        found = real(source, *args)
        if source == path:
            path.write_bytes(path.read_bytes() + b"edited")
        return found

    monkeypatch.setattr(job, moment, edited)
    found = refused(tag(run, write=True))
    assert [(item.path, "another program" in item.refused) for item in found] == [("4.mp3", True)]
    assert path.read_bytes().endswith(b"edited")
    assert str(path) not in [it.path for it in read_changes(run.folder / job.JOURNAL)]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="for root alone")
def test_files_keep_their_owners(run):
    def owners():
        return {p.name: (p.stat().st_uid, p.stat().st_gid) for p in run.root.iterdir()}

    for number, path in enumerate(run.root.iterdir()):
        os.chown(path, 1000 + number, 2000 + number)
    before = owners()
    for options in ({"write": True}, {"undo": True}):
        assert not refused(tag(run, **options))
        assert owners() == before


@pytest.mark.parametrize("options", [{"write": True}, {"undo": True}])
def test_what_is_done_before_an_interruption_is_known(run, monkeypatch, options):
    if "undo" in options:
        tag(run, write=True)
    real, n_done = job.put_in_place, []

    def three(*args):
        if len(n_done) == 3:
            raise KeyboardInterrupt
        n_done.append(real(*args))

    before = snapshot(run.root)
    with monkeypatch.context() as patch:
        patch.setattr(job, "put_in_place", three)
        with pytest.raises(KeyboardInterrupt):
            tag(run, **options)
    now = snapshot(run.root)
    assert sum(now[name] != before[name] for name in now) == 3
    require_known(run)
    assert not refused(tag(known_again(run), **options))
    require_known(run)


@pytest.mark.parametrize("names", [["one"], ["one", "two"]])
def test_what_runs_that_were_killed_wrote_is_known_to_the_next(run, monkeypatch, names):
    before = snapshot(run.root)
    for name in names:
        with monkeypatch.context() as patch:
            patch.setattr(job, "know_again", lambda *_: None)
            assert not refused(tag(named(run, name), write=True))
    assert not refused(tag(run))
    assert not refused(tag(run, write=True))
    require_known(run)
    assert not refused(tag(run, undo=True))
    require_known(run)
    assert snapshot(run.root) == before


def test_a_file_that_says_it_already_is_not_written(run):
    assert not any(item.same for item in tag(run, write=True))
    before, changes = snapshot(run.root), read_changes(run.folder / job.JOURNAL)
    again = tag(known_again(run), write=True)
    assert not refused(again)
    assert all(item.same for item in again)
    assert snapshot(run.root) == before
    assert read_changes(run.folder / job.JOURNAL) == changes


def test_a_change_that_a_kill_prevented_is_made_by_the_next(run, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(job, "put_in_place", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tag(run, write=True)
    require_known(run)
    assert not refused(tag(run, write=True))
    require_known(run)


def test_an_undo_that_was_killed_is_known_to_the_next_run(run, monkeypatch):
    tag(run, write=True)
    tagged, changes = known_again(run), read_changes(run.folder / job.JOURNAL)
    with monkeypatch.context() as patch:
        patch.setattr(job, "know_again", lambda *_: None)
        tag(run, undo=True)
    keep_changes(run.folder / job.JOURNAL, changes)
    assert not refused(tag(tagged, write=True))
    require_known(run)


@pytest.mark.parametrize("options", [{"write": True}, {"undo": True}])
def test_nothing_is_changed_while_another_command_has_the_folder(run, options):
    tag(named(run, "one"), write=True)
    before = snapshot(run.root)
    run = named(known_again(run), "two")
    with open_folder(run.folder, overwrite=True):
        assert not refused(tag(run))
        with pytest.raises(StorageError, match="Another run"):
            tag(run, **options)
    assert snapshot(run.root) == before


def test_an_update_that_was_interrupted_is_finished_first(run):
    staging = run.folder / STAGING
    (staging / "files").mkdir(parents=True)
    (staging / "files" / "notes.txt").write_text("new")
    (staging / "ready").touch()
    assert not refused(tag(run, write=True))
    assert (run.folder / "notes.txt").read_text() == "new"
    require_known(run)


def test_what_is_no_finished_run_stays_as_it_is(tmp_path):
    for options in ({"write": True}, {"undo": True}):
        with pytest.raises(StorageError, match="finished run"):
            job.tag(tmp_path / "none", **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("moment", ["write_field", "append_change", "put_in_place"])
def test_a_kill_leaves_the_one_or_the_other(run, monkeypatch, moment):
    before = snapshot(run.root)
    monkeypatch.setattr(job, moment, interrupted)
    with pytest.raises(KeyboardInterrupt):
        tag(run, write=True)
    monkeypatch.undo()
    assert snapshot(run.root) == before
    if (run.folder / job.JOURNAL).exists():
        assert not refused(tag(run, undo=True))
        assert snapshot(run.root) == before
