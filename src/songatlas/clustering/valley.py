"""Points along a line between two places: whether there is a valley between these.

Points of one mode lie nowhere less dense than on both sides; that they do by chance has a
probability that knows nothing of their distribution but that it has one mode: neither a long cloud
nor heavy tails nor a plain have a valley.

Reference
---------
J. A. Hartigan and P. M. Hartigan, "The dip test of unimodality", Annals of Statistics 13, 1985 (one
mode as the null).
"""

from __future__ import annotations

import numpy as np

from songatlas.types import Float64

# Along the line from one mean (0) to the other (1): width of a bin, valleys, sides
_BIN = 0.05
_LOW, _HIGH = -1.0, 2.0
_VALLEYS = [(a, w) for w in (3, 5, 8, 12) for a in range(1, 20 - w, (w + 1) // 3)]
_SIDES = (3, 6, 10, 16)


def deepest_valley(position: Float64) -> tuple[float, float]:
    """Whether fewer points lie somewhere between 0 and 1 than on both sides of that.

    Returns
    -------
    p_value
        Of the surest valley, in (0, 1]: not corrected for the valleys that were tried.
    border
        Points in it relative to those beside it, in [0, 1].

    Examples
    --------
    >>> plain = np.linspace(-0.5, 1.5, 200)
    >>> bool(deepest_valley(plain)[0] > 0.01), deepest_valley(plain[np.abs(plain - 0.5) > 0.2])[1]
    (True, 0.0)
    """
    from scipy.special import bdtr

    n_bins = round((_HIGH - _LOW) / _BIN)
    bins = np.floor((np.clip(position, _LOW, _HIGH - 1e-9) - _LOW) / _BIN).astype(int)
    total = np.concatenate([[0], np.cumsum(np.bincount(bins, minlength=n_bins))])
    start, width = np.array(_VALLEYS).T
    start = start + round(-_LOW / _BIN)
    stop, side = start + width, np.array(_SIDES)
    inside = (total[stop] - total[start])[:, None]
    left = total[start][:, None] - total[start[:, None] - side]
    right = total[stop[:, None] + side] - total[stop][:, None]
    beside = np.stack([left, right])  # (2, n_valleys, n_sides)
    p = bdtr(inside, inside + beside, width[:, None] / (width[:, None] + side))
    # of every valley the surest scale of each side, then the less sure side, then the best valley
    of_valley = p.min(axis=2).max(axis=0)
    best = int(of_valley.argmin())
    surest = p[:, best].argmin(axis=1)
    density = beside[[0, 1], best, surest] / side[surest]
    border = float(inside[best, 0] / width[best] / max(density.min(), 1e-9))
    return float(of_valley[best]), min(border, 1.0)
