"""The unimodal distribution nearest to a sample: what it would be without groups."""

from __future__ import annotations

import numpy as np

from songatlas.types import Float64

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
    for mode in np.unique(np.linspace(0, len(x) - 1, _MODES).astype(np.intp)):
        left = _hull(x[: mode + 1], below[: mode + 1], convex=True)
        right = _hull(x[mode:], above[mode:], convex=False)
        F = np.concatenate([left[:-1], right])
        distance = float(np.abs(F - (below + above) / 2).max())
        if distance < nearest - 1e-9:  # of modes that fit alike, the lowest
            nearest, best = distance, F
    return x, np.maximum.accumulate(best)


def _hull(x: Float64, y: Float64, *, convex: bool) -> Float64:
    """Greatest convex function below the points, or least concave one above them, at every x."""
    sign = 1.0 if convex else -1.0
    corners: list[int] = []
    for i in range(len(x)):
        while len(corners) > 1:
            a, b = corners[-2], corners[-1]
            turn = (y[b] - y[a]) * (x[i] - x[a]) - (y[i] - y[a]) * (x[b] - x[a])
            if sign * turn < 0:
                break
            corners.pop()
        corners.append(i)
    return np.interp(x, x[corners], y[corners])
