"""Points whose tree is known, and points that have none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Points = np.ndarray
N_TRACKS = (60, 150, 400, 800, 2000)
N_AXES = (2, 4, 8, 16, 32)
NOISE: Mapping[str, Callable[[np.random.Generator, int, int], Points]] = {
    "Gaussian": lambda rng, n, d: rng.normal(size=(n, d)),
    "long": lambda rng, n, d: rng.normal(size=(n, d)) * np.geomspace(1, 0.05, d),
    "uniform": lambda rng, n, d: rng.uniform(size=(n, d)),
    "heavy axes": lambda rng, n, d: rng.standard_t(3, size=(n, d)),
    "heavy": lambda rng, n, d: rng.normal(size=(n, d)) / rng.chisquare(3, size=(n, 1)) ** 0.5,
    "skewed": lambda rng, n, d: rng.exponential(size=(n, d)),
    "pointed": lambda rng, n, d: rng.laplace(size=(n, d)),
}


def noise(number: int, most: int = 2000) -> Points:
    """The `number`-th collection without groups; every kind, size and dimension comes up."""
    rng = np.random.default_rng(number)
    n_tracks = int(rng.choice(N_TRACKS, p=[0.25, 0.25, 0.25, 0.2, 0.05]))
    n_tracks = min(n_tracks, most)
    return [*NOISE.values()][number % len(NOISE)](rng, n_tracks, int(rng.choice(N_AXES)))


def planted(
    number: int, *, n_tracks: int, n_axes: int, parts: tuple[int, int], small: float, apart: float
) -> tuple[Points, np.ndarray, np.ndarray]:
    """Groups of groups of unequal size, spread 1 in every direction or long, in random order.

    Parameters
    ----------
    parts
        Regions, and parts of each.
    small
        Share of the tracks that the smallest part has.
    apart
        Least distance of two parts of a region; regions are 4 times as far apart.

    Returns
    -------
    Points, region and part of every track.
    """
    rng = np.random.default_rng(number)

    def centres(n: int, distance: float) -> Points:
        found = rng.normal(size=(n, n_axes))
        between = np.linalg.norm(found[:, None] - found, axis=2)[np.triu_indices(n, 1)]
        return (found - found.mean(axis=0)) * distance / between.min()

    shares = np.maximum(rng.dirichlet(np.full(parts[0] * parts[1], 4.0)), 0.05)
    shares[0] = 0
    shares *= (1 - small) / shares.sum()
    shares[0] = small
    sizes = np.round(shares * n_tracks).astype(int)
    regions = centres(parts[0], 4 * apart)
    within = np.concatenate([centres(parts[1], apart) for _ in regions])
    part = np.repeat(np.arange(len(sizes)), sizes)
    scales = [rng.permutation(np.geomspace(0.3, 1, n_axes)) for _ in sizes]
    spread = np.stack(scales)[part] if number % 2 else 1.0
    X = regions[part // parts[1]] + within[part] + rng.normal(size=(len(part), n_axes)) * spread
    order = rng.permutation(len(part))
    return X[order], part[order] // parts[1], part[order]
