"""Run it: ``python -m benchmarks.quality --music DIR``, from the root of a checkout.

DIR holds the folders ``albums`` and ``songs``, each with a ``tracks.csv``. The musicnn embedding
has to be installed. The table is printed as it grows; page and raw scores are written after every
case.
"""

from __future__ import annotations

import argparse
import json
import platform
import shlex
import sys
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import songatlas
from benchmarks.quality import page
from benchmarks.quality.cases import CASES, Case, artists, read, targets
from benchmarks.quality.methods import BASELINES, DEFAULT, ORIGINAL, Fitted, fit, lyrics_view
from benchmarks.quality.outside import outside_methods
from benchmarks.quality.scores import difference, external, neighbour_accuracy
from songatlas.clustering import CLUSTERERS
from songatlas.extraction.workshop import Workshop, open_workshop
from songatlas.library.labels import Labels
from songatlas.machine import Machine
from songatlas.seeds import stage_seed
from songatlas.stages.prepare import Prepared
from songatlas.types import IntArray

Row = dict[str, Any]
_PACKAGES = ("numpy", "scikit-learn", "torch", "clustpy", "multivae")
_SKIPPABLE = ("original", "vade", "dec", "mopoe")


def main() -> None:
    """Measure every case and write the page after each."""
    options = _options()
    scores: list[Row] = []
    comparisons: list[Row] = []
    further: list[Row] = []
    facts = {"command": _command(), "versions": _versions(), "albums": "–", "songs": "–"}
    options.out.mkdir(parents=True, exist_ok=True)
    with open_workshop(Machine()) as shop:
        for case in CASES:
            if (options.collection or case.collection) != case.collection or (
                case.original and "original" in options.skip
            ):
                continue
            print(f"\n{case.collection}, {case.inputs}", flush=True)
            found, compared, more, size = _measure(case, options, shop)
            scores += found
            comparisons += compared
            further += more
            facts[case.collection] = size
            print("\n".join([page.score_table(found), page.comparison_table(compared)]))
            if more:
                print(page.further_table(more))
            text = page.page(facts, scores, comparisons, further)
            (options.out / "quality.md").write_text(text, encoding="utf-8")
            record = facts | {"scores": scores, "comparisons": comparisons, "further": further}
            (options.out / "quality.json").write_text(json.dumps(record, indent=1) + "\n")


def _measure(
    case: Case, options: argparse.Namespace, shop: Workshop
) -> tuple[list[Row], list[Row], list[Row], str]:
    """Scores, comparisons and further measures of one case over all seeds, and its size."""
    where = {"collection": case.collection, "inputs": case.inputs}
    scores: list[Row] = []
    further: list[Row] = []
    kept: dict[tuple[str, str, str], list[IntArray]] = defaultdict(list)
    n_seeds = options.original_seeds if case.original else options.seeds
    for seed in range(n_seeds):
        prepared = read(case, seed, options.music, shop)
        truth = targets(case, prepared)
        fitted = fit(prepared, compare=not case.original)
        partitions = _partitions(case, prepared, fitted, truth, seed, options)
        for (target, at, k, method), labels in partitions.items():
            found = external(truth[target].codes, labels)
            scores.append(where | {"target": target, "at": at, "k": k, "method": method})
            scores[-1] |= {"seed": seed, **found}
            kept[target, at, method].append(labels)
        if case.inputs == "all":
            further += _further(fitted, prepared, truth["language"], seed)
        print(f"  seed {seed} is done", file=sys.stderr, flush=True)
    groups = artists(prepared)
    comparisons = []
    for target, at in dict.fromkeys((target, at) for target, at, _ in kept):
        if case.original:
            break
        means = {
            method: _mean(scores, target=target, at=at, method=method)
            for method in (DEFAULT, *BASELINES)
        }
        best = max(BASELINES, key=lambda method: means[method])
        ours, theirs = kept[target, at, DEFAULT], kept[target, at, best]
        result = difference(truth[target].codes, ours, theirs, groups)
        comparisons.append(
            where
            | {"target": target, "at": at, "ours": means[DEFAULT], "baseline": best}
            | {"theirs": means[best], "difference": result.value, "low": result.low}
            | {"high": result.high, "verdict": result.verdict}
        )
    tracks = prepared.library.tracks
    return (
        scores,
        comparisons,
        further,
        f"{len(tracks)} clips by {len({t.artist for t in tracks})} artists",
    )


def _partitions(
    case: Case,
    prepared: Prepared,
    fitted: Fitted,
    truth: dict[str, Labels],
    seed: int,
    options: argparse.Namespace,
) -> dict[tuple[str, str, int, str], IntArray]:
    """Labels by (target, kind of K, K, method)."""
    of_k: dict[int, dict[str, IntArray]] = {}
    found = {}
    outside = {}
    if not case.original and seed < options.outside_seeds:
        outside = outside_methods(prepared.inputs, seed, set(options.skip))
    first = next(iter(truth))
    for target, labels in truth.items():
        for at, k in {"true": len(labels.names), "chosen": fitted.chosen_k}.items():
            if k not in of_k:
                of_k[k] = dict(fitted.labels(k))
                if case.original:
                    of_k[k] = {ORIGINAL: of_k[k][DEFAULT]}
                if k == len(truth[first].names):
                    of_k[k] |= {name: cluster(k) for name, cluster in outside.items()}
            for method, partition in of_k[k].items():
                found[target, at, k, method] = partition
    return found


def _further(fitted: Fitted, prepared: Prepared, language: Labels, seed: int) -> list[Row]:
    """Whether the joint model still knows the language, and what its lyrics view finds."""
    spaces = {
        "joint latent, as clustered": fitted.main.placement.coordinates,
        "joint latent, posterior means": fitted.main.placement.encoded.mean,
        "lyrics view of the joint model": lyrics_view(prepared),
        **{baseline.space: baseline.X for baseline in fitted.baselines},
    }
    groups = artists(prepared)
    rows = [
        {
            "measure": "9-NN accuracy of language, 5 folds by artist",
            "space": name,
            "seed": seed,
            "value": neighbour_accuracy(X, language.codes, groups),
        }
        for name, X in spaces.items()
    ]
    config = prepared.config
    for name in ("joint latent, as clustered", "lyrics view of the joint model"):
        labels = CLUSTERERS["K-Means"](
            spaces[name], 2, config.clustering, stage_seed(config.seed, "clustering")
        )
        value = external(language.codes, labels)["ARI"]
        measure = "ARI with language at K = 2"
        rows.append({"measure": measure, "space": name, "seed": seed, "value": value})
    return rows


def _mean(scores: list[Row], **key: str) -> float:
    some = [s["AMI"] for s in scores if all(s[name] == value for name, value in key.items())]
    return sum(some) / len(some)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--music", type=Path, default=Path("../shared/music"), metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"), metavar="DIR")
    parser.add_argument("--collection", choices=("albums", "songs"))
    parser.add_argument("--seeds", type=int, default=5, metavar="N")
    parser.add_argument("--original-seeds", type=int, default=1, metavar="N")
    parser.add_argument("--outside-seeds", type=int, default=1, metavar="N")
    parser.add_argument("--skip", nargs="+", choices=_SKIPPABLE, default=[])
    return parser.parse_args()


def _command() -> str:
    """The command without the places of this machine."""
    words = sys.argv[1:]
    for name in ("--music", "--out"):
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
