"""PCA: the plane of greatest variance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songatlas.projection.points import check_points
from songatlas.threads import single_thread
from songatlas.types import FloatArray


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
