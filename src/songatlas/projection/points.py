"""What every projection asks of its input, checked in one place."""

from __future__ import annotations

from songatlas.errors import TooFewTracksError
from songatlas.geometry import finite_points
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
    points = finite_points(X)
    if len(points) < MIN_TRACKS:
        raise TooFewTracksError(
            f"a projection needs at least {MIN_TRACKS} usable tracks. Got {len(points)}. Add "
            "music, or see skipped.csv for the files that could not be used."
        )
    return points
