"""The benchmark's own arithmetic: differences with their intervals, and the tables."""

import numpy as np
import numpy.typing as npt
import pytest

from benchmarks.quality import page
from benchmarks.quality.scores import Difference, difference, external, neighbour_accuracy

Labels = npt.NDArray[np.int64]


@pytest.fixture
def truth() -> Labels:
    return np.repeat(np.arange(3), 40)


@pytest.fixture
def artists() -> Labels:
    return np.repeat(np.arange(30), 4)


def spoilt(truth: Labels, share: float, seed: int) -> Labels:
    rng = np.random.default_rng(seed)
    labels = truth.copy()
    wrong = rng.random(len(labels)) < share
    labels[wrong] = rng.integers(3, size=wrong.sum())
    return labels


def test_a_better_partition_is_above_and_the_other_way_round_below(truth, artists):
    good = [spoilt(truth, 0.1, seed) for seed in range(3)]
    bad = [spoilt(truth, 0.8, seed) for seed in range(3)]
    result = difference(truth, good, bad, artists)
    assert result.verdict == "above"
    means = [np.mean([external(truth, x)["AMI"] for x in some]) for some in (good, bad)]
    assert result.value == pytest.approx(means[0] - means[1])
    swapped = difference(truth, bad, good, artists)
    assert swapped.verdict == "below"
    np.testing.assert_allclose(swapped, (-result.value, -result.high, -result.low), atol=1e-12)


def test_the_same_partition_is_a_tie_without_width(truth, artists):
    labels = [spoilt(truth, 0.3, seed) for seed in range(3)]
    relabelled = [(x + 1) % 3 for x in labels]
    np.testing.assert_allclose(difference(truth, labels, relabelled, artists), 0, atol=1e-12)
    assert difference(truth, labels, relabelled, artists).verdict == "tie"


def test_an_interval_about_zero_is_a_tie():
    assert Difference(0.1, -0.01, 0.2).verdict == "tie"


def test_neighbours_by_the_same_artist_do_not_count(truth, artists):
    """Every artist has a place of its own that says nothing of the class."""
    X = np.random.default_rng(0).normal(size=(30, 5))[artists]
    assert neighbour_accuracy(X, truth, artists) < 0.6
    assert neighbour_accuracy(truth[:, None] * np.ones((1, 5)), truth, artists) == 1.0


def test_the_table_has_mean_and_deviation_over_seeds():
    rows = [
        {"target": "genre", "at": "chosen", "k": k, "method": "PCA + K-Means", "seed": seed}
        | dict.fromkeys(page.METRICS, value)
        for seed, (k, value) in enumerate([(2, 0.1), (3, 0.3)])
    ]
    cell = "0.200 ± 0.141"
    assert page.score_table(rows).splitlines()[2] == (
        f"| genre | 2, 3 (chosen) | PCA + K-Means | {' | '.join([cell] * 4)} | 2 |"
    )
