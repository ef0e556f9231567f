"""Run it: ``python -m benchmarks.quality --music DIR``, from the root of a checkout.

DIR holds the folders ``albums`` and ``songs``, each with a ``tracks.csv``. The musicnn embedding
has to be installed. Page and raw scores are written after every case; what ``--only`` and
``--inputs`` leave out stays as an earlier run found it.
"""

from __future__ import annotations

import argparse
import json
import platform
import shlex
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import songatlas
from benchmarks.quality import page
from benchmarks.quality.cases import CASES, COLLECTIONS, INPUTS
from benchmarks.quality.measure import OTHERS, Row, measure
from songatlas.extraction.workshop import open_workshop
from songatlas.machine import Machine

_PACKAGES = ("numpy", "scikit-learn", "torch", "clustpy", "multivae")
_PLACES = ("--music", "--out", "--cache")


def main() -> None:
    """Measure every case that is asked for and write the page after each."""
    options = _options()
    inputs = options.inputs.split(",") if options.inputs else list(INPUTS)
    if unknown := set(inputs) - set(INPUTS):
        sys.exit(f"--inputs must be among {', '.join(INPUTS)}. Got {', '.join(sorted(unknown))}.")
    options.out.mkdir(parents=True, exist_ok=True)
    records: list[Row] = []
    with open_workshop(Machine(cache=options.cache)) as shop:
        for case in CASES:
            if case.collection not in options.only or case.inputs not in inputs:
                continue
            if case.original and "original" not in options.others:
                continue
            print(f"\n{case.collection}, {case.inputs}", flush=True)
            start = time.monotonic()
            others = () if case.half else options.others
            record = measure(case, options.seeds, options.music, shop, others)
            record |= {"minutes": (time.monotonic() - start) / 60}
            record |= {"command": _command(), "versions": _versions()}
            records = _write(record, options.out)
            print(page.verdicts([record]), flush=True)
    if not records:
        sys.exit("Nothing was measured: no case is of these collections and inputs.")
    print(page.summary(records))


def _write(record: Row, out: Path) -> list[Row]:
    """The page and the records of all cases, this one in the place of an earlier one of its."""
    path = out / "quality.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    by_case = {(one["collection"], one["inputs"]): one for one in known.get("cases", [])}
    by_case[record["collection"], record["inputs"]] = record
    order = [(case.collection, case.inputs) for case in CASES]
    records = [by_case[case] for case in order if case in by_case]
    text = json.dumps({"cases": _rounded(records)}, separators=(",", ":"))
    path.write_text(text.replace('},{"', '},\n{"') + "\n", encoding="utf-8")
    (out / "quality.md").write_text(page.page(records), encoding="utf-8")
    return records


def _rounded(value: object) -> object:
    """All that is below the fourth decimal is noise, and megabytes of it."""
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--music", type=Path, default=Path("../shared/music"), metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"), metavar="DIR")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="features that are known already")
    parser.add_argument("--only", nargs="+", choices=COLLECTIONS, default=COLLECTIONS)
    parser.add_argument("--inputs", metavar="A,B", help=f"some of {','.join(INPUTS)}")
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 43, 44, 45, 46])
    parser.add_argument("--others", nargs="+", choices=OTHERS, default=[], help="slow; one seed")
    options = parser.parse_args()
    for name in sorted({collection.split("/")[0] for collection in options.only}):
        if not (options.music / name / "tracks.csv").is_file():
            parser.error(f"--music must hold {name}/tracks.csv. {options.music} does not.")
    return options


def _command() -> str:
    """The command without the places of this machine."""
    words = sys.argv[1:]
    for name in _PLACES:
        if name in words:
            at = words.index(name)
            words = words[:at] + words[at + 2 :]
    return shlex.join(["python", "-m", "benchmarks.quality", *words])


def _versions() -> str:
    found = [f"songatlas {songatlas.__version__}", f"Python {platform.python_version()}"]
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


if __name__ == "__main__":
    main()
