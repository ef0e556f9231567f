"""Group E: what must not change a byte of tables, records and labels."""

import json
import locale
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

import songatlas
from songatlas.config import to_dict
from songatlas.machine import Machine
from songatlas.stages.result import RunResult

ORDERS: dict[str, Callable[[list[Any]], None]] = {
    "reversed": list.reverse,
    "shuffled": random.Random(0).shuffle,
}
pytestmark = pytest.mark.battery


def tables(folder: Path) -> dict[str, Any]:
    """All CSV, JSON and arrays; without the place of the music, and what links to it."""
    paths = [path for path in folder.rglob("*") if path.suffix in (".csv", ".json", ".npy")]
    names = {path: path.relative_to(folder).as_posix() for path in paths}
    found: dict[str, Any] = {
        name: path.read_bytes() for path, name in names.items() if not name.startswith("playlists/")
    }
    run = found["run.json"] = json.loads(found["run.json"])
    del run["root"], run["music"]
    run["files"] = {
        name: digest
        for name, digest in run["files"].items()
        if name != "atlas.html" and not name.startswith("playlists/")
    }
    return found


class Again:
    """The finished run once more, under other circumstances."""

    def __init__(
        self, finished: RunResult, music: Path, cache: Path, config: Any, out: Path
    ) -> None:
        self.expected = tables(finished.out)
        self.music, self.cache, self.config, self.out = music, cache, config, out

    def is_the_same(self, music: Any = None, **options: Any) -> None:
        machine = Machine(**{"cache": self.cache, "workers": 1, **options})
        songatlas.run(music or self.music, out=self.out, config=self.config, machine=machine)
        assert tables(self.out) == self.expected

    def is_the_same_in_a_process(self, **environment: str) -> None:
        settings = [
            f"{stage}.{name}={json.dumps(value)}"
            for stage, values in CHANGED.items()
            for name, value in values.items()
            if to_dict(self.config)[stage][name] == value
        ]
        words = [word for setting in settings for word in ("--set", setting)]
        folders = ["--out", self.out, "--cache", self.cache]
        done = subprocess.run(
            [sys.executable, "-m", "songatlas", "run", *map(str, [self.music, *folders, *words])],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **environment},
        )
        assert done.returncode == 0, done.stderr
        assert tables(self.out) == self.expected


CHANGED = {
    "training": {"epochs": 3, "steps_per_epoch": 4},
    "evaluation": {"n_bootstrap": 20, "n_permutations": 19},
    "model": {"hidden": 32, "n_latent": 8},
    "input": {"window_frames": 32},
    "clustering": {"k_max": 5},
}  # as in conftest.py


@pytest.fixture
def again(
    finished: RunResult, music: Path, cache: Path, fast: songatlas.Config, tmp_path: Path
) -> Again:
    return Again(finished, music, cache, fast, tmp_path / "out")


@pytest.mark.parametrize("n", [1, 2, 4])
def test_workers_on_a_cold_cache(n: int, again: Again, tmp_path: Path) -> None:
    again.is_the_same(workers=n, cache=tmp_path / "cold")


def test_a_half_warm_cache(again: Again, tmp_path: Path) -> None:
    half = shutil.copytree(again.cache, tmp_path / "half")
    for path in sorted(half.rglob("*.npy"))[::2]:
        path.unlink()
    again.is_the_same(cache=half)


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_in_which_the_disk_lists_files(
    order: str, again: Again, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    @contextmanager
    def scandir(path: Any) -> Iterator[Any]:
        with real(path) as listing:
            entries = list(listing)
        ORDERS[order](entries)
        yield iter(entries)

    monkeypatch.setattr(os, "scandir", scandir)
    again.is_the_same()


@pytest.mark.parametrize("seconds", [1, 4_000_000_000])
def test_times_of_change(seconds: int, again: Again, tmp_path: Path) -> None:
    copy = shutil.copytree(again.music, tmp_path / "music")
    for path in copy.rglob("*"):
        os.utime(path, (seconds, seconds))
    again.is_the_same(copy)


@pytest.mark.parametrize("name", ["a", "z Ünï 夜"])
def test_the_name_of_the_folder(name: str, again: Again, tmp_path: Path) -> None:
    again.is_the_same(shutil.copytree(again.music, tmp_path / name))


@pytest.mark.parametrize("case", ["reversed", "repeated", "nested"])
def test_the_order_of_several_folders(case: str, again: Again) -> None:
    below = sorted(path for path in again.music.iterdir() if path.is_dir())
    roots = {
        "reversed": below[::-1],
        "repeated": [*below, *below],
        "nested": [below[-1], again.music],
    }
    again.is_the_same(roots[case])


def test_the_current_folder(again: Again, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(again.music.parent)
    again.is_the_same(again.music.name)


def test_the_umask(again: Again) -> None:
    before = os.umask(0o077)
    try:
        again.is_the_same()
    finally:
        os.umask(before)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/St_Johns"])
def test_the_time_zone(zone: str, again: Again, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        again.is_the_same()
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("n", [1, 3])
def test_threads_of_torch(n: int, again: Again) -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        again.is_the_same()
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_seed_of_hashes(seed: str, again: Again) -> None:
    again.is_the_same_in_a_process(PYTHONHASHSEED=seed)


@pytest.mark.parametrize("name", ["C", "tr_TR.UTF-8"])
def test_the_locale(name: str, again: Again) -> None:
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        pytest.skip(f"there is no locale {name} here")
    finally:
        locale.setlocale(locale.LC_ALL, before)
    again.is_the_same_in_a_process(LC_ALL=name, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
