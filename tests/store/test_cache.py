"""What the cache gives back is what was put in, or nothing."""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from songatlas.errors import AudioError, StorageError
from songatlas.store.cache import CacheRow, FeatureCache


def make_row(seed: int = 0) -> CacheRow:
    values = np.random.default_rng(seed).normal(size=(50, 55)).astype(np.float32)
    return CacheRow(array=values, meta={"seconds": 1.25})


def test_round_trip_survives_reopening(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    cache.put("ab" * 16, "frames-1", make_row())
    cache.close()
    found = FeatureCache(tmp_path).get("ab" * 16, "frames-1")
    assert isinstance(found, CacheRow)
    np.testing.assert_array_equal(found.array, make_row().array)
    assert found.meta == {"seconds": 1.25}


def test_another_content_or_extractor_is_another_row(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    cache.put("ab" * 16, "frames-1", make_row())
    assert cache.get("cd" * 16, "frames-1") is None
    assert cache.get("ab" * 16, "frames-2") is None


@pytest.mark.parametrize("position", [0, 60, 5000, -1])
def test_a_flipped_bit_counts_as_absent(tmp_path: Path, position: int) -> None:
    cache = FeatureCache(tmp_path)
    cache.put("ab" * 16, "frames-1", make_row())
    (path,) = tmp_path.rglob("*.npy")
    data = bytearray(path.read_bytes())
    data[position] ^= 4
    path.write_bytes(data)
    assert cache.get("ab" * 16, "frames-1") is None
    cache.put("ab" * 16, "frames-1", make_row())
    assert isinstance(cache.get("ab" * 16, "frames-1"), CacheRow)


@pytest.mark.parametrize(
    ("content", "key"),
    [("ab" * 16, "a/../../../x"), ("ab" * 16, "a\\x"), ("../x", "frames-1")],
)
def test_a_row_lies_within_the_folder(tmp_path: Path, content: str, key: str) -> None:
    cache = FeatureCache(tmp_path / "inner" / "cache")
    with pytest.raises(ValueError, match="cannot be named"):
        cache.put(content, key, make_row())
    assert not list(tmp_path.rglob("*.npy"))


def test_a_lost_file_counts_as_absent(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    cache.put("ab" * 16, "frames-1", make_row())
    next(tmp_path.rglob("*.npy")).unlink()
    assert cache.get("ab" * 16, "frames-1") is None


def test_failures_are_remembered_whole(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    error = AudioError("E-TRUNC", "it ends early", declared_seconds=9.0, decoded_seconds=2.5)
    cache.put_failure("ab" * 16, "frames-1", error)
    found = cache.get("ab" * 16, "frames-1")
    assert isinstance(found, AudioError)
    assert vars(found) == vars(error)


def test_a_hash_is_computed_again_only_when_the_file_changes(tmp_path: Path) -> None:
    asked = []

    def compute(path: Path, status: os.stat_result) -> str:
        asked.append(path)
        return f"{len(asked):032x}"

    file = tmp_path / "song.wav"
    file.write_bytes(b"one")
    cache = FeatureCache(tmp_path / "cache")
    hash_of = cache.remembered(compute)
    first = hash_of(file, file.stat())
    assert hash_of(file, file.stat()) == first
    assert len(asked) == 1
    file.write_bytes(b"two and more")
    assert hash_of(file, file.stat()) != first


@pytest.mark.skipif(sys.platform == "win32", reason="its second time is that of creation")
def test_a_file_written_in_place_whose_time_was_put_back_is_hashed_again(tmp_path: Path) -> None:
    file, before = tmp_path / "song.wav", b"one"
    file.write_bytes(before)
    cache = FeatureCache(tmp_path / "cache")
    hash_of = cache.remembered(lambda path, status: path.read_bytes().hex())
    status = file.stat()
    assert hash_of(file, status) == before.hex()
    while file.stat().st_ctime_ns == status.st_ctime_ns:  # the clock of the disk may be coarse
        file.write_bytes(b"two")
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (3, status.st_mtime_ns)
    assert hash_of(file, file.stat()) == b"two".hex()


@pytest.mark.parametrize("field", ["st_ino", "st_mtime_ns"])
def test_numbers_of_files_may_be_of_any_size(tmp_path: Path, field: str) -> None:
    """Inodes have 64 bits without a sign, and a broken clock may say the year 2600."""
    cache = FeatureCache(tmp_path / "cache")
    hash_of = cache.remembered(lambda path, status: f"{getattr(status, field) % 2**128:032x}")
    found = []
    for number in (2**64 - 1, 2**63, 2**63 - 1, 19_880_899_200_000_000_000):
        fields = {"st_size": 1, "st_mtime_ns": 2, "st_ctime_ns": 3, "st_ino": 4} | {field: number}
        found.append(hash_of(tmp_path / "song.wav", SimpleNamespace(**fields)))
    assert found == [f"{n:032x}" for n in (2**64 - 1, 2**63, 2**63 - 1, 19880899200 * 10**9)]


def test_rows_may_be_read_by_whom_other_files_may(tmp_path: Path, monkeypatch) -> None:
    cache = FeatureCache(tmp_path / "cache")
    cache.put("ab" * 16, "frames-1", CacheRow(array=np.ones((2, 3), np.float32), meta={}))
    (tmp_path / "plain").write_text("x")
    row = cache.row_path("ab" * 16, "frames-1")
    assert row.stat().st_mode == (tmp_path / "plain").stat().st_mode

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert cache.get("ab" * 16, "frames-1") is None


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    FeatureCache(tmp_path).close()
    database = sqlite3.connect(tmp_path / "manifest.sqlite")
    database.execute("PRAGMA user_version=999")
    database.close()
    with pytest.raises(StorageError, match="newer songatlas"):
        FeatureCache(tmp_path)
    with closing(sqlite3.connect(tmp_path / "manifest.sqlite")) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (999,)


def test_a_file_in_the_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a folder")
    with pytest.raises(StorageError, match="--cache"):
        FeatureCache(tmp_path / "cache")


def test_a_damaged_manifest_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "manifest.sqlite").write_bytes(b"not a database, certainly " * 100)
    with pytest.raises(StorageError, match="--cache"):
        FeatureCache(tmp_path)


@pytest.mark.parametrize("shape", [(3, 4), (0, 4), (12,), (2, 3, 100)])
def test_a_look_counts_a_row_unless_its_end_is_missing(tmp_path, shape):
    with closing(FeatureCache(tmp_path)) as cache:
        assert cache.look("ab" * 32, "k") is None
        cache.put("ab" * 32, "k", CacheRow(array=np.ones(shape, np.float32), meta={}))
        assert cache.look("ab" * 32, "k") == {}
        path = cache.row_path("ab" * 32, "k")
        data = path.read_bytes()
        for damaged in (data[:-4], data + b"0", data[:20], b"", b"x" + data[1:]):
            path.write_bytes(damaged)
            assert cache.look("ab" * 32, "k") is None
        path.unlink()
        assert cache.look("ab" * 32, "k") is None


def test_a_look_remembers_failures(tmp_path):
    with closing(FeatureCache(tmp_path)) as cache:
        cache.put_failure("ab" * 32, "k", AudioError("E-SHORT", "it is short"))
        failure = cache.look("ab" * 32, "k")
        assert isinstance(failure, AudioError)
        assert failure.code == "E-SHORT"
