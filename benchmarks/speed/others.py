"""Every method on the same inputs: ``python -m benchmarks.speed.others MUSIC OUT``.

``python -m benchmarks.speed --only others`` runs it in an environment of its own, into which this
project is installed with its extra ``benchmark``: MultiVae and ClustPy beside it. One environment
holds them all: ClustPy 0.0.3 and MultiVae 1.0.3 take the torch of this project. The torchvision
that both ask for is PyPI's, made for CUDA; ``outside.without_pictures`` is for a torch that is not.

Each fit is a process of its own (:mod:`benchmarks.speed.contestant`) on two threads, one at a time.
There are as many seeds as fit into ten minutes: one at least, three at most. OUT gets JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality.cases import Case, artists, read, targets
from benchmarks.quality.neighbours import neighbour_accuracy
from benchmarks.quality.outside import unit_variance
from benchmarks.quality.scores import external
from benchmarks.speed.contestant import METHODS, THREADS, package
from songatlas.extraction.workshop import open_workshop
from songatlas.machine import Machine
from songatlas.stages.prepare import Prepared
from songatlas.types import BoolArray, IntArray

SEEDS, SECONDS = 3, 600.0
CASES = {
    Case(collection="songs", inputs="sound, lyrics", modalities=("audio", "text")): (
        "genre",
        "language",
    ),
    Case(collection="albums", inputs="sound", modalities=("audio",)): ("genre",),
}
_VERSIONS = ("songatlas", "torch", "scikit-learn", "clustpy", "multivae")


def main() -> None:
    """Measure every method on every collection, seed by seed, and write after each fit."""
    music, out = map(Path, sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="others-") as name:
        trials = [t for case in CASES for t in _trials(case, music, Path(name))]
        start = time.monotonic()
        for seed in range(SEEDS):
            spent = time.monotonic() - start
            if seed and spent * (seed + 1) / seed > SECONDS:
                break
            for trial in trials:
                if "error" not in trial.row:
                    print(f"seed {seed}: {trial.row}", file=sys.stderr, flush=True)
                    _measure(trial, seed)
                begun = [t.row for t in trials if t.row.keys() & {"error", "seconds"}]
                record = {"threads": THREADS, "versions": _versions(), "rows": begun}
                out.write_text(json.dumps(record), encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A method on inputs in a file, to be scored by labels; its row of the table grows by seeds."""

    inputs: Path
    codes: IntArray
    by: IntArray
    row: dict[str, Any]


def _trials(case: Case, music: Path, folder: Path) -> Iterator[Trial]:
    with open_workshop(Machine()) as shop:
        prepared = read(case, 0, music, shop)
    inputs, kept = _write_inputs(prepared, folder / f"{case.collection}.npz")
    truth, by = targets(case, prepared), artists(prepared)[kept]
    for column in CASES[case]:
        codes, k = truth[column].codes[kept], len(truth[column].names)
        where = {"collection": case.collection, "inputs": case.inputs, "labels": column}
        for method in _methods(len(prepared.inputs.features.modalities)):
            row = where | {"n_tracks": len(codes), "k": k, "method": method}
            yield Trial(inputs=inputs, codes=codes, by=by, row=row)


def _methods(n_modalities: int) -> Iterator[str]:
    """Those that are installed; a mixture of experts of one modality is none."""
    for method in METHODS:
        needed = package(method)
        if needed and not find_spec(needed.lower()):
            continue
        if needed != "MultiVae" or n_modalities > 1:
            yield method


def _write_inputs(prepared: Prepared, path: Path) -> tuple[Path, BoolArray]:
    """What each method reads, of the tracks that have every modality; and which those are.

    ``flat``: one vector a track; ``block/MODALITY``: one a modality; ``values/MODALITY`` and
    ``mask/MODALITY``: the windows that ours reads, of which the vectors are what a track has of
    them.
    """
    inputs = prepared.inputs
    modalities = inputs.features.modalities
    kept = np.all([m.present for m in modalities.values()], axis=0)
    arrays = {"flat": unit_variance(inputs.flat(modalities)[kept])}
    for name, observations in modalities.items():
        arrays[f"block/{name}"] = unit_variance(inputs.blocks[name][kept])
        arrays[f"values/{name}"] = observations.values[kept]
        arrays[f"mask/{name}"] = observations.mask[kept]
    np.savez(path, **arrays)
    return path, kept


def _measure(trial: Trial, seed: int) -> None:
    """Add seconds and scores to the row, or why there are none."""
    out = trial.inputs.with_name("found.npz")
    given = [trial.row["method"], trial.inputs, trial.row["k"], seed, out]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(THREADS))
    threads["OMP_WAIT_POLICY"] = "PASSIVE"  # no spinning where another program has the core
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed.contestant", *map(str, given)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env=os.environ | threads,
    )
    if done.returncode:
        trial.row["error"] = (done.stderr.splitlines() or [f"status {done.returncode}"])[-1]
        return
    with np.load(out) as archive:
        scores = external(trial.codes, archive["labels"])
        found = {name: float(archive[name]) for name in ("seconds", "cpu")}
        found["kNN"] = neighbour_accuracy(archive["places"], trial.codes, trial.by)
    for name, value in (found | {name: scores[name] for name in ("ARI", "NMI")}).items():
        trial.row.setdefault(name, []).append(value)


def _versions() -> dict[str, str]:
    found = {}
    for name in _VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


if __name__ == "__main__":
    main()
