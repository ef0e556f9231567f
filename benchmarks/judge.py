"""What ``songatlas judge`` says of data that everybody knows, and of nothing at all.

``python -m benchmarks.judge`` prints the table of docs/howto/judge.md; a test holds its verdicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from sklearn import datasets
from sklearn.cluster import KMeans

import songatlas
from songatlas.types import FloatArray, IntArray

Data = tuple[FloatArray, IntArray]
N = 500


def _aniso() -> Data:
    X, y = datasets.make_blobs(N, random_state=170)
    return X @ np.array([[0.6, -0.6], [-0.4, 0.8]]), y


def _standardised(X: FloatArray, y: IntArray) -> Data:
    return (X - X.mean(axis=0)) / X.std(axis=0), y


def _noise(n_coordinates: int) -> Data:
    rng = np.random.default_rng(0)
    return rng.normal(size=(N, n_coordinates)), rng.integers(3, size=N)


# scikit-learn's comparison of clustering algorithms, its small collections, and noise.
DATA: Mapping[str, Callable[[], Data]] = {
    "blobs": lambda: datasets.make_blobs(N, random_state=8),
    "moons": lambda: datasets.make_moons(N, noise=0.05, random_state=0),
    "circles": lambda: datasets.make_circles(N, factor=0.5, noise=0.05, random_state=0),
    "aniso": _aniso,
    "varied": lambda: datasets.make_blobs(N, cluster_std=[1.0, 2.5, 0.5], random_state=170),
    "no structure": lambda: (
        np.random.default_rng(0).random((N, 2)),
        np.random.default_rng(1).integers(3, size=N),
    ),
    "iris": lambda: datasets.load_iris(return_X_y=True),
    "wine, standardised": lambda: _standardised(*datasets.load_wine(return_X_y=True)),
    "digits": lambda: datasets.load_digits(return_X_y=True),
    "noise in 2 dimensions": lambda: _noise(2),
    "noise in 20 dimensions": lambda: _noise(20),
}


def k_means(X: FloatArray, y: IntArray) -> IntArray:
    """scikit-learn's K-Means with as many clusters as there are labels."""
    n_clusters = len(np.unique(y))
    return KMeans(n_clusters, n_init=10, random_state=0).fit_predict(X)


def judged(name: str) -> Iterator[tuple[str, songatlas.Trust]]:
    """Which labels, and the verdict on them: those that come with the data, and K-Means'."""
    X, y = DATA[name]()
    yield "true", songatlas.judge(X, y)
    yield "K-Means", songatlas.judge(X, k_means(X, y))


def main() -> None:
    """Print the table."""
    print("| data | labels | verdict | because |\n| --- | --- | --- | --- |")
    for name in DATA:
        for which, trust in judged(name):
            codes = ", ".join(found.code for found in trust.reasons)
            print(f"| {name} | {which} | {trust.verdict} | {codes} |", flush=True)


if __name__ == "__main__":
    main()
