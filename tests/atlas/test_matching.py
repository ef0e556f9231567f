"""Clusters matched by the tracks that they share."""

import itertools

import numpy as np
import pytest

from songatlas.atlas.matching import match_clusters, overlaps, renumber


def test_numbers_that_were_swapped_are_found():
    before = np.array([0, 0, 0, 1, 1, 2, -1])
    assert match_clusters(before, (before + 1) % 3 * (before >= 0) - (before < 0)) == {
        0: 2, 1: 0, 2: 1,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_no_other_matching_shares_more(seed):
    rng = np.random.default_rng(seed)
    before, after = rng.integers(-1, 4, 60), rng.integers(-1, 3, 60)
    shared = overlaps(before, after)
    assert shared.sum() == ((before >= 0) & (after >= 0)).sum()
    found = sum(shared[old, new] for new, old in match_clusters(before, after).items())
    best = max(
        sum(shared[old, new] for new, old in enumerate(order))
        for order in itertools.permutations(range(4), 3)
    )
    assert found == best


def test_numbers_stay_without_gaps():
    before, after = np.array([0, 1, 2, 3, 3]), np.array([1, 1, 1, 0, 0])
    found = renumber(after, match_clusters(before, after))
    assert sorted(set(found.tolist())) == [0, 1]
    assert renumber(np.array([0, 1, -1]), {0: 1, 1: 0}).tolist() == [1, 0, -1]


def test_a_cluster_that_shares_nothing_is_nobodys():
    assert match_clusters(np.array([0, 0, -1]), np.array([0, 0, 1])) == {0: 0}
