"""Beyond a limit neighbours are approximate, and what is derived from them is as ever."""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from songatlas.neighbours.nearest import nearest_neighbours, plain_and_scaled
from songatlas.types import FloatArray, IntArray

FEW = 10  # tracks that are searched exactly


def beyond_few(search: Callable[..., Any], *arguments: object, **options: object) -> Any:
    """What `search` gives where more tracks than a few are approximate."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("songatlas.neighbours.nearest.MAX_EXACT", FEW)
        return search(*arguments, **options)


def planted(n: int) -> FloatArray:
    """Groups as a run has them: of unit length, and a track without a place."""
    rng = np.random.default_rng(0)
    X = 4 * np.eye(6, 16)[np.arange(n) % 6] + rng.normal(size=(n, 16))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    X[n // 2] = np.nan
    return X.astype(np.float32)


class AllPairs:
    """Stands in for the library: a graph that misses nothing but lacks a last neighbour here."""

    def __init__(self, points: FloatArray, *, n_neighbors: int, **_: object) -> None:
        # a track is not always the first of its own list, where others are at the same place
        far = ((points[:, None] - points) ** 2).sum(axis=2)
        found = np.argsort(far, axis=1, kind="stable")[:, :n_neighbors].astype(np.int32)
        found[7, -1] = -1
        self.neighbor_graph = found, None


@pytest.fixture
def all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType("pynndescent")
    library.NNDescent = AllPairs  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pynndescent", library)


def recall(found: IntArray, exact: IntArray) -> float:
    shares = [np.isin(a, b).mean() for a, b in zip(found, exact, strict=True) if b[0] >= 0]
    return float(np.mean(shares))


@pytest.mark.usefixtures("all_pairs")
def test_the_nearest_without_hubs_are_among_those_that_are_searched() -> None:
    X = np.random.default_rng(0).normal(size=(800, 32))  # 0.9988; 0.9956 among 45 of them
    scaled, exact = beyond_few(nearest_neighbours, X, 10), nearest_neighbours(X, 10)
    assert recall(scaled.indices, exact.indices) > 0.998


@pytest.mark.usefixtures("all_pairs")
def test_from_a_graph_without_gaps_they_are_those_of_all_pairs() -> None:
    X = planted(200)
    X[3:6] = X[0]  # copies
    plain = beyond_few(nearest_neighbours, X, 10, scaled=False)
    exact = nearest_neighbours(X, 10, scaled=False)
    assert recall(plain.indices, exact.indices) > 0.99  # of equals any
    np.testing.assert_allclose(plain.distances, exact.distances, atol=1e-7)
    scaled, exact = beyond_few(nearest_neighbours, X, 10), nearest_neighbours(X, 10)
    assert recall(scaled.indices, exact.indices) > 0.99  # chosen among the 60 nearest
    nearest = scaled.indices[:, 0] == exact.indices[:, 0]
    np.testing.assert_allclose(
        scaled.distances[nearest, 0], exact.distances[nearest, 0], rtol=1e-6, atol=1e-6
    )
    both = beyond_few(plain_and_scaled, X, 10, 10)
    for one, other in zip(both, (plain, scaled), strict=True):
        np.testing.assert_array_equal(one.indices, other.indices)


@pytest.mark.usefixtures("all_pairs")
def test_what_is_not_found_is_none() -> None:
    X = planted(41)  # so few that all others are neighbours; row 20 has no place
    found = beyond_few(nearest_neighbours, X, 39)
    assert (found.indices[7, -1], found.distances[7, -1]) == (-1, np.inf)
    assert (found.indices[np.delete(np.arange(41), [7, 20])] >= 0).all()
    assert (found.indices[20] == -1).all()
    assert not (found.indices == np.arange(41)[:, None]).any()


@pytest.mark.parametrize("scaled", [False, True])
def test_a_few_rows_are_exact_at_any_size(scaled: bool) -> None:
    X, rows = planted(900), np.array([450, 3, 77])  # nothing stands in: the library is not asked
    found = beyond_few(nearest_neighbours, X, 10, scaled=scaled, rows=rows)
    exact = nearest_neighbours(X, 10, scaled=scaled)
    np.testing.assert_array_equal(found.indices, exact.indices[rows])
    np.testing.assert_allclose(found.distances, exact.distances[rows], rtol=1e-9)


def test_both_kinds_found_together_are_those_found_apart() -> None:
    for n, k in ((400, 30), (100, 10)):  # more than enough for the scale, and fewer
        X = np.round(planted(n), 1)  # many at equal distances
        both = plain_and_scaled(X, k, 5)
        apart = nearest_neighbours(X, k, scaled=False), nearest_neighbours(X, 5)
        for one, other in zip(both, apart, strict=True):
            assert one.indices.tobytes() == other.indices.tobytes()
            assert one.distances.tobytes() == other.distances.tobytes()


@pytest.mark.battery
def test_nearly_all_neighbours_are_found_and_the_same_ones_again() -> None:
    """The library itself, which compiles for most of a minute."""
    X = planted(3000)
    found = beyond_few(plain_and_scaled, X, 30, 10)
    exact = plain_and_scaled(X, 30, 10)
    for one, other in zip(found, exact, strict=True):
        assert recall(one.indices, other.indices) >= 0.97
    again = beyond_few(plain_and_scaled, X, 30, 10)
    for one, other in zip(found, again, strict=True):
        assert one.indices.tobytes() == other.indices.tobytes()
        assert one.distances.tobytes() == other.distances.tobytes()
