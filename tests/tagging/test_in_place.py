"""A file that is replaced stays whose it was, and what others wrote meanwhile stays."""

import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from songatlas.errors import TaggingError
from songatlas.tagging import in_place
from songatlas.tagging.in_place import copy_of, keep_owner, put_in_place, remove_copies

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="owners are of Unix")


@pytest.fixture
def source(tmp_path) -> Path:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"before")
    return path


def owned_by(status: os.stat_result, owner: int, group: int) -> os.stat_result:
    return os.stat_result([*status[:4], owner, group, *status[6:]])


def replaced(source: Path, data: bytes) -> None:
    status = source.stat()
    with copy_of(source, b"") as copy:
        copy.write_bytes(data)
        put_in_place(copy, source, status)


def test_permissions_and_attributes_stay_and_the_time_is_that_of_the_writing(source):
    source.chmod(0o640)
    os.utime(source, ns=(10**18, 10**18))
    if hasattr(os, "setxattr"):
        try:
            os.setxattr(source, "user.rating", b"5")
        except OSError as error:
            pytest.skip(f"no attributes here: {error}")
    replaced(source, b"after")
    assert source.read_bytes() == b"after"
    status = source.stat()
    assert stat.S_IMODE(status.st_mode) == 0o640
    assert status.st_mtime_ns > 10**18
    if hasattr(os, "getxattr"):
        assert os.getxattr(source, "user.rating") == b"5"
    assert [path.name for path in source.parent.iterdir()] == ["a.mp3"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="for root alone")
def test_the_owner_of_a_file_stays_when_root_writes_it(source):
    os.chown(source, 1000, 1001)
    replaced(source, b"after")
    assert (source.stat().st_uid, source.stat().st_gid) == (1000, 1001)


@pytest.mark.parametrize("other", [(1, 0), (0, 1)])
def test_owner_and_group_are_given_where_they_differ(source, monkeypatch, other):
    given = []
    monkeypatch.setattr(os, "chown", lambda *args: given.append(args))
    status = source.stat()
    keep_owner(source, status)
    assert given == []
    owner, group = status.st_uid + other[0], status.st_gid + other[1]
    keep_owner(source, owned_by(status, owner, group))
    assert given == [(source, owner, group)]


def test_a_file_whose_owner_cannot_be_kept_stays_as_it_is(source, monkeypatch):
    def refuse(*_args):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    monkeypatch.setattr(
        in_place,
        "keep_owner",
        lambda copy, status: keep_owner(copy, owned_by(status, status.st_uid + 1, status.st_gid)),
    )
    before = source.stat()
    with pytest.raises(TaggingError, match=r"owner or group.*Operation not permitted"):
        replaced(source, b"after")
    assert source.stat() == before
    assert [path.name for path in source.parent.iterdir()] == ["a.mp3"]


@pytest.mark.parametrize("n_bytes", [6, 7])
def test_what_another_program_wrote_meanwhile_stays(source, n_bytes):
    status = source.stat()
    with copy_of(source, b"tagged") as copy:
        while source.stat().st_ctime_ns == status.st_ctime_ns:  # clocks of file systems tick
            source.write_bytes(b"x" * n_bytes)
            os.utime(source, ns=(status.st_atime_ns, status.st_mtime_ns))  # as some editors do
        with pytest.raises(TaggingError, match="another program"):
            put_in_place(copy, source, status)
    assert source.read_bytes() == b"x" * n_bytes
    assert [path.name for path in source.parent.iterdir()] == ["a.mp3"]


def test_a_locked_file_is_left_and_hinders_no_other(source, monkeypatch):
    """What macOS copies with a locked file could be neither written nor deleted."""
    other = source.with_name("b.mp3")
    other.write_bytes(b"before")
    look = Path.stat
    locked = stat.UF_IMMUTABLE

    def stat_of(path, **how):
        status = look(path, **how)
        return SimpleNamespace(st_flags=locked) if path == source else status

    monkeypatch.setattr(Path, "stat", stat_of)
    with pytest.raises(TaggingError, match="locked"), copy_of(source, b""):
        pass
    monkeypatch.undo()
    assert {path.name for path in source.parent.iterdir()} == {"a.mp3", "b.mp3"}


def test_copies_that_a_kill_left_go_once_a_folder_and_one_that_stays_hinders_nobody(
    source, monkeypatch
):
    stale = source.with_name(".songatlas-tag-old.mp3")
    stale.write_bytes(b"")
    swept = set()
    remove_copies(source.parent, swept)
    assert not stale.exists()
    stale.write_bytes(b"")
    remove_copies(source.parent, swept)
    assert stale.exists()

    def refuse(path, **_):
        raise PermissionError(1, "Operation not permitted", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    remove_copies(source.parent, set())
