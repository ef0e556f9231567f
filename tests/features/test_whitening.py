"""Windows in units of what varies within a track."""

import numpy as np
import pytest
from sklearn.covariance import ledoit_wolf
from threadpoolctl import threadpool_limits

from songatlas.features.audio.windows import WindowInput
from songatlas.features.whitening import Whitening, shrunk_covariance


@pytest.mark.parametrize("shape", [(500, 5), (40, 60), (3, 4)])
def test_shrunk_covariance_equals_scikit_learn(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=shape) @ np.diag(np.linspace(0.1, 3, shape[1]))
    expected, _ = ledoit_wolf(X, assume_centered=True)
    np.testing.assert_allclose(shrunk_covariance(X), expected, rtol=1e-10, atol=1e-12)


def _tracks(rng: np.random.Generator) -> list[np.ndarray]:
    """A loud direction that varies within tracks, a quiet one that tells tracks apart."""
    return [
        np.column_stack([rng.normal(scale=30, size=n), side + rng.normal(scale=0.1, size=n)])
        for n, side in [(12, i % 2) for i in range(80)]
    ]


def test_variation_within_tracks_has_unit_covariance_and_the_rest_stands_out() -> None:
    tracks = _tracks(np.random.default_rng(1))
    fitted = WindowInput.fit(tracks)
    observed = fitted.transform(tracks)
    within = (observed.values - observed.values.mean(axis=1, keepdims=True)).reshape(-1, 2)
    np.testing.assert_allclose(np.cov(within.T) * 12 / 11, np.eye(2), atol=0.15)
    means = observed.values.mean(axis=1)
    assert np.ptp(means[:, 1]) > 3 * np.ptp(means[:, 0])


def test_state_and_restoring_round_trip() -> None:
    tracks = _tracks(np.random.default_rng(2))
    fitted = WindowInput.fit(tracks)
    again = WindowInput.from_state(fitted.state())
    np.testing.assert_array_equal(fitted.transform(tracks).values, again.transform(tracks).values)
    restored = fitted.restore(fitted.transform(tracks).values[0])
    np.testing.assert_allclose(restored, (tracks[0] - fitted.offset) / fitted.scale, atol=1e-3)


def test_single_windows_are_standardised_and_shorter_tracks_masked() -> None:
    rng = np.random.default_rng(3)
    alone = [rng.normal(size=(1, 3)) for _ in range(20)]
    values = WindowInput.fit(alone).transform(alone).values[:, 0]
    np.testing.assert_allclose(values.std(axis=0), 1, atol=1e-6)
    mixed = [rng.normal(size=(n, 3)) for n in (2, 5)]
    mask = WindowInput.fit(mixed).transform(mixed).mask
    assert mask.sum(axis=1).tolist() == [2, 5]


def test_observations_that_never_vary_within_a_track_do_not_explode() -> None:
    rng = np.random.default_rng(0)
    tracks = [np.repeat(rng.normal(size=(1, 3)), 4, axis=0) for _ in range(40)]  # the same verse
    whitening = Whitening.fit(tracks)
    assert np.abs(whitening.transform(tracks).values).max() < 100
    partly = [x + [0, 0, 0.5] * rng.normal(size=x.shape) for x in tracks]
    values = Whitening.fit(partly).transform(partly).values
    assert np.abs(values).max() < 100
    assert values[:, :, 2].var(axis=1, ddof=1).mean() == pytest.approx(1, rel=0.2)


def test_the_limit_leaves_ordinary_variation_alone() -> None:
    rng = np.random.default_rng(0)
    tracks = [5 * rng.normal(size=4) + rng.normal(size=(10, 4)) for _ in range(200)]
    values = Whitening.fit(tracks).transform(tracks).values
    np.testing.assert_allclose(values.var(axis=1, ddof=1).mean(axis=0), 1, rtol=0.1)


def test_a_power_is_that_of_the_deviation_within_tracks() -> None:
    rng = np.random.default_rng(0)
    within = np.array([2.0, 1.0, 0.5])
    tracks = [rng.normal(size=3) * 2 + rng.normal(size=(20, 3)) * within for _ in range(400)]
    plain = np.concatenate(tracks).std(axis=0)
    for power in (0.0, 0.5, 1.0):
        values = Whitening.fit(tracks, power).transform(tracks).values
        spread = np.sqrt(values.var(axis=1, ddof=1).mean(axis=0))
        np.testing.assert_allclose(spread, (within / plain) ** (1 - power), rtol=0.1)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_in_blocks_as_in_one_piece(monkeypatch: pytest.MonkeyPatch, power: float) -> None:
    rng = np.random.default_rng(5)
    tracks = [
        (rng.normal(size=3) + rng.normal(size=(int(n), 3)) * [1, 3, 0.1] + 100).astype(np.float32)
        for n in rng.integers(0, 7, 80)
    ]
    whole = Whitening.fit(tracks, power)
    expected = whole.transform(tracks)
    monkeypatch.setattr("songatlas.features.whitening.IN_MEMORY", 20)
    monkeypatch.setattr("songatlas.features.whitening.BLOCK", 11)
    blocked = Whitening.fit(tracks, power)
    for name, array in whole.state().items():
        np.testing.assert_allclose(blocked.state()[name], array, rtol=1e-6, atol=1e-9)
    found = blocked.transform(tracks)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-4, atol=1e-4)
    assert np.array_equal(found.mask, expected.mask)


def test_same_bits_with_more_threads() -> None:
    rng = np.random.default_rng(5)
    tracks = list(rng.normal(size=(60, 9, 293)) + rng.normal(size=(60, 1, 293)))
    found = []
    for n_threads in (1, 3):
        with threadpool_limits(n_threads):
            fitted = Whitening.fit(tracks)
            found.append([*fitted.state().values(), fitted.transform(tracks).values])
    for one, other in zip(*found, strict=True):
        assert one.tobytes() == other.tobytes()
