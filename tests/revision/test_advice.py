"""The sentences by which an update advises to train again, against planted newcomers."""

import numpy as np

from songatlas.revision.advice import advise_refit


def test_shares_are_of_the_tracks_that_they_were_taken_over():
    """Of ten new tracks four have no place: nothing is known of how far these are."""
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(90, 3)), rng.normal(size=(6, 3)) + 40, np.full((4, 3), np.nan)])
    new, confidence = np.arange(100) >= 90, np.full(100, 0.9)
    confidence[90:93], confidence[96:] = 0.1, 0.0
    assert advise_refit(X, confidence, new) == [
        "100 % of the 6 tracks that came since training and have a place are unlike any that the "
        "model knows (about 5 % are expected)",
        "50 % of the 6 tracks that came since training and have a place are less sure of their "
        "cluster than nine in ten of the others",
    ]
    assert advise_refit(X[:96], confidence[:96], new[:96])[0].startswith(
        "100 % of the 6 tracks that came since training are unlike"
    )
