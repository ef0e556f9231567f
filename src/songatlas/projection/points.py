"""What every projection asks of its input, checked in one place."""

from __future__ import annotations

import numpy as np

from songatlas.errors import TooFewTracksError
from songatlas.types import Float64, FloatArray

MIN_TRACKS = 3


def check_points(X: FloatArray) -> Float64:
    """Return `X` in double precision.

    Raises
    ------
    ValueError
        When `X` is not a matrix with at least one column, or is not finite.
    TooFewTracksError
        Below 3 tracks.
    """
    points = np.asarray(X, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] == 0:
        raise ValueError(f"X must be (n_tracks, n_features). Got shape {points.shape}.")
    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(bad):
        raise ValueError(f"X must be finite. Got NaN or infinity in rows {bad[:20].tolist()}.")
    if len(points) < MIN_TRACKS:
        raise TooFewTracksError(
            f"a projection needs at least {MIN_TRACKS} usable tracks. Got {len(points)}. Add "
            "music, or see skipped.csv for the files that could not be used."
        )
    return points
