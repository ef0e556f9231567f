"""Run it: ``python -m benchmarks.scale``, from the root of a checkout (Linux, hours at 100,000).

Every size has a process of its own, so that its memory is its own. The page is written after each.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import songatlas
from benchmarks.scale import page

_PACKAGES = ("numpy", "scipy", "scikit-learn", "torch", "umap-learn")


def main() -> None:
    """Measure every size and write the page after each."""
    options = _options()
    record = options.out / "scale.json"
    known = json.loads(record.read_text(encoding="utf-8"))["sizes"] if record.is_file() else []
    sizes = {size["n_tracks"]: size for size in known}
    facts = {"command": _command(), "versions": _versions(), "cores": os.cpu_count()}
    options.out.mkdir(parents=True, exist_ok=True)
    for n_tracks in sorted(options.sizes):
        print(f"{n_tracks:,} tracks", file=sys.stderr, flush=True)
        found = _measure(n_tracks, options.limit, options.epochs)
        sizes[n_tracks] = found | {"commit": _commit()}
        measured = [sizes[n] for n in sorted(sizes)]
        text = page.page(facts, measured)
        (options.out / "scale.md").write_text(text, encoding="utf-8")
        said = json.dumps(facts | {"sizes": measured}, indent=1)
        record.write_text(said + "\n", encoding="utf-8")
    print(text)


def _measure(n_tracks: int, limit: float, epochs: int) -> dict[str, Any]:
    """What the process of one size printed, or why it printed nothing."""
    with tempfile.TemporaryDirectory(prefix="scale-", dir=Path.cwd()) as folder:
        command = [sys.executable, "-m", "benchmarks.scale.one", str(n_tracks), folder, str(epochs)]
        try:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, text=True, timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            return {"n_tracks": n_tracks, "failed": f"not finished within {limit:.0f} s"}
    if done.returncode:
        return {"n_tracks": n_tracks, "failed": f"exit code {done.returncode}"}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _commit() -> str:
    """That of the checkout, such as ``"1a2b3c4"``."""
    command = ["git", "rev-parse", "--short=7", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000], metavar="N"
    )
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"), metavar="DIR")
    parser.add_argument(
        "--limit", type=float, default=4 * 3600, metavar="S", help="seconds a size may take"
    )
    parser.add_argument(
        "--epochs", type=int, default=0, metavar="N", help="of training; 0: as in every run"
    )
    return parser.parse_args()


def _command() -> str:
    """The command without the places of this machine."""
    words = sys.argv[1:]
    if "--out" in words:
        at = words.index("--out")
        words = words[:at] + words[at + 2 :]
    return shlex.join(["python", "-m", "benchmarks.scale", *words])


def _versions() -> str:
    found = [f"songatlas {songatlas.__version__}", f"Python {platform.python_version()}"]
    return ", ".join([*found, *(f"{name} {version(name)}" for name in _PACKAGES)])


if __name__ == "__main__":
    main()
