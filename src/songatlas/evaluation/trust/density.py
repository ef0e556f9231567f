"""How dense the tracks lie along the way from one to another, whatever shape groups have.

Two tracks are joined at the level at which one can walk between them from neighbour to neighbour:
no step is longer than it, and at no track is the tenth neighbour further. Where groups are apart,
that level is far above the one inside them, be they balls, moons or rings.

References
----------
R. J. G. B. Campello, D. Moulavi and J. Sander, "Density-based clustering based on hierarchical
density estimates", PAKDD 2013 (mutual reachability); E. Levina and P. J. Bickel, "Maximum
likelihood estimation of intrinsic dimension", NIPS 2004.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from songatlas.distances import spaced
from songatlas.types import Float64, FloatArray, IntArray

N_NEAR = 10  # neighbours that make a place dense
MAX_TRACKS = 1500  # of more, so many evenly spaced ones: all pairs are looked at
INSIDE = 0.25  # quantile of the distances in a cluster: where it is dense
_TINY = 1e-12


@dataclass(frozen=True, kw_only=True)
class Landscape:
    """Some tracks as a tree of shortest steps.

    Parameters
    ----------
    rows
        Tracks that are in it, ascending, shape (n,).
    reach
        Distance of each to its tenth neighbour, shape (n,).
    nearest
        Rows of `reach` of the ten nearest of each, shape (n, 10) or fewer.
    steps, levels
        Edges of the tree, shape (n − 1, 2), and their levels, ascending.
    dimension
        In how many directions the tracks spread locally, at least 1.
    """

    rows: IntArray
    reach: Float64
    nearest: IntArray
    steps: IntArray
    levels: Float64
    dimension: float

    def density(self, inside: float, level: float) -> float:
        """Of a pass at `level`, relative to where the tenth neighbour is `inside` away."""
        return float((max(inside, _TINY) / max(level, _TINY)) ** self.dimension)


def landscape(X: FloatArray, n_near: int = N_NEAR) -> Landscape:
    """Measure the ways between tracks.

    Parameters
    ----------
    X
        Shape (n_tracks, n_coordinates), at least 3 tracks.

    Examples
    --------
    >>> found = landscape(np.append(np.arange(20.0), 50 + np.arange(20.0))[:, None])
    >>> float(found.levels.max()), float(found.levels[:-1].max())
    (31.0, 10.0)
    """
    from scipy.spatial.distance import cdist

    rows = spaced(len(X), MAX_TRACKS)
    points = np.asarray(X, dtype=np.float64)[rows]
    distance = cdist(points, points)
    n_near = min(n_near, len(points) - 1)
    near = np.argpartition(distance, n_near, axis=1)[:, : n_near + 1]
    away = np.take_along_axis(distance, near, axis=1)
    order = away.argsort(axis=1, kind="stable")[:, 1:]
    nearest = np.take_along_axis(near, order, axis=1)
    away = np.take_along_axis(away, order, axis=1)
    reach = away[:, -1]
    np.maximum(distance, np.maximum(reach[:, None], reach[None, :]), out=distance)
    steps, levels = _shortest_tree(distance)
    return Landscape(
        rows=rows,
        reach=reach,
        nearest=nearest,
        steps=steps,
        levels=levels,
        dimension=_dimension(away),
    )


def passes(found: Landscape, labels: IntArray) -> dict[int, float]:
    """Density of the highest pass that leads out of every cluster, relative to inside.

    A track whose neighbours are of another cluster, or that is in none, is a place to step on and
    belongs to neither side. Inside is the thinner of the two clusters.

    Parameters
    ----------
    labels
        Shape (n,) of the rows of `found`; negative for none.

    Returns
    -------
    By cluster: about 0 for groups apart, 1 where a plain is cut. One of strays alone has none.
    """
    clusters = np.unique(labels[labels >= 0])
    own = (labels[found.nearest] == labels[:, None]).mean(axis=1) >= 0.5
    side = np.where(own & (labels >= 0), labels, -1)
    inside = {
        k: float(np.quantile(found.reach[side == k], INSIDE)) for k in clusters if (side == k).any()
    }
    out: dict[int, float] = {}
    top, known = np.arange(len(labels)), side.copy()
    for (a, b), level in zip(found.steps.tolist(), found.levels.tolist(), strict=True):
        a, b = _top(top, a), _top(top, b)
        i, j = int(known[a]), int(known[b])
        if i >= 0 and j >= 0 and i != j:
            value = found.density(max(inside[i], inside[j]), level)
            out[i], out[j] = (max(out.get(x, 0.0), value) for x in (i, j))
        else:
            top[b] = a
            known[a] = max(i, j)
    return out


def deepest_valley(found: Landscape, least: int) -> float:
    """Density of the lowest pass between any two groups of `least` tracks, relative to inside.

    What is found so in a collection without groups is what chance can make of one.
    """
    deepest = np.inf
    top = np.arange(len(found.reach))
    members = {i: [i] for i in range(len(top))}
    for (a, b), level in zip(found.steps.tolist(), found.levels.tolist(), strict=True):
        a, b = _top(top, a), _top(top, b)
        if min(len(members[a]), len(members[b])) >= least:
            inside = max(float(np.quantile(found.reach[members[x]], INSIDE)) for x in (a, b))
            deepest = min(deepest, found.density(inside, level))
        a, b = (a, b) if len(members[a]) >= len(members[b]) else (b, a)
        top[b] = a
        members[a] += members.pop(b)
    return float(deepest)


def _top(top: IntArray, i: int) -> int:
    while top[i] != i:
        top[i] = top[top[i]]
        i = int(top[i])
    return i


def _shortest_tree(level: Float64) -> tuple[IntArray, Float64]:
    """Edges of the minimal spanning tree by ascending level, (n − 1, 2), and these (Prim)."""
    n = len(level)
    best, source = level[0].copy(), np.zeros(n, np.intp)
    best[0] = np.inf
    left = np.ones(n, bool)
    left[0] = False
    edges, levels = np.empty((n - 1, 2), np.intp), np.empty(n - 1)
    for step in range(n - 1):
        new = int(np.argmin(best))
        edges[step], levels[step] = (source[new], new), best[new]
        left[new] = False
        nearer = left & (level[new] < best)
        best[nearer], source[nearer] = level[new][nearer], new
        best[new] = np.inf
    order = np.argsort(levels, kind="stable")
    return edges[order], levels[order]


def _dimension(away: Float64) -> float:
    """From the distances to the nearest tracks, (n, n_near), ascending."""
    away = np.maximum(away, _TINY)
    logs = np.log(away[:, -1:] / away[:, :-1]).mean()
    return float(max(1.0, (1 - 1 / max(away.shape[1] - 1, 2)) / max(logs, _TINY)))
