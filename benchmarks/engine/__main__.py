"""Run it: ``python -m benchmarks.engine --files DIR``, from the root of a checkout (Linux).

Sections are measured one after another, and the page is written after each from all that
``engine.json`` knows, so that a section can be measured again alone. The machine should be quiet.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import songatlas
from benchmarks.engine import jobs, memory
from benchmarks.engine.material import write_material
from benchmarks.engine.page import page
from songatlas.store.atomic import write_text

SECTIONS = ("cpu", "parts", "memory", "workers", "second", "whole")
_OF_COLLECTION = {"second", "whole"}
_PACKAGES = ("numpy", "scipy", "soundfile", "soxr", "av", "librosa", "torch")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
# as the decoding processes of songatlas are started; here it serves every way alike
_KEEPING_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**26)}


def main() -> None:
    """Measure the sections that were asked for and write the page after each."""
    options = _options()
    record = options.out / "engine.json"
    found: dict[str, Any] = {}
    if record.exists():
        found = json.loads(record.read_text(encoding="utf-8"))
    options.files.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    if not _OF_COLLECTION.issuperset(options.sections):
        print("making the files", file=sys.stderr, flush=True)
        write_material(options.files, options.music)
    for section in options.sections:
        print(section, file=sys.stderr, flush=True)
        before = _load()
        measured = _measure(section, options)
        measured |= {"machine": _machine(), "versions": _versions()}
        found[section] = measured | {"load": f"{before}, {_load()}"}
        write_text(record, json.dumps(found, indent=1) + "\n")
        write_text(options.out / "engine.md", page(found))
    if not options.sections:
        write_text(options.out / "engine.md", page(found))


def _measure(section: str, options: argparse.Namespace) -> dict[str, Any]:
    if section == "cpu":
        bliss = ["--bliss", options.bliss] if options.bliss else []
        return _alone("cpu", options.files, "--repeats", str(options.repeats), *bliss)
    if section == "parts":
        return _alone("parts", options.files)
    if section == "memory":
        return memory.measure(options.files)
    if section == "workers":
        return jobs.two_workers(options.files, options.rounds)
    if section == "second":
        return jobs.first_and_second(options.collection / "music", options.rounds)
    return jobs.whole(options.collection)


def _alone(name: str, files: Path, *options: str) -> dict[str, Any]:
    """What a module of the benchmark prints, in a process of its own with one thread."""
    command = [sys.executable, "-m", f"benchmarks.engine.{name}", str(files), *options]
    environment = os.environ | dict.fromkeys(_ONE_THREAD, "1") | _KEEPING_MEMORY
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument(
        "--files", type=Path, required=True, metavar="DIR", help="of the encodings; made if missing"
    )
    parser.add_argument(
        "--music", type=Path, metavar="DIR", help="clips to encode.  [synthesised ones]"
    )
    parser.add_argument(
        "--collection",
        type=Path,
        metavar="DIR",
        help="made by python -m benchmarks.engine.collection, for the last two sections",
    )
    parser.add_argument(
        "--sections", nargs="*", choices=SECTIONS, metavar="NAME",
        help=f"of {', '.join(SECTIONS)}; none writes the page anew.  [all that can be measured]",
    )  # fmt: skip
    parser.add_argument("--bliss", metavar="PYTHON", help="interpreter that has bliss-audio")
    parser.add_argument(
        "--repeats", type=int, default=2, metavar="N", help="times that all files are read"
    )
    parser.add_argument(
        "--rounds", type=int, default=5, metavar="N", help="of what goes by the clock"
    )
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"), metavar="DIR")
    options = parser.parse_args()
    if options.sections is None:
        options.sections = [s for s in SECTIONS if options.collection or s not in _OF_COLLECTION]
    if _OF_COLLECTION.intersection(options.sections) and (
        options.collection is None or not (options.collection / "music").is_dir()
    ):
        parser.error("--collection must name the collection for the sections second and whole")
    return options


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), "unknown")
    return f"{platform.system()}, {os.cpu_count()} × {model}"


def _load() -> str:
    """Processes that wanted a core in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def _versions() -> str:
    found = [f"songatlas {songatlas.__version__}", f"Python {platform.python_version()}"]
    return ", ".join([*found, *(f"{name} {version(name)}" for name in _PACKAGES)])


if __name__ == "__main__":
    main()
