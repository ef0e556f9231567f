"""Shards on shared storage: what was written, or nothing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from songatlas.errors import AudioError, ConfigError
from songatlas.extraction.cluster.shard import DamagedShardError, ShardStore
from songatlas.store.cache import CacheRow


def rows(seed: int) -> dict[str, CacheRow]:
    rng = np.random.default_rng(seed)
    arrays = {"frames": (5 + seed, 3), "tags": (2, 4)}
    return {
        name: CacheRow(array=rng.normal(size=shape).astype("f4"), meta={"seconds": 0.1 * seed})
        for name, shape in arrays.items()
    }


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ShardStore:
    url = str(tmp_path / "shards") if request.param == "folder" else f"memory://{tmp_path}"
    return ShardStore(url)


def files(store: ShardStore) -> list[str]:
    system, folder = store.locate()
    return sorted(system.find(folder))


def test_a_shard_gives_back_what_was_written(store: ShardStore) -> None:
    failed = AudioError("E-TRUNC", "cut off “here”", declared_seconds=3.1, decoded_seconds=0.1)
    store.write("ab.shard", [(2, rows(1)), (0, failed), (1, rows(2))])
    found = dict(store.read("ab.shard"))
    assert list(found) == [2, 0, 1]
    for position, seed in ((2, 1), (1, 2)):
        for name, row in rows(seed).items():
            np.testing.assert_array_equal(found[position][name].array, row.array)
            assert found[position][name].meta == row.meta
    assert vars(found[0]) == vars(failed)
    assert store.is_complete("ab.shard", 3)
    assert not store.is_complete("ab.shard", 4)
    assert not store.is_complete("no.shard", 3)
    assert len(files(store)) == 1


def test_wrong_bytes_anywhere_are_noticed(tmp_path: Path) -> None:
    store = ShardStore(str(tmp_path))
    store.write("ab.shard", [(0, rows(1)), (1, rows(2))])
    path = tmp_path / "ab" / "ab.shard"
    whole = path.read_bytes()
    for place in [*range(0, len(whole), 7), len(whole) - 1]:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DamagedShardError):
            list(store.read("ab.shard"))
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        assert not store.is_complete("ab.shard", 2)


def test_a_write_that_fails_leaves_nothing(store: ShardStore) -> None:
    def failing() -> Iterator[tuple[int, dict[str, CacheRow]]]:
        yield 0, rows(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.write("ab.shard", failing())
    assert files(store) == []


def test_what_may_go_better_another_time_is_no_complete_shard(store: ShardStore) -> None:
    store.write("ab.shard", [(0, AudioError("E-NOTREGULAR", "not found"))])
    assert not store.is_complete("ab.shard", 1)


def test_a_url_of_no_kind_is_refused() -> None:
    with pytest.raises(ConfigError, match="--shards must be"):
        ShardStore("nosuch://x").locate()
