"""The linear model in closed form, on planted Gaussian tracks."""

import numpy as np
import pytest

from songatlas.models.linear_plda import informed_means, linear_plda
from songatlas.types import FeatureSet, FloatArray, Observations


def observed(values: FloatArray) -> Observations:
    return Observations(values=values, mask=np.ones(values.shape[:2], bool))


def planted(
    deviations: list[float], *, n: int, n_tracks: int = 20_000, seed: int = 0
) -> FloatArray:
    """Windows, (n_tracks, n, n_features), of tracks that differ so much, with unit noise."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(n_tracks, 1, len(deviations))) * deviations
    return centres + rng.normal(size=(n_tracks, n, len(deviations)))


def test_axes_have_their_variance_times_their_information() -> None:
    s, n = np.array([3.0, 1.0, 0.5]), 5
    rotation, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))
    X = informed_means(observed(planted(list(s), n=n) @ rotation))
    expected = (s**2 + 1 / n) * 0.5 * np.log(1 + s**2 * n)
    assert X.var(axis=0) == pytest.approx(expected, rel=0.05)
    assert np.corrcoef(X.T) == pytest.approx(np.eye(3), abs=1e-6)


def test_an_axis_on_which_tracks_do_not_differ_vanishes() -> None:
    X = informed_means(observed(planted([2.0, 0.0, 0.0], n=4)))
    assert X[:, 0].var() > 5
    assert X[:, 1:].var(axis=0).max() < 1e-2
    windows = planted([2.0, 0.0], n=4, n_tracks=50)
    windows[..., 1] -= windows[..., 1].mean(axis=1, keepdims=True)  # every track has the same mean
    assert not informed_means(observed(windows))[:, 1].any()


def test_more_windows_tell_more() -> None:
    few, many = (informed_means(observed(planted([1.0, 1.0], n=n))).var() for n in (2, 20))
    assert many == pytest.approx(1.05 * 0.5 * np.log(21), rel=0.05)
    assert few == pytest.approx(1.5 * 0.5 * np.log(3), rel=0.05)


def test_order_of_windows_hidden_windows_and_rotations_change_no_distance() -> None:
    values = planted([2.0, 1.0, 0.3], n=6, n_tracks=40)
    mask = np.ones((40, 6), bool)
    mask[::3, 4:] = False
    X = informed_means(Observations(values=values, mask=mask))
    rotation, _ = np.linalg.qr(np.random.default_rng(2).normal(size=(3, 3)))
    other = np.where(mask[..., None], values, 1e6)[:, ::-1] @ rotation
    Y = informed_means(Observations(values=other, mask=mask[:, ::-1]))
    assert pytest.approx(X @ X.T, abs=1e-8) == Y @ Y.T


def test_modalities_count_alike_and_absent_ones_are_zero() -> None:
    windows = planted([2.0, 1.0], n=4, n_tracks=200)
    words = np.random.default_rng(3).normal(size=(200, 1, 5)) * 100
    mask = np.ones((200, 1), bool)
    mask[:50] = False
    features = FeatureSet(
        track_ids=tuple(map(str, range(200))),
        modalities={"audio": observed(windows), "text": Observations(values=words, mask=mask)},
    )
    X = linear_plda(features)
    assert np.linalg.norm(X, axis=1) == pytest.approx(np.ones(200))
    assert not X[:50, 2:].any()
    # Before they are brought to unit length the blocks have the same mean square; on tracks with
    # both the shares of the two are then alike on average.
    shares = (X[50:, :2] ** 2).sum(axis=1), (X[50:, 2:] ** 2).sum(axis=1)
    assert np.median(shares[0] / shares[1]) == pytest.approx(1.0, abs=0.5)
    centred = words[50:, 0] - words[50:, 0].mean(axis=0)
    directions = X[50:, 2:] / np.linalg.norm(X[50:, 2:], axis=1, keepdims=True)
    assert directions == pytest.approx(centred / np.linalg.norm(centred, axis=1, keepdims=True))


def test_a_track_of_nothing_and_tracks_that_are_all_the_same_are_at_zero() -> None:
    nobody = Observations(values=np.ones((3, 2, 4)), mask=np.zeros((3, 2), bool))
    same = observed(np.ones((3, 2, 4)))
    for observations in (nobody, same):
        features = FeatureSet(track_ids=("a", "b", "c"), modalities={"audio": observations})
        assert linear_plda(features).tolist() == np.zeros((3, 4)).tolist()
