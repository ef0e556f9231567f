"""Gaussian mixture: clusters as ellipsoids, their shape no richer than the tracks can support."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import numpy as np

from songatlas.clustering.labels import canonical_labels
from songatlas.clustering.points import check_n_clusters, check_points, coincident_labels
from songatlas.threads import single_thread
from songatlas.types import FloatArray, IntArray

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
    points = check_points(X)
    check_n_clusters(n_clusters, len(points))
    labels = coincident_labels(points, n_clusters)
    if labels is None:
        fitted = points
        if len(points) > MAX_FIT:
            fitted = points[np.random.default_rng(random_state).permutation(len(points))[:MAX_FIT]]
        model = _best_mixture(fitted, n_clusters, random_state=random_state)
        with single_thread():
            labels = model.predict(points)
    return canonical_labels(np.asarray(labels))


def _best_mixture(X: FloatArray, n_clusters: int, *, random_state: int) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    mixtures = {}
    with single_thread(), warnings.catch_warnings():
        # Starts with duplicate points, and slow tails of EM: the best likelihood is kept anyway.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for covariance in COVARIANCES:
            mixture = GaussianMixture(
                n_clusters,
                covariance_type=covariance,
                reg_covar=RIDGE * float(X.var(axis=0).mean()),
                n_init=N_INIT,
                max_iter=300,
                random_state=random_state,
            ).fit(X)
            mixtures[covariance] = (float(mixture.bic(X)), mixture)
    best = min(mixtures, key=lambda covariance: mixtures[covariance][0])
    mixture = mixtures[best][1]
    logger.info("GMM: %s covariances have the lowest BIC.", best)
    if not mixture.converged_:
        logger.warning("GMM: EM stopped at %d steps before it converged.", mixture.max_iter)
    return mixture
