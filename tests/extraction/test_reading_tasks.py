"""Tasks of reading, and the windows in which they are given to a cluster, without one."""

import dataclasses
import hashlib
import socket
from pathlib import Path

import pytest

from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError, ClusterError, ConfigError
from songatlas.extraction.cluster.client import Cluster, shard_tracks
from songatlas.extraction.cluster.reading import ReadingTask
from songatlas.extraction.cluster.shard import ShardStore, shard_name
from songatlas.extraction.cluster.task import make_shard, require_same, versions
from songatlas.extraction.gather import frames_job
from songatlas.extraction.pool import LocalPool
from songatlas.machine import FileLimits
from songatlas.progress import Silent
from songatlas.synthesis.collection import write_collection
from songatlas.types import Track

JOB = dataclasses.replace(frames_job(AudioConfig()), key="frames-test")


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> list[Track]:
    folder = tmp_path_factory.mktemp("three")
    write_collection(folder / "music", n_tracks=4, seconds=1.5)
    paths = sorted(
        p for p in (folder / "music").rglob("*") if p.suffix in {".ogg", ".flac", ".mp3"}
    )
    paths = [*paths[:2], folder / "gone.wav"]
    return [
        Track(path=path.name, source=path, content_hash=hashlib.md5(path.name.encode()).hexdigest())
        for path in paths
    ]


def test_a_task_again_is_free_until_a_file_that_was_missing_may_be_there(
    three: list[Track], tmp_path: Path
) -> None:
    def task(tracks: list[Track]) -> ReadingTask:
        return ReadingTask(
            store=ShardStore(str(tmp_path)),
            start=0,
            job=JOB,
            sources=tuple(track.source for track in tracks),
            contents=tuple(track.content_hash for track in tracks),
            limits=None,
            versions=versions(),
        )

    def stamp(name: str) -> int:
        return (tmp_path / name[:2] / name).stat().st_ino

    good, gone = task(three[:2]), task(three)
    assert make_shard(good) == socket.gethostname()
    before = stamp(good.name)
    make_shard(good)
    assert stamp(good.name) == before
    path = tmp_path / good.name[:2] / good.name
    path.write_bytes(path.read_bytes()[:-9])
    make_shard(good)
    assert good.store.is_complete(good.name, 2)

    make_shard(gone)
    error = dict(gone.store.read(gone.name))[2]
    assert (error.code, error.reason) == (
        "E-NOTREGULAR",
        f"it was not found on worker {socket.gethostname()}",
    )
    local = dict(LocalPool(1).extract(three[:2], JOB))
    shared = dict(gone.store.read(gone.name))
    for i in (0, 1):
        assert local[i]["frames"].array.tobytes() == shared[i]["frames"].array.tobytes()
        assert local[i]["frames"].meta == shared[i]["frames"].meta


def test_another_songatlas_is_refused() -> None:
    require_same("h", versions(), versions())
    with pytest.raises(ClusterError, match=r"Worker h has songatlas 0\.0"):
        require_same("h", "songatlas 0.0", versions())


def test_names_depend_on_content_order_and_key() -> None:
    names = {shard_name(c, k) for c in (("a", "b"), ("b", "a"), ("ab",)) for k in "xy"}
    assert len(names) == 6


def test_a_size_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONGATLAS_SHARD_TRACKS", "0")
    with pytest.raises(ConfigError, match="SONGATLAS_SHARD_TRACKS"):
        shard_tracks()


class FakeFuture:
    """Done by itself; `error` instead of a shard where it has one."""

    def __init__(self, task: ReadingTask, key: str, error: Exception | None) -> None:
        self.key, self._error = key, error
        self.status = "error" if error else "finished"
        if not error:
            make_shard(task)

    def exception(self) -> Exception | None:
        return self._error


class FakeClient:
    """Runs tasks at once and remembers their keys."""

    loop = None

    def __init__(self, broken: int = -1) -> None:
        self.keys: list[str] = []
        self.limits: set[FileLimits | None] = set()
        self.cancelled: list[FakeFuture] = []
        self._broken = broken

    def nthreads(self) -> dict[str, int]:
        return {"a": 1}

    def submit(self, function: object, task: ReadingTask, *, key: str) -> FakeFuture:
        error = RuntimeError("KilledWorker") if len(self.keys) == self._broken else None
        self.keys.append(key)
        self.limits.add(task.limits)
        return FakeFuture(task, key, error)

    def cancel(self, futures: list[FakeFuture]) -> None:
        self.cancelled += futures


class FakeCompleted(list[FakeFuture]):
    def __init__(self, futures: list[FakeFuture], loop: None) -> None:
        super().__init__(futures)

    add = list.append

    def __next__(self) -> FakeFuture:
        return self.pop()


@pytest.mark.battery
def test_shards_come_in_windows_and_a_poisonous_one_is_done_here(
    three: list[Track], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(distributed, "as_completed", FakeCompleted)
    tracks = [
        Track(path=str(i), source=three[i % 2].source, content_hash=f"{i:032x}") for i in range(5)
    ]
    client = FakeClient(broken=1)
    cluster = Cluster(
        client=client,
        address="tcp://x:1",
        store=ShardStore(str(tmp_path)),
        size=1,
        keep=False,
        pool=LocalPool(1, FileLimits(seconds=99.0)),
        progress=Silent(),
    )
    found = cluster.extract(tracks, JOB)
    position, _ = next(found)
    assert len(client.keys) == 2  # two a thread, never all five
    everything = {position, *(i for i, row in found if not isinstance(row, AudioError))}
    assert everything == set(range(5))
    assert len(set(client.keys)) == 5
    assert client.limits == {FileLimits(seconds=99.0)}
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]  # read, not to be kept

    early = cluster.extract(tracks, JOB)
    next(early)
    early.close()
    assert len(client.cancelled) == 1
