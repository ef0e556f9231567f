"""Run it: ``python -m benchmarks.speed --music DIR``, from the root of a checkout (Linux, quiet).

The code of an earlier commit is checked out beside this one and installed into an environment of
its own; so is this one. Both do every job in turn, the order changing, and what counts is the ratio
of each pair. ``--only others`` measures other packages on the same inputs instead (see
``benchmarks.speed.others``), ours at HEAD. DIR holds ``songs`` and ``albums``, each with ``audio/``
and ``tracks.csv``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.engine.collection import METADATA
from benchmarks.speed import page

BEFORE = "3343b56"
OTHERS = "others"  # the job of other packages on the same inputs
TARGETS = {"demo": 0.40, "songs, whole": 0.35, "songs, training": 0.45, "clips, cold": 0.45}
_TRAINING = Path(__file__).with_name("training.py")


@dataclass(frozen=True)
class Version:
    """One of the two: where its environment is, and a feature cache that it alone uses."""

    name: str
    python: Path
    cache: Path


@dataclass
class Row:
    """Seconds of one job by both versions, pair by pair."""

    job: str
    before: list[float] = field(default_factory=list)
    now: list[float] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        """Now over before, a pair each."""
        return [b / a for a, b in zip(self.before, self.now, strict=True)]


def main() -> None:
    """Measure, and write the page after every job."""
    options = _options()
    if options.only == [OTHERS] and not (options.out / "speed.json").is_file():
        sys.exit(f"{options.out / 'speed.json'} is missing: --only {OTHERS} adds to what it holds.")
    options.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="speed-", dir=options.work) as name:
        work = Path(name).absolute()
        jobs = {k: v for k, v in _jobs(options).items() if not options.only or k in options.only}
        if jobs:
            versions = [_install(work, "before", options.before), _install(work, "now", "HEAD")]
        rows = []
        for job, do in jobs.items():
            rows.append(_measure(job, do, versions, work, options.pairs))
            _write(options.out, rows, options)
        if not options.only or OTHERS in options.only:
            _write_others(options.out, _against_others(work, options.music))
    print((options.out / "speed.md").read_text(encoding="utf-8"))


Job = Callable[[Version, Path], dict[str, float]]


def _jobs(options: argparse.Namespace) -> dict[str, Job]:
    songs = options.music / "songs"

    def demo(version: Version, folder: Path) -> dict[str, float]:
        return _timed(version, ["demo", "--out", f"{folder / 'results'}"])

    def whole(version: Version, folder: Path) -> dict[str, float]:
        table = ["--metadata", f"{songs / 'tracks.csv'}", "--out", f"{folder / 'results'}"]
        return _timed(version, ["run", f"{songs / 'audio'}", *table])

    def training(version: Version, folder: Path) -> dict[str, float]:
        places = [songs / "audio", songs / "tracks.csv", folder / "results", version.cache]
        command = [version.python, _TRAINING, *places]
        done = subprocess.run(
            list(map(str, command)), stdout=subprocess.PIPE, text=True, check=True, cwd=folder
        )
        found = json.loads(done.stdout.splitlines()[-1])
        return {"seconds": found.pop("cpu"), **found}

    def cold(version: Version, folder: Path) -> dict[str, float]:
        table = ["--metadata", f"{options.clips / METADATA}", "--out", f"{folder / 'results'}"]
        cache = ["--cache", f"{folder / 'cache'}"]
        return _timed(version, ["run", f"{options.clips / 'music'}", *table, *cache])

    jobs: dict[str, Job] = {
        "demo": demo,
        "songs, whole": whole,
        "songs, training": training,
    }
    return jobs | ({"clips, cold": cold} if options.clips else {})


def _measure(job: str, do: Job, versions: Sequence[Version], work: Path, pairs: int) -> Row:
    """One pair that is not counted fills the caches, except for a job that begins without."""
    row = Row(job)
    for number in range(pairs + (job != "clips, cold")):
        order = versions if number % 2 else versions[::-1]
        seconds = {}
        for version in order:
            print(f"{job}: {version.name}", file=sys.stderr, flush=True)
            folder = work / "job"
            folder.mkdir()
            found = do(version, folder)
            seconds[version.name] = found.pop("seconds")
            row.said[version.name] = found
            shutil.rmtree(folder)
        if number or job == "clips, cold":
            row.before.append(seconds["before"])
            row.now.append(seconds["now"])
    return row


def _timed(version: Version, arguments: Sequence[str]) -> dict[str, float]:
    start = time.perf_counter()
    subprocess.run(
        [version.python, "-m", "songatlas", *arguments, "--quiet"],
        check=True,
        env=os.environ | {"SONGATLAS_CACHE": str(version.cache)},
    )
    return {"seconds": time.perf_counter() - start}


def _against_others(work: Path, music: Path) -> dict[str, Any]:
    """What ``benchmarks.speed.others`` found, in an environment that has the other packages too."""
    try:
        version, refused = _install(work, "others", "HEAD", extra="[benchmark]"), ""
    except subprocess.CalledProcessError as error:
        said = (error.stderr or f"{error}").strip().splitlines()
        refused = next((line for line in said[::-1] if line.startswith("ERROR")), said[-1])
        version = _install(work, "alone", "HEAD")
    tree, out = work / f"{version.name}-tree", work / "others.json"
    command = [version.python, "-m", "benchmarks.speed.others", music, out]
    load = round(os.getloadavg()[1])  # of five minutes: the last went into the install
    subprocess.run(list(map(str, command)), check=True, cwd=tree)
    facts = {"commit": _whole("HEAD")[:7], "cores": os.cpu_count(), "load": load}
    facts["refused"] = refused
    return facts | json.loads(out.read_text(encoding="utf-8"))


def _write_others(out: Path, others: dict[str, Any]) -> None:
    """Beside what the record holds already."""
    path = out / "speed.json"
    record = json.loads(path.read_text(encoding="utf-8")) | {OTHERS: others}
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (out / "speed.md").write_text(page.page(record, record["rows"], others), encoding="utf-8")


def _install(work: Path, name: str, commit: str, extra: str = "") -> Version:
    """A checkout of the commit in an environment of its own."""
    tree, env = work / f"{name}-tree", work / f"{name}-env"
    subprocess.run(["git", "clone", "-q", ".", str(tree)], check=True)
    subprocess.run(["git", "-C", str(tree), "checkout", "-q", _whole(commit)], check=True)
    subprocess.run([sys.executable, "-m", "venv", str(env)], check=True)
    python = env / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "-q", f"{tree}{extra}"]
    subprocess.run(command, check=True, stderr=subprocess.PIPE if extra else None, text=True)
    return Version(name, python, work / f"{name}-cache")


def _whole(commit: str) -> str:
    command = ["git", "rev-parse", "--verify", f"{commit}^{{commit}}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _write(out: Path, rows: Sequence[Row], options: argparse.Namespace) -> None:
    facts = {
        "before": options.before,
        "now": _whole("HEAD")[:7],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    measured = [
        {
            "job": row.job,
            "target": TARGETS.get(row.job),
            "before": statistics.median(row.before),
            "now": statistics.median(row.now),
            "ratios": row.ratios,
            "said": row.said,
        }
        for row in rows
    ]
    out.mkdir(parents=True, exist_ok=True)
    record, old = out / "speed.json", {}
    if record.is_file():
        old = json.loads(record.read_text(encoding="utf-8"))
    known, others = (old.get("rows", []) if options.only else []), old.get(OTHERS)
    found = {row["job"]: row for row in [*known, *measured]}  # a job measured again alone
    measured = [found[job] for job in _jobs(options) if job in found]
    whole = facts | {"rows": measured} | ({OTHERS: others} if others else {})
    record.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    (out / "speed.md").write_text(page.page(facts, measured, others), encoding="utf-8")


def _absolute(path: str) -> Path:
    return Path(path).absolute()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--music", type=_absolute, required=True, metavar="DIR")
    parser.add_argument(
        "--clips", type=_absolute, metavar="DIR", help="of python -m benchmarks.engine.collection"
    )
    parser.add_argument("--before", default=BEFORE, metavar="COMMIT")
    parser.add_argument("--pairs", type=int, default=3, metavar="N")
    parser.add_argument("--only", nargs="*", metavar="JOB")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"), metavar="DIR")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()), metavar="DIR")
    options = parser.parse_args()
    for name in ("songs", "albums"):
        if not (options.music / name / "tracks.csv").is_file():
            parser.error(f"--music must hold {name}/tracks.csv. {options.music} does not.")
    if options.clips and not (options.clips / METADATA).is_file():
        parser.error(f"--clips must hold {METADATA}. {options.clips} does not.")
    return options


if __name__ == "__main__":
    main()
