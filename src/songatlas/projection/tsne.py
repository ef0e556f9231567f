"""t-SNE: neighbours stay neighbours."""

from __future__ import annotations

import numpy as np

from songatlas.projection.place_among import Map, arrange
from songatlas.projection.start import starting_layout
from songatlas.threads import single_thread
from songatlas.types import Float64, FloatArray

MAX_TRACKS = 20_000
MAX_FINE = 5_000  # of more tracks, far ones push in coarser groups: a third of the time less
FINE, COARSE = 0.5, 0.8  # least angle under which a group is taken apart
_STEPS = 600  # of more tracks, whose steps grow with their number: as good a map as by 1,000
_EXAGGERATION = 12.0  # at first, scikit-learn's and everyone's
SAMPLE = 10_000  # of more tracks, so many are arranged and the others placed among them


def tsne(X: FloatArray, *, random_state: int, perplexity: float = 30.0) -> Map:
    """Plane in which tracks have the same neighbours as in `X`, as far as possible.

    Distances between groups, and sizes and densities of groups, mean little. Starts from PCA.
    Runs on one thread: sums over several threads depend on their number. Of more than 5,000 tracks
    the angle of Barnes and Hut is 0.8 instead of 0.5, and 600 steps at a rate of a twelfth of their
    number (Belkina) stand for 1,000 at a quarter of that; of more than 20,000 tracks 10,000 random
    ones are arranged, and every other is placed among its nearest of those.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features), at least 3 tracks; Euclidean distances.
    random_state
        Seed.
    perplexity
        Number of neighbours that count, lowered by :func:`usable_perplexity` for few tracks.

    Returns
    -------
    Shape (n_tracks, 2), without unit. Zeros if all tracks lie at one point.

    References
    ----------
    L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", JMLR 9, 2008. A. C. Belkina et
    al., "Automated optimized parameters for T-distributed stochastic neighbor embedding improve
    visualization and analysis of large datasets", Nature Communications 10, 2019.

    Examples
    --------
    >>> tsne(np.eye(6), random_state=0).shape
    (6, 2)
    """
    from sklearn.manifold import TSNE

    def fit(points: Float64) -> Map:
        # The customary start is small beside the final map, whose scale is set by the neighbours.
        start = starting_layout(points, random_state=random_state) * np.float32(1e-4)
        many = len(points) > MAX_FINE
        with single_thread():
            embedding: Map = TSNE(
                perplexity=usable_perplexity(perplexity, len(points)),
                early_exaggeration=_EXAGGERATION,
                learning_rate=len(points) / _EXAGGERATION if many else "auto",
                max_iter=_STEPS if many else 1_000,
                init=start,
                random_state=random_state,
                n_jobs=1,
                angle=COARSE if many else FINE,
            ).fit_transform(points)
        return embedding.astype(np.float32)

    sample = min(SAMPLE, MAX_TRACKS // 2)
    return arrange(X, fit, most=MAX_TRACKS, sample=sample, random_state=random_state)


def usable_perplexity(perplexity: float, n_tracks: int) -> float:
    """`perplexity`, or a third of the other tracks where that is less; at least 1.

    Examples
    --------
    >>> usable_perplexity(30.0, 500), usable_perplexity(30.0, 49)
    (30.0, 16.0)
    """
    return max(1.0, min(float(perplexity), (n_tracks - 1) / 3))
