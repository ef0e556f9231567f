"""A change can be told, kept and taken back, whatever it is."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.errors import StorageError
from songatlas.tagging.journal import Change, append_change, difference, read_changes, sha256


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
    with path.open("ab") as file:
        file.write(b'{"path": "/m/b')  # killed while writing: its file was not touched
    assert read_changes(path) == changes


def test_damaged_journals_touch_nothing(tmp_path):
    path = tmp_path / "tags.journal"
    append_change(path, change(b"one", b"two"))
    path.write_bytes(path.read_bytes().replace(b'"start"', b'"begin"'))
    with pytest.raises(StorageError, match="damaged in line 1"):
        read_changes(path)
    with pytest.raises(StorageError, match="must be the journal"):
        read_changes(tmp_path / "none")
    lying = dataclasses.replace(change(b"one", b"two"), original="!!")
    for wrong in (lying, dataclasses.replace(lying, original=change(b"abc", b"xyz").original)):
        with pytest.raises(StorageError, match="does not lead back"):
            wrong.restore(b"two")
