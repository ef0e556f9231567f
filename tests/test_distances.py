import numpy as np
import pytest
import sklearn.metrics as oracle
from hypothesis import given
from hypothesis import strategies as st

from songatlas import distances
from songatlas.distances import (
    blocks,
    nearest_centre,
    nearest_first,
    path_steps,
    smallest,
    squared_distance_blocks,
    squared_distances,
)


@pytest.fixture
def points():
    return np.random.default_rng(3).normal(size=(70, 4))


def whole(X, Y, **options):
    """What the blocks are parts of."""
    found = np.full((len(X), len(Y)), np.nan)
    for part, block in squared_distance_blocks(X, Y, **options):
        found[part] = block
    return found


@pytest.mark.parametrize("entries", [1, 1000, 4_000_000])
def test_blocks_of_distances_are_those_of_scikit_learn_whatever_their_size(
    entries, points, monkeypatch
):
    monkeypatch.setattr(distances, "BLOCK_ENTRIES", entries)
    expected = oracle.euclidean_distances(points[:30], points, squared=True)
    np.testing.assert_allclose(whole(points[:30], points), expected, atol=1e-13)
    np.testing.assert_allclose(squared_distances(points[:30], points), expected, atol=1e-13)


def test_rounding_makes_no_distance_greater_than_it_is():
    X = 1000 + np.random.default_rng(0).normal(size=(200, 3))
    exact = squared_distances(X, X)
    assert (whole(X, X) > exact).any()
    eps = float(np.finfo(np.float64).eps)
    assert (whole(X, X, rounding=16 * eps) <= exact).all()
    np.testing.assert_allclose(whole(X, X, rounding=16 * eps), exact, atol=1e-7)


def test_a_distance_from_differences_does_not_depend_on_what_else_is_asked(points):
    alone = [float(squared_distances(points[i : i + 1], points[:1])[0, 0]) for i in range(70)]
    assert squared_distances(points, points[[5, 0]])[:, 1].tolist() == alone


def test_of_centres_that_are_as_near_the_first_is_taken():
    X = np.array([[0.0, 0.0], [1.0, 1.0], [0.1, 0.0]])
    assert nearest_centre(X, np.array([[-1.0, 0.0], [1.0, 0.0], [1.0, 1.0]])).tolist() == [0, 2, 1]


def test_nearest_first_keeps_the_order_of_equals(points):
    X = np.array([[1.0], [-1.0], [0.5], [-5.0]])
    assert nearest_first(X, np.array([1, 0, 2]), np.zeros(1)).tolist() == [2, 1, 0]
    assert nearest_first(X, np.array([], dtype=int)).tolist() == []
    rows = np.arange(10, 50)
    distance = np.linalg.norm(points[rows] - points[rows].mean(axis=0), axis=1)
    assert nearest_first(points, rows).tolist() == rows[np.argsort(distance)].tolist()


def test_steps_add_up_along_a_line():
    assert path_steps(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]])).tolist() == [5.0, 5.0]


@given(st.integers(0, 50), st.integers(-1, 60))
def test_blocks_take_every_row_once_and_in_order(n_rows, at_once):
    parts = list(blocks(n_rows, at_once))
    assert [i for part in parts for i in range(part.start, part.stop)] == list(range(n_rows))
    assert all(part.stop - part.start == max(1, at_once) for part in parts[:-1])
    assert all(0 < part.stop - part.start <= max(1, at_once) for part in parts)


def test_smallest_is_the_beginning_of_a_stable_sort(points):
    block = np.round(points, 1)
    for k in (1, 3, 4):
        columns, values = smallest(block, k)
        np.testing.assert_array_equal(values, np.sort(block, axis=1)[:, :k])
        np.testing.assert_array_equal(columns, np.argsort(block, axis=1, kind="stable")[:, :k])
    np.testing.assert_array_equal(smallest(block, 4)[0], np.argsort(block, axis=1, kind="stable"))


@pytest.mark.parametrize("n_values", [1, 3, 40, 10**6])
@pytest.mark.parametrize("k", [1, 7, 30, 300, 2999])
def test_of_equals_the_first_are_the_smallest_however_many_there_are(n_values, k):
    block = np.random.default_rng(k).integers(0, n_values, (9, 3000)).astype(float)
    block[3, 5:] = np.inf
    block[4] = np.inf
    columns, values = smallest(block, k)
    np.testing.assert_array_equal(columns, np.argsort(block, axis=1, kind="stable")[:, :k])
    np.testing.assert_array_equal(values, np.sort(block, axis=1)[:, :k])


def test_what_is_not_among_the_smallest_is_not_sorted(monkeypatch):
    block = np.random.default_rng(0).normal(size=(20, 5000)) ** 2
    sorted_entries = []

    def counting(true):
        def call(what, *arguments, **options):
            sorted_entries.append(np.asarray(what).size)
            return true(what, *arguments, **options)

        return call

    for name in ("partition", "argpartition", "argsort", "sort", "lexsort"):
        monkeypatch.setattr(np, name, counting(getattr(np, name)))
    smallest(block, 30)
    assert 0 < sum(sorted_entries) < block.size / 8
