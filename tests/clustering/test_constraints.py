"""Constraints are met exactly, at the least cost, or refused."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.clustering.constraints import ContradictionError, constrain

LINE = np.array([[0.0], [1.0], [9.0], [10.0], [20.0], [21.0]])
LABELS = np.array([0, 0, 1, 1, 2, 2])


def test_without_constraints_nothing_moves():
    np.testing.assert_array_equal(constrain(LABELS, LINE, [], []), LABELS)


def test_chains_move_as_one():
    found = constrain(LABELS, LINE, [(0, 1), (1, 2)], [])
    assert found.tolist() == [0, 0, 0, 1, 2, 2]  # 0, 1 and 9 are nearer to 0.5 than to 9.5


def test_the_cheaper_one_leaves():
    assert constrain(LABELS, LINE, [], [(2, 3)]).tolist() in (
        [0, 0, 0, 1, 2, 2],
        [0, 0, 1, 2, 2, 2],
    )
    three = constrain(LABELS, LINE, [], [(2, 3), (3, 4)])
    assert three[2] != three[3] != three[4]


@pytest.mark.parametrize(
    ("together", "apart", "pair"),
    [
        ([(0, 1)], [(0, 1)], {0, 1}),
        ([(0, 1), (1, 2)], [(2, 0)], {0, 2}),
        ([], [*itertools.combinations(range(4), 2)], None),  # four apart in three clusters
    ],
)
def test_contradictions_name_two_tracks(together, apart, pair):
    with pytest.raises(ContradictionError) as caught:
        constrain(LABELS, LINE, together, apart)
    assert pair is None or set(caught.value.pair) == pair


def test_tracks_without_a_cluster_are_left_out():
    labels = np.array([0, 0, 1, -1])
    assert constrain(labels, LINE[:4], [(0, 3)], [(2, 3)]).tolist() == [0, 0, 1, -1]


pairs = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda p: p[0] != p[1]),
                 max_size=5)  # fmt: skip


@given(pairs, pairs, st.integers(0, 5))
def test_what_is_found_meets_them_and_nobody_else_moves(together, apart, seed):
    rng = np.random.default_rng(seed)
    X, labels = rng.normal(size=(12, 2)), np.arange(12) % 3
    try:
        found = constrain(labels, X, together, apart)
    except ContradictionError:
        return
    assert all(found[a] == found[b] for a, b in together)
    assert all(found[a] != found[b] for a, b in apart)
    free = [row for row in range(12) if row not in {r for p in (*together, *apart) for r in p}]
    np.testing.assert_array_equal(found[free], labels[free])
