"""A real cluster over TCP that loses a worker."""

import signal
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
from songatlas.synthesis.collection import write_collection


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
