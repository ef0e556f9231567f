"""Which cluster of one partition is which of another."""

from __future__ import annotations

import numpy as np

from songatlas.types import IntArray


def match_clusters(before: IntArray, after: IntArray) -> dict[int, int]:
    """The cluster of `before` that each of `after` is, so that most tracks stay where they were.

    Parameters
    ----------
    before, after
        Shape (n_tracks,): clusters of the same tracks, from 0; tracks that are in none, −1, in
        either do not count.

    Returns
    -------
    Number in `after` → number in `before`, one to one. A cluster that shares no track with any
    that is left is not in it.

    Reference
    ---------
    H. W. Kuhn, "The Hungarian method for the assignment problem", Naval Research Logistics
    Quarterly 2, 1955.

    Examples
    --------
    >>> match_clusters(np.array([0, 0, 1, 1, 2]), np.array([1, 1, 0, 0, 0]))
    {0: 1, 1: 0}
    """
    from scipy.optimize import linear_sum_assignment

    shared = overlaps(before, after)
    old, new = linear_sum_assignment(shared, maximize=True)
    pairs = zip(new.tolist(), old.tolist(), strict=True)
    return {n: o for n, o in sorted(pairs) if shared[o, n] > 0}


def same_clusters(before: IntArray, after: IntArray) -> dict[int, int]:
    """As :func:`match_clusters`, but one that kept most of its tracks and its number is itself.

    Where clusters were merged, the one whose number stays is the one that took up the others.

    Examples
    --------
    >>> then, now = np.array([0, 1, 1, 1, 2, 2]), np.array([0, 0, 0, 0, 1, 1])
    >>> match_clusters(then, now)
    {0: 1, 1: 2}
    >>> same_clusters(then, now)
    {0: 0, 1: 2}
    """
    shared = overlaps(before, after)
    stays = [k for k in range(min(shared.shape)) if 2 * shared[k, k] > shared[k].sum()]
    left_before = np.where(np.isin(before, stays), -1, before)
    left_after = np.where(np.isin(after, stays), -1, after)
    return dict(
        sorted({**{k: k for k in stays}, **match_clusters(left_before, left_after)}.items())
    )


def overlaps(before: IntArray, after: IntArray) -> IntArray:
    """Tracks that two clusters share, (clusters of `before`, clusters of `after`)."""
    both = (before >= 0) & (after >= 0)
    shape = int(before.max(initial=-1)) + 1, int(after.max(initial=-1)) + 1
    shared = np.zeros(shape, np.int64)
    np.add.at(shared, (before[both], after[both]), 1)
    return shared


def renumber(after: IntArray, matched: dict[int, int]) -> IntArray:
    """`after` with the numbers that its clusters had, the others on the numbers that are free.

    Numbers stay 0 … n_clusters − 1, so one that is too high for that is not kept.

    Examples
    --------
    >>> renumber(np.array([0, 1, 2, -1]), {0: 2, 1: 0}).tolist()
    [2, 0, 1, -1]
    """
    n_clusters = int(after.max(initial=-1)) + 1
    kept = {new: old for new, old in matched.items() if old < n_clusters}
    free = sorted({*range(n_clusters)} - {*kept.values()})
    others = [new for new in range(n_clusters) if new not in kept]
    number = np.array([-1] * (n_clusters + 1))
    for new, old in [*kept.items(), *zip(others, free, strict=True)]:
        number[new] = old
    return np.asarray(number[after])  # −1 is the last
