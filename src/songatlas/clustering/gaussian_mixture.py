"""Gaussian mixture: clusters as ellipsoids, their shape no richer than the tracks can support."""

from __future__ import annotations

import logging

import numpy as np

from songatlas.clustering.points import divide
from songatlas.types import Float64, FloatArray, IntArray

logger = logging.getLogger(__name__)

COVARIANCES = ("full", "tied", "diag", "spherical")
MAX_FIT = 20_000  # of more tracks the mixture is fitted to so many, drawn at random
N_INIT = 3  # starts of each shape
RIDGE = 1e-3  # share of the mean variance added to every variance: no component shrinks to a point


def gaussian_mixture(X: FloatArray, n_clusters: int, *, random_state: int) -> IntArray:
    """Most probable component of each track under the mixture with the best BIC.

    The four shapes of covariance (own ellipsoids, one common ellipsoid, axis-parallel, spheres)
    are fitted, and the lowest Bayesian information criterion chooses: with few tracks for many
    features it falls to the simpler ones, where full covariances would describe noise.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features).
    n_clusters
        Number of components, in [2, n_tracks − 1].
    random_state
        Seed of the K-Means starts.

    Returns
    -------
    Shape (n_tracks,): canonical labels. A component that is no track's most probable one is no
    cluster, so that there can be fewer than `n_clusters`.

    Raises
    ------
    ConfigError, TooFewTracksError
        When `n_clusters` does not fit the number of tracks.

    References
    ----------
    C. Fraley and A. E. Raftery, "Model-based clustering, discriminant analysis, and density
    estimation", JASA 97, 2002.

    Examples
    --------
    >>> X = np.array([[0.0], [0.1], [0.3], [9.0], [9.1], [9.2], [9.4]])
    >>> gaussian_mixture(X, 2, random_state=0).tolist()
    [1, 1, 1, 0, 0, 0, 0]
    """
    from sklearn.mixture import GaussianMixture

    def fit(points: Float64) -> IntArray:
        known = points
        if len(points) > MAX_FIT:
            known = points[np.random.default_rng(random_state).permutation(len(points))[:MAX_FIT]]
        mixtures = [
            GaussianMixture(
                n_clusters,
                covariance_type=covariance,
                reg_covar=RIDGE * float(known.var(axis=0).mean()),
                n_init=N_INIT,
                max_iter=300,
                random_state=random_state,
            ).fit(known)
            for covariance in COVARIANCES
        ]
        best = min(mixtures, key=lambda mixture: float(mixture.bic(known)))
        logger.info("GMM: %s covariances have the lowest BIC.", best.covariance_type)
        if not best.converged_:
            logger.warning("GMM: EM stopped at %d steps before it converged.", best.max_iter)
        return np.asarray(best.predict(points))

    return divide(X, n_clusters, fit)
