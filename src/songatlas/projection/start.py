"""Where t-SNE and UMAP begin: the principal plane, which keeps the arrangement at large."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songatlas.projection.points import check_points
from songatlas.threads import single_thread
from songatlas.types import FloatArray

JITTER = 1e-4  # of the spread: separates duplicates, and opens the second axis of points on a line


def starting_layout(X: FloatArray, *, random_state: int) -> npt.NDArray[np.float32]:
    """PCA of `X` with standard deviation 1 along the first axis, and a trace of seeded noise.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features), not all points the same.

    Returns
    -------
    Shape (n_tracks, 2).

    References
    ----------
    D. Kobak and G. C. Linderman, "Initialization is critical for preserving global data structure
    in both t-SNE and UMAP", Nature Biotechnology 39, 2021.

    Examples
    --------
    >>> layout = starting_layout(np.array([[0.0], [5.0], [10.0]]), random_state=0)
    >>> layout.shape, round(float(layout[:, 0].std()), 2)
    ((3, 2), 1.0)
    """
    layout = pca(X, random_state=random_state)
    layout /= layout[:, 0].std()
    rng = np.random.default_rng(random_state)
    layout += JITTER * rng.standard_normal(layout.shape).astype(np.float32)
    return layout


def pca(X: FloatArray, *, random_state: int) -> npt.NDArray[np.float32]:
    """Coordinates along the two directions of greatest variance, the greatest first.

    Parameters
    ----------
    X
        Shape (n_tracks, n_features). One feature, or tracks that all lie on a line, leave the
        second coordinate at 0.
    random_state
        Seed of the randomised solver, which is used for large and wide data only.

    Returns
    -------
    Shape (n_tracks, 2), in the unit of `X`; the sign of an axis is arbitrary but always the same.
    Zeros if all tracks lie at one point.

    Examples
    --------
    >>> embedding = pca(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]), random_state=0)
    >>> np.abs(embedding).round(4).tolist()
    [[5.0, 0.0], [0.0, 0.0], [5.0, 0.0]]
    """
    points = check_points(X)
    embedding = np.zeros((len(points), 2), dtype=np.float32)
    if (points == points[0]).all():
        return embedding
    from sklearn.decomposition import PCA

    n_components = min(2, *points.shape)
    with single_thread():
        model = PCA(n_components, random_state=random_state)
        embedding[:, :n_components] = model.fit_transform(points)
    return embedding
