"""Whether a model that has placed new tracks still fits its collection."""

from __future__ import annotations

import numpy as np

from songatlas.neighbours.nearest import nearest_neighbours
from songatlas.numerals import percent
from songatlas.types import BoolArray, FloatArray

_MOST_NEW = 0.25  # of the tracks
_FAR = 0.95  # quantile of the tracks of the run
_MOST_FAR = 0.2  # of the new ones; one in twenty is expected
_LEAST = 5  # new tracks, below which shares say nothing


def advise_refit(coordinates: FloatArray, confidence: FloatArray, new: BoolArray) -> list[str]:
    """Reasons to train again, each with its numbers; none where all is well.

    Parameters
    ----------
    coordinates
        Shape (n_tracks, n_coordinates).
    confidence
        Shape (n_tracks,).
    new
        Shape (n_tracks,): the tracks that the model was not fitted to.
    """
    reasons = []
    placed = np.isfinite(coordinates).all(axis=1)
    n_new = int(new.sum())
    if n_new > _MOST_NEW * len(new):
        reasons.append(
            f"{n_new} of {len(new)} tracks ({percent(n_new / len(new))}) came after training"
        )
    old_rows, new_rows = np.flatnonzero(placed & ~new), np.flatnonzero(placed & new)
    if len(new_rows) < _LEAST or len(old_rows) < _LEAST:
        return reasons
    of_new = f"of the {len(new_rows)} tracks that came since training"
    if len(new_rows) < n_new:
        of_new += " and have a place"
    usual = nearest_neighbours(coordinates[old_rows], 1, scaled=False).distances[:, 0]
    limit = float(np.quantile(usual, _FAR))
    to_old = [
        float(np.sqrt(((coordinates[old_rows] - coordinates[row]) ** 2).sum(axis=1)).min())
        for row in new_rows
    ]
    far = float(np.mean(np.array(to_old) > limit))
    if far > _MOST_FAR:
        reasons.append(
            f"{percent(far)} {of_new} are unlike any that the model knows (about "
            f"{100 * (1 - _FAR):.0f} % are expected)"
        )
    lowest = float(np.quantile(confidence[old_rows], 0.1))
    unsure = float(np.mean(confidence[new_rows] < lowest))
    if unsure > 0.1 + _MOST_FAR:
        reasons.append(
            f"{percent(unsure)} {of_new} are less sure of their cluster than nine in ten of the "
            "others"
        )
    return reasons
