"""Any vectors by the same yardsticks, without a run.

``python -m benchmarks.quality.space VECTORS.npy [OTHER.npy …] TRACKS.csv --label genre``

Row *i* of every file is row *i* of the table. The first is compared with the others, tracks of one
artist being drawn together.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np

from benchmarks.quality import page
from benchmarks.quality.measure import KS, Exam, Found, differences, scores
from benchmarks.quality.spaces import Space
from songatlas.config import load_config
from songatlas.library.labels import encode_labels


def main() -> None:
    """Print one row a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality.space", description=__doc__)
    parser.add_argument("vectors", type=Path, nargs="+", help="(n_tracks, n_features) each")
    parser.add_argument("tracks", type=Path)
    parser.add_argument("--label", default="genre")
    parser.add_argument("--artist", default="artist")
    parser.add_argument("--seeds", type=int, nargs="+", default=[42], help="of K-Means")
    options = parser.parse_args()
    with options.tracks.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in (options.label, options.artist):
        if not rows or column not in rows[0]:
            sys.exit(f"{options.tracks} must have a column {column!r} and rows.")
    labels = encode_labels([row[options.label] for row in rows])
    groups = encode_labels([row[options.artist] for row in rows]).codes
    wanted = {f"true {options.label}": len(labels.names), **{str(k): k for k in KS}}
    wanted = {name: k for name, k in wanted.items() if 1 < k < len(rows)}
    spaces = []
    for path in options.vectors:
        X = np.asarray(np.load(path), np.float64)
        if X.ndim != 2 or len(X) != len(rows):
            sys.exit(f"{path} must have {len(rows)} rows, as the table. Got shape {X.shape}.")
        spaces.append(Space(name=str(path), X=X))
    found: list[Found] = []
    for seed in options.seeds:
        config = load_config(overrides={"seed": seed})
        exam = Exam(truth={options.label: labels}, groups=groups, wanted=wanted, config=config)
        kinds = ["default", *["baseline"] * (len(spaces) - 1)]
        found += [exam.take(space, kind) for space, kind in zip(spaces, kinds, strict=True)]
    record = {
        "chosen": [],
        "scores": [row for one in found for row in scores(one, exam.truth)],
        "differences": list(differences(found, exam)),
    }
    print(page.methods(record, options.label))


if __name__ == "__main__":
    main()
