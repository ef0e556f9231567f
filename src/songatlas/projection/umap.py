"""UMAP: neighbours stay neighbours, and groups keep some of their arrangement."""

from __future__ import annotations

import contextlib
import warnings
from typing import Any

import numpy as np

from songatlas.projection.place_among import Map, arrange
from songatlas.projection.start import starting_layout
from songatlas.threads import single_thread
from songatlas.types import Counts, Float64, FloatArray

_LAYOUT = "_nb_optimize_layout_euclidean_single_epoch"
MAX_TRACKS = 100_000
SAMPLE = 20_000  # of more tracks, so many are arranged and the others placed among them
MAX_EXACT = 50_000  # below, a search over all pairs is faster than compiling the approximate one


def umap(X: FloatArray, *, random_state: int, n_neighbors: int = 15, min_dist: float = 0.1) -> Map:
    """Plane in which tracks have the same neighbours as in `X`, as far as possible.

    Starts from PCA. Runs on one thread, so that the same seed gives the same picture. Up to
    50,000 tracks the neighbours are exact, above approximate. Of more than 100,000 tracks 20,000
    random ones are arranged, and every other is placed among its nearest of those.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features), at least 3 tracks; Euclidean distances.
    random_state
        Seed.
    n_neighbors
        Number of neighbours that count, lowered by :func:`usable_neighbors` for few tracks.
    min_dist
        Least distance between tracks in the plane, in [0, 1]: the greater, the looser the groups.

    Returns
    -------
    Shape (n_tracks, 2), without unit. Zeros if all tracks lie at one point.

    References
    ----------
    L. McInnes, J. Healy and J. Melville, "UMAP: uniform manifold approximation and projection for
    dimension reduction", arXiv 1802.03426, 2018.

    Examples
    --------
    >>> X = np.ones((4, 32))  # a collapsed space
    >>> umap(X, random_state=0).tolist()
    [[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    """

    def fit(points: Float64) -> Map:
        UMAP, near = _umap_class(), usable_neighbors(n_neighbors, len(points))
        with single_thread(), warnings.catch_warnings():
            # Exact neighbours come without the index that new tracks would be placed with.
            warnings.filterwarnings("ignore", message=r"precomputed_knn\[2\]")
            embedding: Map = UMAP(
                n_neighbors=near,
                min_dist=min_dist,
                init=starting_layout(points, random_state=random_state),
                random_state=random_state,
                n_jobs=1,
                precomputed_knn=_exact_neighbors(points, near),
            ).fit_transform(points)
        return embedding.astype(np.float32)

    return arrange(X, fit, most=MAX_TRACKS, sample=SAMPLE, random_state=random_state)


def usable_neighbors(n_neighbors: int, n_tracks: int) -> int:
    """`n_neighbors`, a track itself included, or all tracks but one where those are fewer.

    Examples
    --------
    >>> usable_neighbors(15, 500), usable_neighbors(15, 5)
    (15, 4)
    """
    return max(2, min(n_neighbors, n_tracks - 1))


def _umap_class() -> Any:
    """UMAP, its inner loops kept on disk by numba: compiling them takes most of a small map."""
    with warnings.catch_warnings():
        # It says that its parametric variant lacks TensorFlow, which nobody here asked for.
        warnings.simplefilter("ignore", ImportWarning)
        from umap import UMAP, layouts, umap_
    compiled = [(umap_, name) for name in ("smooth_knn_dist", "compute_membership_strengths")]
    compiled += [(layouts, name) for name in ("rdist", "clip", _LAYOUT)]
    for module, name in compiled:
        with contextlib.suppress(AttributeError, RuntimeError):  # renamed; nowhere to write
            getattr(module, name).enable_caching()
    return UMAP


def _exact_neighbors(X: Float64, n_neighbors: int) -> tuple[Counts | None, Float64 | None, None]:
    """Neighbours and distances, shape (n_tracks, n_neighbors) each, or None for UMAP's own."""
    if len(X) > MAX_EXACT:
        return None, None, None
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=n_neighbors, algorithm="brute", n_jobs=1).fit(X)
    distances, indices = search.kneighbors(X)
    return indices, distances, None
