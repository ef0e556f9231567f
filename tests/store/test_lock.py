"""A folder that one process at a time may write."""

import errno
import os
import subprocess
import sys

import pytest

from songatlas.errors import StorageError
from songatlas.store import lock
from songatlas.store.lock import locked

HOLD = """
import sys, time
from pathlib import Path
from songatlas.store.lock import locked
with locked(Path(sys.argv[1]), Path("out")):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_leaves_its_lock_free(tmp_path):
    file = tmp_path / "lock"
    process = subprocess.Popen([sys.executable, "-c", HOLD, file], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(StorageError, match="Another run is writing to out"), locked(file, "out"):
        pass
    process.kill()
    process.communicate()
    assert file.exists()
    with locked(file, "out"):
        pass
    assert not file.exists()


def test_a_lock_that_was_removed_meanwhile_is_nobodys(tmp_path, monkeypatch):
    file = tmp_path / "lock"

    def late(descriptor):
        file.unlink()  # as the run does that held it until now

    monkeypatch.setattr(lock, "_hold", late)
    with pytest.raises(StorageError, match="has just finished in out"), locked(file, "out"):
        pass


def test_a_disk_that_knows_no_locks_is_told(tmp_path, monkeypatch):
    def refused(descriptor):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(lock, "_hold", refused)
    remedy = "cannot be locked against a second run.*on a local disk"
    with pytest.raises(StorageError, match=remedy), locked(tmp_path / "lock", "out"):
        pass
