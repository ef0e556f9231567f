"""Group H: latents whose truth is known, built by code, and the way a run judges them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from songatlas.clustering.choice import choose_k
from songatlas.clustering.kmeans import kmeans
from songatlas.clustering.selection import select_k
from songatlas.evaluation.half_samples import measure_half_samples
from songatlas.evaluation.internal import internal_scores
from songatlas.evaluation.near_duplicates import find_duplicates
from songatlas.evaluation.trust.case import Case, Posteriors
from songatlas.evaluation.trust.verdict import check_trust
from songatlas.geometry import directions
from songatlas.types import FloatArray, IntArray
from songatlas.types.trust import Trust

Noise = Callable[[np.random.Generator], FloatArray]
Planted = Callable[[np.random.Generator], tuple[FloatArray, IntArray]]


def cluster(X: FloatArray, n_clusters: int, seed: int) -> IntArray:
    return kmeans(X, n_clusters, random_state=seed, n_init=3)


def check(X: FloatArray, labels: IntArray, **known: Any) -> Trust:
    return check_trust(Case(X=X, labels=labels, cluster=cluster, **known))


def posteriors(mean: FloatArray, **r2: tuple[float, float]) -> Posteriors:
    """Posteriors of small variance; R² of a modality, and by another track's latents."""
    return Posteriors(
        mean=mean,
        kl=mean**2 / 2,
        r2={name: own for name, (own, _) in r2.items()},
        r2_shuffled={name: other for name, (_, other) in r2.items()},
    )


def allowed(trust: Trust, code: str) -> str:
    return next(found.verdict for found in trust.findings if found.code == code)


def judged(
    X: FloatArray,
    seed: int,
    *,
    k: int = 0,
    k_max: int = 8,
    normalise: bool = False,
    **known: Any,
) -> tuple[Trust, IntArray]:
    """Verdict and clusters as in a run: K is chosen without the copies, unless it is given.

    With `normalise` the directions of the points are clustered, as by default in a run.
    """
    if normalise:
        centred = X - X.mean(axis=0)
        known["unnormalised"] = centred
        X = directions(centred)
    recordings = known.pop("recordings", None)
    duplicates = find_duplicates(known.pop("inputs", X), recordings)
    distinct = X[duplicates.kept]
    selection = select_k(
        distinct, k_min=2, k_max=k_max, random_state=seed, n_init=5, score=internal_scores
    )
    halves = measure_half_samples(distinct, selection.ks, cluster=cluster, random_state=seed)
    choice = choose_k(selection, halves.agreement, halves.silhouettes, given=k)
    labels = kmeans(X, choice.k, random_state=seed, n_init=5)
    case = Case(
        X=X,
        labels=labels,
        cluster=cluster,
        seed=seed,
        duplicates=duplicates,
        half_samples=halves,
        choice=choice,
        **known,
    )
    return check_trust(case), labels


def _spread(rng: np.random.Generator, X: FloatArray, low: float = 0.1) -> FloatArray:
    """`X` correlated at random, with standard deviations from 3 down to `low`."""
    d = X.shape[1]
    rotation = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return X * np.geomspace(3, low, d) @ rotation


def _t(rng: np.random.Generator, df: float, shape: tuple[int, int]) -> FloatArray:
    return rng.normal(size=shape) / np.sqrt(rng.chisquare(df, shape[0]) / df)[:, None]


def _dominant(rng: np.random.Generator) -> FloatArray:
    return rng.normal(size=(300, 10)) * np.array([6.0, *[1.0] * 9])


def _bent(rng: np.random.Generator) -> FloatArray:
    u = rng.normal(size=300)
    return np.c_[2 * u, u**2, 0.5 * rng.normal(size=(300, 6))]


def _outliers(rng: np.random.Generator) -> FloatArray:
    X = _spread(rng, rng.normal(size=(300, 16)))
    X[:6] *= 12
    return X


NOISE: Mapping[str, Noise] = {
    "Gaussian": lambda rng: rng.normal(size=(300, 16)),
    "Gaussian in two dimensions": lambda rng: rng.normal(size=(300, 2)),
    "few tracks": lambda rng: rng.normal(size=(40, 32)),
    "correlated": lambda rng: _spread(rng, rng.normal(size=(300, 32))),
    "one dominant direction": _dominant,
    "multivariate t, 2 dof": lambda rng: _t(rng, 2, (300, 16)),
    "multivariate t, 3 dof, correlated": lambda rng: _spread(rng, _t(rng, 3, (300, 16))),
    "independent t, 2 dof": lambda rng: rng.standard_t(2, (300, 16)),
    "independent t, 3 dof": lambda rng: rng.standard_t(3, (300, 16)),
    "Laplace, correlated": lambda rng: _spread(rng, rng.laplace(size=(300, 24))),
    "skewed": lambda rng: rng.exponential(size=(300, 8)),
    "log-normal": lambda rng: np.exp(rng.normal(size=(300, 8))),
    "uniform square": lambda rng: rng.random((300, 2)),
    "bent gradient": _bent,
    "noise and a few outliers": _outliers,
}


def _planted(
    rng: np.random.Generator,
    *,
    n: int = 300,
    d: int = 16,
    k: int = 4,
    apart: float = 7.0,
    shares: tuple[float, ...] = (),
) -> tuple[FloatArray, IntArray]:
    """Unit-variance balls whose centres are `apart` on average."""
    sizes = np.array(shares or [1 / k] * k) * n
    labels = np.repeat(np.arange(k), sizes.astype(int))
    centres = np.linalg.qr(rng.normal(size=(d, k)))[0].T * apart / np.sqrt(2)
    X = centres[labels] + rng.normal(size=(len(labels), d))
    order = rng.permutation(len(X))
    return X[order], labels[order]


def _with_heavy_noise(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    X, labels = _planted(rng, apart=9)
    return X + 0.5 * _t(rng, 3, X.shape), labels


def _with_copies(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    X, labels = _planted(rng, d=24)
    copied = rng.permutation(len(X))[:30]
    copies = X[copied] + 0.01 * rng.normal(size=(30, X.shape[1]))
    return np.vstack([X, copies]), np.append(labels, labels[copied])


def _with_outliers(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    X, labels = _planted(rng)
    X[:3] *= 4
    return X, labels


def _in_wide_space(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    return _planted(rng, d=32, k=2, apart=6)


PLANTED: Mapping[str, Planted] = {
    "four": _planted,
    "two in 32 dimensions": _in_wide_space,
    "eight": lambda rng: _planted(rng, n=400, k=8, apart=9),
    "three in two dimensions": lambda rng: _three_flat(rng, 4.5),
    "unbalanced": lambda rng: _planted(rng, k=3, apart=9, shares=(0.72, 0.2, 0.08)),
    "near-duplicates": _with_copies,
    "heavy noise around": _with_heavy_noise,
    "few tracks": lambda rng: _planted(rng, n=60, d=8, k=3, apart=8),
}
OVERLAPPING: Mapping[str, Planted] = {
    "four": lambda rng: _planted(rng, apart=4),
    "three in two dimensions": lambda rng: _three_flat(rng, 2.6),
    "a few outliers": _with_outliers,
}


def _three_flat(rng: np.random.Generator, radius: float) -> tuple[FloatArray, IntArray]:
    angle = 2 * np.pi * np.arange(3) / 3
    labels = np.repeat(np.arange(3), 100)
    centres = radius * np.c_[np.cos(angle), np.sin(angle)]
    return centres[labels] + rng.normal(size=(300, 2)), labels
