import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.cluster import contingency_matrix, mutual_info_score
from sklearn.metrics.cluster._expected_mutual_info_fast import (
    expected_mutual_information as of_scikit_learn,
)

from songatlas.evaluation.expected_information import expected_mutual_information


def ours(true, labels):
    return float(expected_mutual_information(np.bincount(labels), np.bincount(true)))


def test_average_over_all_permutations():
    true, labels = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 2])
    every = [mutual_info_score(order, labels) for order in itertools.permutations(true.tolist())]
    assert ours(true, labels) == pytest.approx(np.mean(every), abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 3000), st.integers(2, 15), st.integers(2, 15))
def test_agrees_with_scikit_learn(seed, n_tracks, n_clusters, n_classes):
    rng = np.random.default_rng(seed)
    true = rng.choice(n_classes, size=n_tracks, p=rng.dirichlet(np.full(n_classes, 0.5)))
    labels = rng.choice(n_clusters, size=n_tracks, p=rng.dirichlet(np.full(n_clusters, 0.5)))
    table = contingency_matrix(true, labels, sparse=True, dtype=np.int64)
    expected = of_scikit_learn(table, n_tracks)
    assert ours(true, labels) == pytest.approx(expected, rel=1e-8, abs=1e-12)


def test_tails_left_out_on_many_tracks_do_not_matter():
    rng = np.random.default_rng(0)
    true, labels = rng.integers(6, size=100_000), rng.integers(5, size=100_000)
    labels[:20] = 5  # a small cluster, whose overlaps are Poisson rather than normal
    table = contingency_matrix(true, labels, sparse=True, dtype=np.int64)
    assert ours(true, labels) == pytest.approx(of_scikit_learn(table, 100_000), rel=1e-7)


def test_millions_of_tracks_reach_the_limit_of_large_samples():
    n_tracks = 3_000_000
    expected = expected_mutual_information(
        np.array([1_000_000, 2_000_000]), np.array([1_500_000, 1_000_000, 500_000])
    )
    assert float(expected) == pytest.approx((2 - 1) * (3 - 1) / (2 * n_tracks), rel=1e-3)


def test_a_stack_with_unequal_totals_and_empty_groups():
    clusters = np.array([[3, 2, 0], [1, 1, 8], [5, 0, 0]])
    classes = np.array([[1, 4], [5, 5], [0, 5]])
    stacked = expected_mutual_information(clusters, classes)
    alone = [
        float(expected_mutual_information(a[a > 0], b[b > 0]))
        for a, b in zip(clusters, classes, strict=True)
    ]
    np.testing.assert_allclose(stacked, alone, atol=1e-14)
    assert stacked[2] == 0
