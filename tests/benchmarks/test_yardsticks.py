"""The yardsticks of the benchmark, in closed form."""

import numpy as np
import pytest
from batteries.partitions import Planted, spoilt

from benchmarks.quality.neighbours import (
    balanced,
    halves_agree,
    hits,
    neighbour_accuracy,
)
from benchmarks.quality.scores import (
    Difference,
    difference,
    external,
    resampled_accuracy,
    resampled_ami,
)
from songatlas.evaluation.retrieval import foreign_neighbours


def compared(truth: Planted, ours: list[Planted], theirs: list[Planted], artists: Planted):
    both = [[external(truth, x)["AMI"] for x in some] for some in (ours, theirs)]
    drawn = [[resampled_ami(truth, x, artists) for x in some] for some in (ours, theirs)]
    return difference(list(zip(*both, strict=True)), list(zip(*drawn, strict=True)))


def test_a_better_partition_is_above_and_the_other_way_round_below(truth, artists):
    good = [spoilt(truth, 0.1, seed) for seed in range(3)]
    bad = [spoilt(truth, 0.8, seed) for seed in range(3)]
    result = compared(truth, good, bad, artists)
    assert result.verdict == "above"
    means = [np.mean([external(truth, x)["AMI"] for x in some]) for some in (good, bad)]
    assert result.value == pytest.approx(means[0] - means[1])
    swapped = compared(truth, bad, good, artists)
    assert swapped.verdict == "below"
    np.testing.assert_allclose(swapped, (-result.value, -result.high, -result.low), atol=1e-12)


def test_the_same_partition_is_level_without_width(truth, artists):
    labels = [spoilt(truth, 0.3, seed) for seed in range(3)]
    relabelled = [(x + 1) % 3 for x in labels]
    result = compared(truth, labels, relabelled, artists)
    np.testing.assert_allclose(result, 0, atol=1e-12)
    assert result.verdict == "level"


def test_an_interval_about_zero_is_level():
    assert Difference(0.1, -0.01, 0.2).verdict == "level"


def hit_difference(ours, theirs, truth, artists, **even):
    value = (
        (balanced(ours, truth), balanced(theirs, truth)) if even else (ours.mean(), theirs.mean())
    )
    drawn = [resampled_accuracy(x, truth, artists, **even) for x in (ours, theirs)]
    return difference([value], [(drawn[0], drawn[1])])


@pytest.mark.parametrize("even", [{}, {"balanced": True}])
def test_equal_accuracy_is_level_and_a_planted_difference_is_not(truth, artists, even):
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 120)) < 0.6
    same = hit_difference(a, a, truth, artists, **even)
    assert same.low <= 0 <= same.high
    assert same.high - same.low < 1e-12
    alike = hit_difference(a, b, truth, artists, **even)
    assert alike.low < 0 < alike.high
    planted = hit_difference(a | (rng.random(120) < 0.5), a, truth, artists, **even)
    assert planted.low > 0


def test_the_interval_of_an_accuracy_is_as_wide_as_artists_make_it():
    """100 artists of 5 tracks each, all hits or none: σ = ½ / √100, not ½ / √500."""
    artists = np.repeat(np.arange(100), 5)
    hit = np.repeat(np.arange(100) % 2 == 0, 5)
    drawn = resampled_accuracy(hit, np.zeros(500, int), artists)
    assert drawn.mean() == pytest.approx(0.5, abs=0.01)
    assert drawn.std() == pytest.approx(0.05, rel=0.1)


def test_neighbours_by_the_same_artist_do_not_count(truth, artists):
    """Every artist has a place of its own that says nothing of the class."""
    X = np.random.default_rng(0).normal(size=(30, 5))[artists]
    assert hits(X, truth, np.arange(120), 3).all()  # as if each were by somebody else
    assert neighbour_accuracy(X, truth, artists) < 0.6
    near = foreign_neighbours(X, artists)
    assert (artists[near] != artists[:, None]).all()


def test_tracks_without_a_known_artist_are_neighbours_of_each_other():
    X = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0]])
    assert foreign_neighbours(X, np.full(3, -1), 1).ravel().tolist() == [1, 0, 1]
    assert foreign_neighbours(X, np.array([0, 0, 1]), 1).ravel().tolist() == [2, 2, 1]


def test_a_track_without_a_place_is_no_neighbour_and_no_hit():
    X = np.array([[1.0, 0.0], [np.nan, 1.0], [1.0, 0.2]])
    labels, alone = np.zeros(3, int), np.arange(3)
    assert foreign_neighbours(X, alone, 2).tolist() == [[2, -1], [-1, -1], [0, -1]]
    assert hits(X, labels, alone, 2).tolist() == [True, False, True]


def test_the_unlabelled_are_no_neighbours_and_ties_go_to_the_nearest():
    angle = np.radians([0, 1, 2, 3, 50])
    X = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    labels = np.array([0, -1, 0, 1, 1])
    # all but the third see one of each class: a tie that the nearest decides
    assert hits(X, labels, np.arange(5), 2).tolist() == [True, False, False, True]


def test_balanced_accuracy_counts_every_class_the_same():
    labels = np.array([0] * 90 + [1] * 10)
    all_of_the_first = labels == 0
    assert all_of_the_first.mean() == 0.9
    assert balanced(all_of_the_first, labels) == 0.5
    drawn = resampled_accuracy(all_of_the_first, labels, np.arange(100), balanced=True)
    np.testing.assert_allclose(drawn, 0.5)


def test_halves_that_are_the_same_agree_and_unrelated_ones_do_not():
    rng = np.random.default_rng(0)
    X, groups = rng.normal(size=(60, 8)), np.arange(60)
    assert halves_agree(X, 2 * X, groups) == (1.0, 1.0)  # by cosine, length says nothing
    unrelated = halves_agree(X, rng.normal(size=(60, 8)), groups)
    assert unrelated.own < 0.1
    assert unrelated.overlap == pytest.approx(9 / 59, abs=0.05)
    assert halves_agree(X[:0], X[:0], groups[:0]) is None
