"""Which words for what is measured agree with what a pretrained network calls such music.

``python -m benchmarks.words RESULTS…`` reads ``descriptors.csv`` of finished runs with a pretrained
network and prints the table of docs/explanation/words.md: a word that contradicts how music of a
kind is spoken of stays out of names.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from songatlas.types import Float64

LEAST_MEAN, LEAST_SHARE = (
    0.1,
    0.8,
)  # rank correlation, and share of the tags with its sign, in every collection
# Measure -> tags of music that people call so, and of music that they call the opposite.
SPOKEN: Mapping[str, tuple[str, str]] = {
    "tempo": ("punk dance party metal happy", "chillout mellow ambient sad easy-listening"),
    "pulse": ("dance house electronic hip-hop party", "ambient jazz folk experimental acoustic"),
    "loudness": ("metal hard-rock punk heavy-metal rock", "mellow acoustic ambient chillout folk"),
    "dynamics": ("jazz folk blues acoustic soul", "metal punk hard-rock dance house"),
    "brightness": ("happy pop party dance indie-pop", "metal ambient sad heavy-metal experimental"),
    "bass": ("hip-hop electronic dance house r&b", "acoustic folk country metal punk"),
    "attack": ("hip-hop dance funk metal punk", "mellow ambient chillout easy-listening acoustic"),
    "density": ("metal punk hard-rock dance party", "ambient acoustic mellow folk sad"),
    "tonality": (
        "acoustic folk mellow ambient jazz",
        "metal punk hard-rock heavy-metal experimental",
    ),
}
TAGS = {tag for both in SPOKEN.values() for tags in both for tag in tags.split()}


def read(folder: Path) -> dict[str, Float64]:
    """Columns of the descriptors of a run, tags by their names in lower case and with hyphens."""
    with (folder / "descriptors.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    return {
        name.removeprefix("tag ").casefold().replace(" ", "-"): np.array(
            [float(row[name] or "nan") for row in rows]
        )
        for name in rows[0]
        if name != "path"
    }


def agreement(columns: Mapping[str, Float64], measure: str) -> Float64:
    """Rank correlation of a measure with every tag that it should rise with, or fall (negated)."""
    found = []
    for sign, tags in zip((1, -1), SPOKEN[measure], strict=True):
        for tag in tags.split():
            x, y = columns[measure], columns[tag]
            known = np.isfinite(x) & np.isfinite(y)
            found.append(sign * float(spearmanr(x[known], y[known])[0]))
    return np.array(found)


def earns_its_words(found: list[Float64]) -> bool:
    """Whether a measure agrees in every collection."""
    return all(x.mean() >= LEAST_MEAN and (x > 0).mean() >= LEAST_SHARE for x in found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.words", description=__doc__)
    parser.add_argument("results", nargs="+", type=Path)
    runs = {}
    for folder in parser.parse_args().results:
        if not (folder / "descriptors.csv").is_file():
            parser.error(f"{folder} must be the folder of a finished run")
        runs[folder.name] = read(folder)
        if missing := TAGS - {*runs[folder.name]}:
            parser.error(f"{folder} must be of a run with musicnn. Not heard: {min(missing)}")
    print(f"| measure | {' | '.join(runs)} | in names |")
    print(f"| --- |{' --- |' * (len(runs) + 1)}")
    for measure in SPOKEN:
        found = [agreement(columns, measure) for columns in runs.values()]
        cells = [f"{x.mean():+.2f}, {(x > 0).sum()} of {len(x)}" for x in found]
        said = "yes" if earns_its_words(found) else "no"
        print(f"| `{measure}` | {' | '.join(cells)} | {said} |".replace("-", "−"))


if __name__ == "__main__":
    main()
