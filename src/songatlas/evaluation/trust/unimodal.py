"""The unimodal distribution nearest to a sample: what it would be without groups."""

from __future__ import annotations

import numpy as np

from songatlas.distances import spaced
from songatlas.types import Float64, IntArray

_MODES = 41  # places of the mode that are tried


def unimodal_cdf(x: Float64) -> tuple[Float64, Float64]:
    """Distribution function of one mode that comes nearest to that of `x`.

    Convex left of the mode, concave right of it: the distance that remains is Hartigan's dip.

    Parameters
    ----------
    x
        Shape (n,), in any order.

    Returns
    -------
    The sorted values and the distribution function at each, in [0, 1] and ascending.

    References
    ----------
    J. A. Hartigan and P. M. Hartigan, "The dip test of unimodality", Annals of Statistics 13, 1985.

    Examples
    --------
    >>> x, F = unimodal_cdf(np.array([0.0, 1.0, 9.0, 10.0]))
    >>> bool(np.diff(F)[1] > 0.4)  # the gap is filled
    True
    """
    x = np.sort(x)
    steps = np.arange(len(x) + 1) / len(x)
    below, above = steps[:-1], steps[1:]
    nearest, best = np.inf, above
    modes = spaced(len(x), _MODES)
    lefts = _hulls(x, below, modes)
    rights = _hulls(-x[::-1], -above[::-1], len(x) - 1 - modes[::-1])  # seen from behind
    for mode, left, right in zip(modes, lefts, rights[::-1], strict=True):
        right = len(x) - 1 - right[::-1]
        F = np.interp(x, x[left], below[left])
        F[mode:] = np.interp(x[mode:], x[right], above[right])
        distance = float(np.abs(F - (below + above) / 2).max())
        if distance < nearest - 1e-9:  # of modes that fit alike, the lowest
            nearest, best = distance, F
    return x, np.maximum.accumulate(best)


def _hulls(x: Float64, y: Float64, ends: IntArray) -> list[IntArray]:
    """Corners of the greatest convex function below the points up to each of `ends`, ascending."""
    u, v, wanted = x.tolist(), y.tolist(), set(ends.tolist())
    corners: list[int] = []
    found = []
    for i, (x_i, y_i) in enumerate(zip(u, v, strict=True)):
        while len(corners) > 1:
            a, b = corners[-2], corners[-1]
            if (v[b] - v[a]) * (x_i - u[a]) < (y_i - v[a]) * (u[b] - u[a]):
                break
            corners.pop()
        corners.append(i)
        if i in wanted:
            found.append(np.array(corners))
    return found
