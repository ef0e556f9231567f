"""Run it: ``python -m benchmarks.recordings --music DIR``, from the root of a checkout.

DIR holds ``tracks.csv`` and audio. Every change is made to as many random halves as there are
seeds, and a row of the page is the mean of these runs.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import songatlas
from benchmarks.recordings.changes import CHANGES, write_changed
from songatlas.evaluation.mutual_information import adjusted_mutual_info_score
from songatlas.evaluation.retrieval import foreign_neighbours
from songatlas.library.labels import encode_labels
from songatlas.machine import Machine
from songatlas.numerals import minus
from songatlas.types import IntArray
from songatlas.types.flaws import FLAWS
from songatlas.types.tree import ROOT

Row = dict[str, str | float]
MUCH = 0.2  # AMI of clusters or regions of which one would want to be told
# Change, embedding and condition of the rows beyond the default.
FURTHER = (
    ("hiss at −40 dB", "musicnn", ""),
    ("MP3 of 32 kbit/s", "musicnn", ""),
    ("hiss at −40 dB", "none", "noise"),
    ("8 bits", "none", "noise"),
    ("MP3 of 32 kbit/s", "none", "bandwidth"),
)
COLUMNS = ("clusters", "regions", "neighbours", "genre, clusters", "genre, neighbours")


def measure(
    music: Path, cache: Path | None, case: tuple[str, str, str], seed: int, scratch: Path
) -> Row:
    """One run of a library of which a random half was changed."""
    change, embedding, condition = case
    with (music / "tracks.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    changed = np.random.default_rng(seed).permutation(len(rows)) < len(rows) // 2
    folder = scratch / "music"
    folder.mkdir()
    for at, row in enumerate(rows):
        how = change if changed[at] else None
        row["file"] = write_changed(music / row["file"], folder / f"{at:04d}", how, at).name
    with (folder / "tracks.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    settings = {
        "seed": seed,
        "model": {"condition": condition},
        "input": {"embedding": embedding},
    }
    result = songatlas.run(
        folder,
        metadata=folder / "tracks.csv",
        out=scratch / "results",
        config=songatlas.load_config(overrides=settings),
        machine=Machine(cache=scratch / "cache" if embedding == "none" else cache),
    )
    known = {Path(row["file"]).stem: at for at, row in enumerate(rows)}
    at = np.array([known[Path(track.path).stem] for track in result.tracks])
    return scores(result, changed[at].astype(int)) | {"kept": len(at) / len(rows)}


def scores(result: songatlas.RunResult, changed: IntArray) -> Row:
    """What the clusters, the regions and the neighbours follow, and what the run says of it."""
    artists = encode_labels([track.artist for track in result.tracks]).codes
    near = foreign_neighbours(result.view.coordinates, artists)
    regions = result.tree.labels(result.tree.children(ROOT), len(changed))
    found: Row = {
        "clusters": adjusted_mutual_info_score(changed, result.labels) or 0.0,
        "regions": adjusted_mutual_info_score(changed, regions) or 0.0,
        "neighbours": float((changed[near] == changed[:, None]).mean()),
    }
    genre = result.prepared.labels.codes
    found |= {
        "genre, clusters": adjusted_mutual_info_score(genre, result.labels) or 0.0,
        "genre, neighbours": float((genre[near] == genre[:, None]).mean()),
    }
    return found | {"says": said(result)}


def said(result: songatlas.RunResult) -> str:
    """The gravest that it says of flaws."""
    codes = {finding.code for finding in result.trust.findings}
    for flaw in FLAWS:
        if f"mostly the {flaw}" in codes:
            return f"*{result.trust.verdict}*: mostly the {flaw}"
        if any(flaw in node.evidence for node in result.tree):
            return f"first sentence and note: the regions follow the {flaw}"
    have = [flaw for flaw, x in result.prepared.flaws.items() if np.isfinite(x).sum() > 9]
    return f"note: which tracks ({' and '.join(have)})" if have else ""


def line(name: Sequence[str], runs: Sequence[Row]) -> Iterator[str]:
    """Cells of a row of the page: means, and what most runs say."""
    yield from name
    means = {column: float(np.mean([float(run[column]) for run in runs])) for column in COLUMNS}
    yield from (minus(f"{mean:.2f}") for mean in means.values())
    says = [str(run["says"]) for run in runs]
    often = max(sorted({*says}), key=says.count)
    heard = max(means["clusters"], means["regions"]) >= MUCH
    kept = min(float(run["kept"]) for run in runs)
    yield ("skipped, with the remedy" if kept < 0.9 else often or ("nothing" if heard else "")) + (
        f" ({says.count(often)} of {len(says)})" if says.count(often) < len(says) else ""
    )


def page(known: dict[str, list[Row]]) -> str:
    """Both tables, in Markdown."""
    default = [(change, "none", "") for change in CHANGES]
    text = []
    for cases, names in ((default, 1), (FURTHER, 3)):
        head = ["changed half", "network", "`--condition`"][:names]
        text += [f"| {' | '.join((*head, *COLUMNS, 'what the run says'))} |"]
        text += [f"|{' --- |' * (names + len(COLUMNS) + 1)}"]
        for case in cases:
            runs = known.get(json.dumps(case, ensure_ascii=False))
            if runs:
                text.append(f"| {' | '.join(line(case[:names], runs))} |")
        text.append("")
    return "\n".join(text)


def main() -> None:
    """Measure what is not known yet, and print the tables after each change."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recordings", description=__doc__)
    parser.add_argument("--music", type=Path, default=Path("../shared/music/albums"), metavar="DIR")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="where musicnn is installed")
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 43, 44])
    parser.add_argument("--only", nargs="+", choices=CHANGES, default=[*CHANGES], metavar="CHANGE")
    parser.add_argument("--known", type=Path, default=Path("recordings.json"), metavar="FILE")
    options = parser.parse_args()
    known = json.loads(options.known.read_text("utf-8")) if options.known.is_file() else {}
    for case in (*((change, "none", "") for change in CHANGES), *FURTHER):
        key = json.dumps(case, ensure_ascii=False)
        if case[0] not in options.only or len(known.get(key, [])) >= len(options.seeds):
            continue
        known[key] = []
        for seed in options.seeds:
            with tempfile.TemporaryDirectory() as scratch:
                run = measure(options.music, options.cache, case, seed, Path(scratch))
            known[key].append(run)
            print(case, seed, run, flush=True)
        options.known.write_text(json.dumps(known, ensure_ascii=False, indent=1), "utf-8")
    print(page(known))


if __name__ == "__main__":
    main()
