"""The cache says what it holds, and lets go only of what is certainly of no use."""

import os
import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest

from songatlas.errors import AudioError, ConfigError, StorageError
from songatlas.extraction.upkeep import VERSIONS, info, prune, verify
from songatlas.progress import Silent
from songatlas.store.cache import CacheRow, FeatureCache
from songatlas.store.manifest import today

NEW, OLD = f"frames-{VERSIONS['frames']}-x", "frames-0-x"


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Three files whose rows the cache holds; the third is only a failure."""
    folder = tmp_path / "music"
    folder.mkdir()
    cache = FeatureCache(tmp_path / "cache")
    row = CacheRow(array=np.ones((3, 2), np.float32), meta={})
    hash_of = cache.remembered(lambda path, status: path.stem * 32)
    for name in "abc":
        path = folder / f"{name}.mp3"
        path.write_bytes(name.encode())
        content = hash_of(path, path.stat())
        if name == "c":
            cache.put_failure(content, NEW, AudioError("E-TRUNC", "cut", declared_seconds=3))
        else:
            cache.put(content, NEW, row)
    cache.put("a" * 32, OLD, row)
    cache.close()
    return folder


def age(cache: Path, days: int) -> None:
    opened = FeatureCache(cache)
    for table in ("features", "failures"):
        opened.manifest.execute(f"UPDATE {table} SET used={today() - days}")
    opened.close()


def test_info_counts_everything(music: Path, tmp_path: Path) -> None:
    found = info(tmp_path / "cache")
    assert {key: n for key, (n, _) in found.rows.items()} == {OLD: 1, NEW: 2}
    assert (dict(found.failures), found.n_files) == ({"E-TRUNC": 1}, 3)
    rows = sum(path.stat().st_size for path in tmp_path.rglob("*.npy"))
    assert sum(size for _, size in found.rows.values()) == rows
    with pytest.raises(StorageError, match="no cache"):
        info(tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_what_another_run_is_just_writing_is_passed_over(
    music: Path, tmp_path: Path, monkeypatch
) -> None:
    look = Path.rglob
    monkeypatch.setattr(
        Path, "rglob", lambda path, name: [*look(path, name), path / ".row.renamed-by-now"]
    )
    assert info(tmp_path / "cache").n_bytes > 0
    assert verify(tmp_path / "cache", progress=Silent()).nothing


def test_prune_removes_old_versions_alone(music: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert prune(cache, dry_run=True).old_version == 1
    assert prune(cache).total == 1
    assert list(info(cache).rows) == [NEW]
    assert len(list(cache.rglob("*.npy"))) == 2
    assert prune(cache).total == 0


def test_unused_rows_go_and_those_of_an_unmounted_disk_stay(music: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    prune(cache)
    age(cache, days=40)
    assert prune(cache, older_than=50, dry_run=True).unused == 0
    (music / "b.mp3").unlink()  # or its disk is elsewhere
    pruned = prune(cache, older_than=30)
    assert (pruned.unused, pruned.kept) == (2, 1)
    assert info(cache).rows[NEW][0] == 1
    music.rename(tmp_path / "unmounted")
    assert prune(cache, older_than=0).total == 0


def test_a_row_that_serves_a_run_is_no_longer_unused(music: Path, tmp_path: Path) -> None:
    age(tmp_path / "cache", days=40)
    cache = FeatureCache(tmp_path / "cache")
    assert isinstance(cache.get("a" * 32, NEW), CacheRow)
    cache.close()
    assert prune(tmp_path / "cache", older_than=30, dry_run=True).unused == 2  # b and c


def test_gone_needs_a_folder_that_is_there(music: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    prune(cache)
    away = music.rename(tmp_path / "unmounted")
    for there in (False, True):
        if there:
            music.mkdir()  # an empty mount point
        with pytest.raises(ConfigError, match="Nothing was removed"):
            prune(cache, gone=music)
    assert info(cache).rows[NEW][0] == 2
    music.rmdir()
    away.rename(music)
    (music / "b.mp3").unlink()
    assert prune(cache, gone=music).gone == 1
    assert info(cache).rows[NEW][0] == 1


def test_verify_finds_and_mends(music: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert verify(cache, progress=Silent()).nothing
    next(cache.rglob("*.npy")).write_bytes(b"x")
    assert len(verify(cache, progress=Silent(), mend=True).damaged) == 1
    assert verify(cache, progress=Silent()).nothing


def test_what_killed_workers_leave_is_found_and_removed(music: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for name, age in {".left.part": 7200, ".new.part": 0, "left.shard": 7200}.items():
        part = cache / "shards" / "ab" / name
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(b"half a shard")
        os.utime(part, (time.time() - age,) * 2)
    assert len(verify(cache, progress=Silent(), mend=True).orphans) == 2
    assert verify(cache, progress=Silent()).nothing
    assert [path.name for path in part.parent.iterdir()] == [".new.part"]


def test_a_cache_of_the_first_schema_is_upgraded(tmp_path: Path) -> None:
    cache = FeatureCache(tmp_path)
    row = CacheRow(array=np.ones((3, 2), np.float32), meta={"seconds": 1.5})
    cache.put("a" * 32, NEW, row)
    cache.put_failure("b" * 32, NEW, AudioError("E-TRUNC", "cut", declared_seconds=3))
    cache.close()
    database = sqlite3.connect(tmp_path / "manifest.sqlite", isolation_level=None)
    for table in ("features", "failures", "files"):
        database.execute(f"ALTER TABLE {table} DROP COLUMN used")
        database.execute(f"ALTER TABLE {table} DROP COLUMN seal")
    database.execute("PRAGMA user_version=1")
    database.close()
    cache = FeatureCache(tmp_path)
    found = cache.get("a" * 32, NEW)
    assert isinstance(found, CacheRow)
    assert found.meta == row.meta
    assert isinstance(cache.get("b" * 32, NEW), AudioError)
    cache.close()
    assert verify(tmp_path, progress=Silent()).nothing


def test_rows_of_parts_of_a_file_go_and_stay_with_it(music: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    prune(cache)
    opened = FeatureCache(cache)
    for place in ("0" * 16, "1" * 16):
        row = CacheRow(array=np.ones((3, 2), np.float32), meta={})
        opened.put("b" * 32 + place, NEW, row)
    opened.close()
    age(cache, days=40)
    (music / "b.mp3").unlink()
    pruned = prune(cache, older_than=30, dry_run=True)
    assert (pruned.unused, pruned.kept) == (2, 3)  # a and c; b and its parts may be elsewhere
    assert prune(cache, gone=music).gone == 3
    assert info(cache).rows[NEW][0] == 1
