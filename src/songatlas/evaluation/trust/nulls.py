"""Collections without clusters that resemble a given one in everything else.

Each null gets principal coordinates (n_tracks, n_components), centred and uncorrelated, and returns
a function that draws such coordinates anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from songatlas.evaluation.trust.unimodal import unimodal_cdf
from songatlas.types import Float64

Draw = Callable[[np.random.Generator], Float64]

_NEGLIGIBLE = 0.01  # of the variance, in all the directions that are left out together


def principal_coordinates(X: Float64) -> Float64:
    """`X` centred and turned to its principal axes, without the weakest, 1 % of the variance.

    Standardised, those would drown the others.

    Examples
    --------
    >>> principal_coordinates(np.array([[0.0, 0.0], [2.0, 0.0]])).shape
    (2, 1)
    """
    centred = X - X.mean(axis=0)
    U, size, _ = np.linalg.svd(centred, full_matrices=False)
    left_out = np.cumsum(size[::-1] ** 2)[::-1]  # by stopping before this axis
    varies = left_out > _NEGLIGIBLE * left_out.max(initial=0.0)
    return np.asarray(U[:, varies] * size[varies])


def gaussian(Z: Float64) -> Draw:
    """A Gaussian of the same covariance."""
    scale = Z.std(axis=0)
    return lambda rng: rng.normal(size=Z.shape) * scale


def elliptical(Z: Float64) -> Draw:
    """The same covariance and the same tails: distances to the centre kept, directions drawn."""
    scale = Z.std(axis=0)
    radius = np.linalg.norm(Z / scale, axis=1)

    def draw(rng: np.random.Generator) -> Float64:
        directions = rng.normal(size=Z.shape)
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        return np.asarray(directions * rng.permutation(radius)[:, None] * scale)

    return draw


def one_mode(Z: Float64) -> Draw:
    """Independent principal coordinates, each of the nearest distribution with a single mode.

    It keeps skew and the tails of single coordinates, and fills every gap.
    """
    fitted = [unimodal_cdf(column) for column in Z.T]

    def draw(rng: np.random.Generator) -> Float64:
        return np.stack([np.interp(rng.random(len(Z)), F, x) for x, F in fitted], axis=1)

    return draw


NULLS: Mapping[str, Callable[[Float64], Draw]] = {
    "same covariance": gaussian,
    "heavy tails": elliptical,
    "one mode": one_mode,
}
