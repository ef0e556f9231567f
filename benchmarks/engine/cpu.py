"""CPU seconds of every way to read the same files: ``python -m benchmarks.engine.cpu``, JSON out.

A process of its own with one thread. Every file is read in every way before the next file, in an
order that changes from round to round, so that whatever else the machine does falls on all alike.
The process keeps freed memory, as songatlas's decoding processes do, to the good of every way.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.engine.material import ENCODERS, material
from benchmarks.engine.others import (
    SR,
    cpu_seconds,
    decode_alone,
    librosa_features,
    librosa_load,
    transform_alone,
)
from songatlas.allocation import keep_freed
from songatlas.config.stages import AudioConfig
from songatlas.extraction.worker import SPECTRA
from songatlas.features.audio.decode import Sound
from songatlas.features.audio.frames import extract_table, frame_features

PARTS = 5
Costs = dict[str, float]  # way → CPU seconds


class Bliss:
    """bliss-audio in the process of another interpreter."""

    def __init__(self, python: str) -> None:
        script = Path(__file__).with_name("bliss_process.py")
        self._process = subprocess.Popen(
            [python, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        ready, _, self.version = self._line().partition(" ")
        if ready != "ready":
            raise SystemExit(f"{python} must have bliss-audio: pip install bliss-audio")

    def __call__(self, path: Path) -> Costs:
        """CPU seconds of one file; none when it could not be analysed."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path.resolve()}\n")
        self._process.stdin.flush()
        answer = self._line()
        if answer.startswith("failed"):
            print(f"bliss-audio, {path.name}: {answer}", file=sys.stderr)
            return {}
        return {"bliss-audio": float(answer)}

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def _recipe(path: Path) -> Costs:
    """Librosa's recipe, and the engine's features of the samples that it loaded.

    Without the ffmpeg program librosa loads no m4a: the features alone are then compared.
    """
    loads = path.suffix != ".m4a" or shutil.which("ffmpeg") is not None
    start = cpu_seconds()
    y = librosa_load(path) if loads else decode_alone(path)
    loaded = cpu_seconds()
    librosa_features(y)
    made = cpu_seconds()
    frame_features(y, sr=SR)
    ours = cpu_seconds()
    transform_alone(y)
    found = {
        "librosa features": made - loaded,
        "songatlas features": ours - made,
        "power spectra": cpu_seconds() - ours,
    }
    return found | ({"librosa recipe": made - start} if loads else {})


def _songatlas(path: Path) -> Costs:
    start = cpu_seconds()
    extract_table(path, AudioConfig())
    return {"songatlas": cpu_seconds() - start}


def _decoding(path: Path) -> Costs:
    start = cpu_seconds()
    decode_alone(path)
    return {"decoding alone": cpu_seconds() - start}


def _checked(path: Path) -> Costs:
    start = cpu_seconds()
    for _ in Sound(path, sr=SR):
        pass
    return {"songatlas decoding": cpu_seconds() - start}


def measure(
    folder: Path, kind: str, form: str, ways: list[Callable[[Path], Costs]], repeats: int
) -> list[Costs]:
    """CPU seconds of one kind and format, a row a round, each of a fifth of the files.

    Five rounds go through all files once, and `repeats` says how often that is done.
    """
    paths = material(folder, kind, form)
    for way in ways:  # librosa compiles, caches fill
        way(paths[0])
    rounds = []
    for r in range(repeats * PARTS):
        total: Costs = {}
        for i, path in enumerate(paths[r % PARTS :: PARTS]):
            turn = (r + i) % len(ways)
            for way in ways[turn:] + ways[:turn]:
                for name, seconds in way(path).items():
                    total[name] = total.get(name, 0.0) + seconds
        rounds.append(total)
    return rounds


def main() -> None:
    """Measure every kind and format and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine.cpu")
    parser.add_argument("files", type=Path)
    parser.add_argument("--bliss", metavar="PYTHON")
    parser.add_argument("--repeats", type=int, default=1, metavar="N")
    parser.add_argument("--kinds", nargs="+", default=["clips", "songs"])
    options = parser.parse_args()
    keep_freed(SPECTRA)
    if shutil.which("ffmpeg") is None:
        print("no ffmpeg program: librosa's recipe is left out for m4a", file=sys.stderr)
    ways: list[Callable[[Path], Costs]] = [_songatlas, _decoding, _checked, _recipe]
    bliss = Bliss(options.bliss) if options.bliss else None
    if bliss:
        ways.append(bliss)
    found: dict[str, Mapping[str, list[Costs]]] = {}
    for kind in options.kinds:
        found[kind] = {
            form: measure(options.files, kind, form, ways, options.repeats) for form in ENCODERS
        }
    n_files = {kind: _n_files(options.files, kind) for kind in found}
    about = {"n_files": n_files, "parts": PARTS, "bliss": bliss.version if bliss else ""}
    print(json.dumps(about | {"rounds": found}))


def _n_files(folder: Path, kind: str) -> int:
    return len(material(folder, kind, "wav"))


if __name__ == "__main__":
    main()
