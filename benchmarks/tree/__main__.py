"""``python -m benchmarks.tree [RESULTS …]``: trees by several methods, as a table in Markdown.

Without folders of finished runs, planted trees and noise alone.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from songatlas.clustering.tree import Sizes, grow

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from batteries.planted_trees import noise, planted

Levels = list[np.ndarray]  # labels after one division, two, …; the finest last
SHAPES = ((600, 8, (2, 3)), (600, 16, (3, 3)), (1000, 4, (4, 2)), (1000, 32, (3, 4)))


def top_down(X: np.ndarray) -> Levels:
    """The tree of a run."""
    branches = grow({"joint": X}, Sizes(), random_state=0)
    depth: list[int] = []
    for branch in branches:
        depth.append(0 if branch.parent < 0 else depth[branch.parent] + 1)
    levels = []
    for level in range(1, max(depth) + 1):
        labels = np.zeros(len(X), int)
        for number, branch in enumerate(branches):
            if depth[number] <= level:
                labels[branch.rows] = number
        levels.append(labels)
    return levels or [np.zeros(len(X), int)]


def ward(X: np.ndarray) -> Levels:
    """Ward's tree of all tracks, cut where the heights leap most, then at lists of 45 tracks."""
    model = AgglomerativeClustering(n_clusters=None, distance_threshold=0, linkage="ward").fit(X)
    heights = model.distances_
    leaps = heights[-19:] / heights[-20:-1]  # leap j: 20 − j − 1 clusters
    cuts = sorted({len(leaps) + 1 - int(j) for j in np.argsort(-leaps)[:2]})
    cuts.append(max(2, len(X) // 45))
    return [AgglomerativeClustering(k).fit_predict(X) for k in cuts]


def hdbscan(X: np.ndarray) -> Levels:
    """HDBSCAN, then HDBSCAN in every cluster; noise goes to the nearest mean."""

    def divide(points: np.ndarray) -> np.ndarray:
        if len(points) < 30:
            return np.zeros(len(points), int)
        labels = HDBSCAN(min_cluster_size=15, copy=True).fit_predict(points)
        if labels.max() < 1:
            return np.zeros(len(points), int)
        means = np.stack([points[labels == k].mean(axis=0) for k in range(labels.max() + 1)])
        near = ((points[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
        return np.where(labels < 0, near, labels)

    first = divide(X)
    second = np.zeros(len(X), int)
    for k in np.unique(first):
        second[first == k] = 1000 * k + divide(X[first == k])
    return [first, second]


METHODS: Mapping[str, Callable[[np.ndarray], Levels]] = {
    "top-down, groups behind valleys": top_down,
    "Ward, cut where heights leap": ward,
    "HDBSCAN in HDBSCAN": hdbscan,
}


def of_planted(method: Callable[[np.ndarray], Levels]) -> tuple[float, float, float]:
    """Mean ARI of the first two levels, and seconds a tree."""
    scores, start = [], time.process_time()
    for number, (n_tracks, n_axes, parts) in enumerate(SHAPES):
        given = {"n_tracks": n_tracks, "n_axes": n_axes, "parts": parts}
        X, region, part = planted(number, **given, small=0.03, apart=10)
        levels = method(X)
        second = levels[min(1, len(levels) - 1)]
        scores.append((adjusted_rand_score(region, levels[0]), adjusted_rand_score(part, second)))
    mean = np.mean(scores, axis=0)
    return mean[0], mean[1], (time.process_time() - start) / len(SHAPES)


def nodes_again(method: Callable[[np.ndarray], Levels], X: np.ndarray, n_splits: int = 4) -> float:
    """Mean over the nodes of the best Jaccard index among those of 80 % of the tracks."""
    rng, levels, found = np.random.default_rng(0), method(X), []
    for _ in range(n_splits):
        rows = np.sort(rng.permutation(len(X))[: int(0.8 * len(X))])
        again = [labels == k for labels in method(X[rows]) for k in np.unique(labels)]
        for labels in levels:
            for k in np.unique(labels):
                own = (labels == k)[rows]
                if own.any():
                    found.append(max((own & x).sum() / (own | x).sum() for x in again))
    return float(np.mean(found))


def of_run(folder: Path) -> list[str]:
    """Every level of every method against the labels of a run, and flat K-Means of its size."""
    X = np.load(folder / "coordinates.npy").astype(float)
    with (folder / "tracks.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    placed = np.isfinite(X).all(axis=1)
    lines = []
    for name in ("genre", "msd_genre", "language"):
        values = np.array([row.get(name) or "" for row in table])
        known = placed & (values != "")
        if len(set(values[known])) < 2:
            continue
        for method, grown in METHODS.items():
            for number, labels in enumerate(grown(X[placed]), start=1):
                k = len(np.unique(labels))
                flat = KMeans(min(k, len(labels)), n_init=10, random_state=0).fit_predict(X[placed])
                of_label = known[placed]
                tree, plain = (
                    adjusted_mutual_info_score(values[known], x[of_label]) for x in (labels, flat)
                )
                lines.append(
                    f"| {folder.name} | {name} | {method} | {number} | {k} | {tree:.3f} "
                    f"| {plain:.3f} |"
                )
    return lines


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tree", description=__doc__)
    parser.add_argument("results", nargs="*", type=Path, help="folders of finished runs")
    folders = parser.parse_args().results
    for folder in folders:
        if not (folder / "coordinates.npy").is_file():
            parser.error(f"{folder} must be the folder of a finished run")
    print(
        "| method | ARI of regions | of parts | divisions of noise at the first level | s a tree |"
    )
    print("| --- | --- | --- | --- | --- |")
    for name, method in METHODS.items():
        first, second, seconds = of_planted(method)
        if method is top_down:
            trees = [grow({"joint": noise(n, 400)}, Sizes(), random_state=0) for n in range(14)]
            divided = sum(any(branch.found for branch in tree) for tree in trees)
        else:
            divided = sum(len(np.unique(method(noise(n, 400))[0])) > 1 for n in range(14))
        print(
            f"| {name} | {first:.3f} | {second:.3f} | {divided} of 14 | {seconds:.1f} |", flush=True
        )
    for folder in folders:
        X = np.load(folder / "coordinates.npy").astype(float)
        X = X[np.isfinite(X).all(axis=1)]
        for name, method in METHODS.items():
            print(f"{folder.name}: {name}: nodes again {nodes_again(method, X):.2f}", flush=True)
        print("| run | label | method | level | nodes | AMI | flat K-Means |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        print("\n".join(of_run(folder)), flush=True)


if __name__ == "__main__":
    main()
