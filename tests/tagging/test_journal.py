"""A change can be told, kept and taken back, whatever it is."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.errors import StorageError
from songatlas.tagging.journal import (
    Change,
    append_change,
    difference,
    keep_changes,
    read_changes,
    sha256,
)


def change(before: bytes, after: bytes) -> Change:
    start, end, original = difference(before, after)
    return Change(
        path="/m/a.mp3", before=sha256(before), after=sha256(after), start=start, end=end,
        original=original, mtime_ns=1, mode=0o644, old_content="a", new_content="b",
    )  # fmt: skip


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=60), st.binary())
def test_every_byte_comes_back(head, middle, tail, new):
    before, after = head + middle + tail, head + new + tail
    assert change(before, after).restore(after) == before


def test_only_what_differs_is_kept():
    sound = bytes(range(256)) * 4000
    found = change(b"tag" + sound, b"longer tag" + sound)
    assert len(found.original) < 100
    assert found.end >= len(sound)


def test_journals_are_read_back_without_a_torn_end(tmp_path):
    path = tmp_path / "tags.journal"
    changes = [change(b"one", b"two"), change(b"", b"x")]
    for item in changes:
        append_change(path, item)
    assert read_changes(path) == changes
    for torn in (b"{", b'{"path": "/m/b', b'{"path": "/m/b' + bytes(90), bytes(90)):
        with path.open("ab") as file:
            file.write(torn)  # killed while writing: its file was not touched
        assert read_changes(path) == changes
        changes.append(change(torn, b"y"))
        append_change(path, changes[-1])
        assert read_changes(path) == changes


def test_a_last_line_without_its_end_is_a_change(tmp_path):
    path = tmp_path / "tags.journal"
    changes = [change(b"one", b"two"), change(b"", b"x")]
    for item in changes:
        append_change(path, item)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert read_changes(path) == changes
    append_change(path, changes[0])
    assert read_changes(path) == [*changes, changes[0]]


@pytest.mark.parametrize("data", [b"\xff\xfb\x90\0sound", b"sound\n", b"{}\n", b"[1]\n", b"1\n"])
def test_what_is_no_journal_stays_as_it_is(tmp_path, data):
    path = tmp_path / "a.mp3"
    path.write_bytes(data)
    with pytest.raises(StorageError, match="damaged in line 1"):
        read_changes(path, missing_ok=True)
    assert path.read_bytes() == data


def test_what_is_kept_replaces_the_journal_in_one_step(tmp_path, monkeypatch):
    path = tmp_path / "tags.journal"
    odd = dataclasses.replace(change(b"one", b"two"), path="/m/caf\udce9.mp3")  # no UTF-8
    changes = [odd, change(b"", b"x")]
    for item in changes:
        append_change(path, item)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: pytest.fail("power cut"))
        with pytest.raises(pytest.fail.Exception):
            keep_changes(path, changes[:1])
    assert read_changes(path) == changes
    keep_changes(path, changes[:1])
    assert read_changes(path) == changes[:1]
    keep_changes(path, [])
    assert not path.exists()
    assert read_changes(path, missing_ok=True) == []


def test_damaged_journals_touch_nothing(tmp_path):
    path = tmp_path / "tags.journal"
    append_change(path, change(b"one", b"two"))
    path.write_bytes(path.read_bytes().replace(b'"start"', b'"begin"'))
    with pytest.raises(StorageError, match="damaged in line 1"):
        read_changes(path)
    with pytest.raises(StorageError, match="is not there"):
        read_changes(tmp_path / "none")
    lying = dataclasses.replace(change(b"one", b"two"), original="!!")
    for wrong in (lying, dataclasses.replace(lying, original=change(b"abc", b"xyz").original)):
        with pytest.raises(StorageError, match="does not lead back"):
            wrong.restore(b"two")
