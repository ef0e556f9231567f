"""How far some tracks differ from the others, and how easily that happens by chance.

By chance means that the same clusters were dealt out blindly: every track may be in any, only the
sizes are kept.

References
----------
Cliff, N. (1993). Dominance statistics: ordinal analyses to answer ordinal questions. Psychological
Bulletin 114(3), 494-509. Mann, H. B. & Whitney, D. R. (1947). On a test of whether one of two
random variables is stochastically larger than the other. Annals of Mathematical Statistics 18(1),
50-60. Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
Journal of Statistics 6(2), 65-70.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from songatlas.types import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Differences:
    """Each cluster against all other tracks.

    Parameters
    ----------
    here, elsewhere
        Shape (n_clusters, n_measures): medians, or shares; NaN where there is no track.
    effect
        Shape (n_clusters, n_measures), in [−1, 1].
    p
        Shape (n_clusters, n_measures): two-sided, not corrected; 1 where nothing can be compared.
    """

    here: FloatArray
    elsewhere: FloatArray
    effect: FloatArray
    p: FloatArray


def compare_values(values: FloatArray, labels: IntArray, n_clusters: int) -> Differences:
    """Cliff's delta of measured values, and the p of the rank sum (normal, ties corrected).

    Parameters
    ----------
    values
        Shape (n_tracks, n_measures); NaN is left out of its measure.
    labels
        Shape (n_tracks,): −1 belongs to no cluster and is not compared.

    Examples
    --------
    >>> found = compare_values(np.array([[1.0], [2.0], [3.0], [9.0]]), np.array([0, 0, 1, 1]), 2)
    >>> found.effect.tolist(), found.here.tolist()
    ([[-1.0], [1.0]], [[1.5], [6.0]])
    """
    shape = (n_clusters, values.shape[1])
    here, elsewhere = np.full(shape, np.nan), np.full(shape, np.nan)
    effect, p = np.zeros(shape), np.ones(shape)
    for j in range(shape[1]):
        known = np.isfinite(values[:, j]) & (labels >= 0)
        x, of = values[known, j], labels[known]
        n = len(x)
        ranks = stats.rankdata(x)
        _, tied = np.unique(x, return_counts=True)
        for k in range(n_clusters):
            inside = of == k
            n_in = int(inside.sum())
            n_out = n - n_in
            if not n_in or not n_out:
                continue
            here[k, j], elsewhere[k, j] = np.median(x[inside]), np.median(x[~inside])
            u = ranks[inside].sum() - n_in * (n_in + 1) / 2.0
            effect[k, j] = 2.0 * u / (n_in * n_out) - 1.0
            spread = n_in * n_out / 12.0 * (n + 1 - (tied**3 - tied).sum() / (n * (n - 1)))
            if spread > 0:
                away = max(abs(u - n_in * n_out / 2.0) - 0.5, 0.0)  # for continuity
                p[k, j] = 2.0 * stats.norm.sf(away / np.sqrt(spread))
    return Differences(here=here, elsewhere=elsewhere, effect=effect, p=np.minimum(p, 1.0))


def compare_shares(
    n_with: IntArray,
    n_tracks: IntArray,
    *,
    n_with_all: IntArray,
    n_all: IntArray,
    least: float = 0.0,
) -> Differences:
    """Difference of shares, and Fisher's exact p that so many or more have it here.

    Only more than elsewhere is typical: fewer has a p of 1.

    Parameters
    ----------
    n_with
        Shape (n_clusters, n_measures): tracks of the cluster that have it.
    n_tracks
        Shape (n_clusters, n_measures): tracks of the cluster that could.
    n_with_all, n_all
        Shape (n_measures,), or that of `n_with`: the same of the collection.
    least
        A difference that is smaller has a p of 1 too: what is not told need not be computed, and
        makes the correction of the others no milder.

    Examples
    --------
    >>> found = compare_shares(np.array([[3], [0]]), np.array([[3], [3]]),
    ...                        n_with_all=np.array([3]), n_all=np.array([6]))
    >>> found.effect.tolist(), found.p.round(4).tolist()
    ([[1.0], [-1.0]], [[0.05], [1.0]])
    """
    n_out = n_all - n_tracks
    comparable = (n_tracks > 0) & (n_out > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        here, elsewhere = n_with / n_tracks, (n_with_all - n_with) / n_out
    effect = np.where(comparable, here - elsewhere, 0.0)
    asked = comparable & (effect > 0) & (effect >= least)
    counts = [
        np.broadcast_to(count, n_with.shape)[asked]
        for count in (n_with - 1, n_all, n_with_all, n_tracks)
    ]
    # Many measures have the same counts: most values that anything has are rare.
    different, of = np.unique(np.stack(counts, axis=1), axis=0, return_inverse=True)
    p = np.ones(n_with.shape)
    p[asked] = np.clip(stats.hypergeom.sf(*different.T), 0.0, 1.0)[of.reshape(-1)]
    return Differences(here=here, elsewhere=elsewhere, effect=effect, p=p)


def holm(p: FloatArray) -> FloatArray:
    """Correct p for how many there are: the chance of even one so small among them.

    Parameters
    ----------
    p
        Any shape.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    flat = p.ravel()
    order = np.argsort(flat, kind="stable")
    stepped = np.maximum.accumulate(flat[order] * np.arange(len(flat), 0, -1))
    corrected = np.empty_like(flat)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected.reshape(p.shape)
