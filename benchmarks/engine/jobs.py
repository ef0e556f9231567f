"""Whole commands by the clock: one worker and two, the first run and the second, the whole job."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from benchmarks.engine.collection import METADATA

_FINE = {0, 3}  # exit codes; 3: complete with skipped files, which a folder of one's own may hold


def two_workers(folder: Path, repeats: int) -> dict[str, Any]:
    """Seconds of ``songatlas extract`` on all clips and songs, each time with an empty cache.

    One worker, two, one, two …, so that whatever else the machine does falls on both.
    """
    rounds = []
    for _ in range(repeats):
        found = {}
        for n_workers in (1, 2):
            with tempfile.TemporaryDirectory(dir=folder) as cache:
                found[str(n_workers)] = extract(
                    [folder / "clips", folder / "songs"], Path(cache), n_workers
                )
        rounds.append(found)
    return {"rounds": rounds}


def first_and_second(music: Path, repeats: int) -> dict[str, Any]:
    """Seconds of ``songatlas extract`` with an empty cache, once more, and on an empty folder."""
    n_files = sum(path.is_file() for path in music.rglob("*"))
    with tempfile.TemporaryDirectory(dir=music.parent) as cache:
        first = extract([music], Path(cache), 2)
        second = [extract([music], Path(cache), 2) for _ in range(repeats)]
        with tempfile.TemporaryDirectory() as empty:
            start = [extract([Path(empty)], Path(cache), 2) for _ in range(repeats)]
    return {"n_files": n_files, "first": first, "second": second, "start": start}


def extract(music: list[Path], cache: Path, n_workers: int) -> dict[str, float]:
    """Seconds by the clock and of CPU."""
    command = [sys.executable, "-m", "songatlas", "extract", *map(str, music), "--quiet"]
    command += ["--cache", str(cache), "--workers", str(n_workers)]
    start, before = time.perf_counter(), _children()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in _FINE:
        raise SystemExit(f"songatlas extract must succeed. Got exit code {done.returncode}.")
    return {"seconds": time.perf_counter() - start, "cpu": _children() - before}


def whole(collection: Path) -> dict[str, Any]:
    """The whole job in a process of its own: seconds in all, and seconds and memory by stage."""
    with tempfile.TemporaryDirectory(dir=collection) as scratch:
        command = [sys.executable, "-m", "benchmarks.engine.whole", str(collection / "music")]
        command += [str(collection / METADATA), scratch]
        start, before = time.perf_counter(), _children()
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        seconds, cpu = time.perf_counter() - start, _children() - before
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {"seconds": seconds, "cpu": cpu}


def _children() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
