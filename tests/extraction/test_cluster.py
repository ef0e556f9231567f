"""Shards made by tasks, and a real cluster over TCP that loses a worker."""

import dataclasses
import hashlib
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fast_settings import FAST

from benchmarks.killing.cluster import two_workers
from benchmarks.killing.placing import place_and_kill
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


# ---- real processes


def songatlas(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "songatlas", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--dask", "tcp://127.0.0.1:9"], 2, "No dask scheduler answers at tcp://127.0.0.1:9"),
        (["--dask", "here"], 2, "--dask must be tcp://HOST:PORT or local:N"),
        (["--shards", "x"], 2, "needs --dask"),
    ],
)
@pytest.mark.battery
def test_mistakes_are_a_sentence(
    arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    done = songatlas("extract", tmp_path, "--cache", tmp_path / "cache", *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_dask_the_sentence_names_the_extra(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.modules['distributed'] = None\n"
        "from songatlas.cli import main\n"
        f"sys.argv = ['songatlas', 'extract', {str(tmp_path)!r}, '--dask', 'local:2', "
        f"'--cache', {str(tmp_path / 'cache')!r}]\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'songatlas[dask]'" in done.stderr


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of a scheduler, and two workers of it, all real processes that end with the test."""
    with two_workers(tmp_path) as found:
        yield found


def cache_rows(folder: Path) -> dict[str, object]:
    """Bytes of every row, and what the manifest says of them."""
    found: dict[str, object] = {
        path.name: path.read_bytes() for path in (folder / "rows").rglob("*.npy")
    }
    database = sqlite3.connect(folder / "manifest.sqlite")
    for table in ("features", "failures"):
        found[table] = sorted(database.execute(f"SELECT * FROM {table}"))
    database.close()
    return found


def results(folder: Path) -> dict[str, bytes]:
    kinds = {".csv", ".npy"}
    paths = [path for path in folder.rglob("*") if path.suffix in kinds]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.battery
@pytest.mark.parametrize(("n_tracks", "seed"), [(600, 0), (777, 1)])
def test_tracks_placed_by_a_cluster_that_loses_a_worker_have_the_same_bytes(
    n_tracks: int, seed: int, tmp_path: Path
) -> None:
    pytest.importorskip("distributed")
    went = place_and_kill(n_tracks, tmp_path, epochs=1, seed=seed)
    assert went.there == went.here
    assert len(went.here) == 25
    assert len(set(went.here.values())) > 15
    assert 0 < went.killed_after < went.n_shards
    assert not went.said
    assert len(list((tmp_path / "shards").rglob("*.shard"))) == went.n_shards  # kept where named
    assert not list((tmp_path / "shards").rglob("*.given"))  # nothing of what was only for workers


@pytest.mark.battery
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, workers = cluster
    monkeypatch.setenv("SONGATLAS_SHARD_TRACKS", "2")
    music, shards = tmp_path / "music", tmp_path / "shards"
    write_collection(music, n_tracks=24, seconds=3.0)
    whole = min(music.rglob("*.flac")).read_bytes()
    (music / "cut.flac").write_bytes(whole[: len(whole) // 2])  # fails in a worker, not in the scan
    (tmp_path / "fast.toml").write_text(FAST)
    common = ["run", music, "--config", tmp_path / "fast.toml"]

    def kill_one() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not any(shards.rglob("*.shard")):
            time.sleep(0.01)
        workers[0].send_signal(signal.SIGKILL)
        killed_after.append(len(list(shards.rglob("*.shard"))))

    killed_after: list[int] = []
    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    done = songatlas(
        *common,
        *("--out", tmp_path / "far", "--cache", tmp_path / "cache-far"),
        *("--dask", address, "--shards", shards),
    )
    killer.join()
    assert done.returncode == 3, done.stderr
    assert "instead of by the workers" not in done.stderr
    assert 0 < killed_after[0] < 13  # in the middle
    # Features, and what became of 25 tracks; up to three models for comparison are trained here.
    assert 13 + 4 <= len(list(shards.rglob("*.shard"))) <= 13 + 7
    assert workers[0].poll() == -signal.SIGKILL
    assert workers[1].poll() is None

    here = songatlas(*common, "--out", tmp_path / "here", "--cache", tmp_path / "cache-here")
    assert here.returncode == 3, here.stderr
    assert cache_rows(tmp_path / "cache-far")["failures"]
    assert cache_rows(tmp_path / "cache-far") == cache_rows(tmp_path / "cache-here")
    assert len(results(tmp_path / "here")) > 5
    assert results(tmp_path / "far") == results(tmp_path / "here")
