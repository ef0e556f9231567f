"""Neighbours, hubs, journeys and orders where the answer is known."""

import itertools

import numpy as np
import pytest
from scipy.stats import skew

from songatlas.neighbours import nearest as module
from songatlas.neighbours.faithfulness import map_faithfulness
from songatlas.neighbours.journey import find_journey
from songatlas.neighbours.nearest import nearest_neighbours
from songatlas.neighbours.order import order_to_flow


@pytest.fixture
def points():
    return np.random.default_rng(0).normal(size=(300, 20)).astype(np.float32)


@pytest.mark.parametrize("scaled", [False, True])
def test_neighbours_are_those_of_all_pairs(points, scaled):
    X = points.astype(np.float64)
    distance = np.sqrt(((X[:, None] - X) ** 2).sum(axis=2))
    np.fill_diagonal(distance, np.inf)
    if scaled:
        scale = np.sort(distance, axis=1)[:, : module.N_LOCAL].mean(axis=1)
        distance = distance / np.sqrt(scale[:, None] * scale)
    found = nearest_neighbours(points, 7, scaled=scaled)
    np.testing.assert_array_equal(found.indices, np.argsort(distance, axis=1)[:, :7])
    np.testing.assert_allclose(found.distances, np.sort(distance, axis=1)[:, :7], rtol=1e-9)


def test_blocks_and_chosen_rows_change_nothing(points, monkeypatch):
    whole = nearest_neighbours(points, 5)
    some = nearest_neighbours(points, 5, rows=np.array([7, 3]))
    np.testing.assert_array_equal(some.indices, whole.indices[[7, 3]])
    monkeypatch.setattr("songatlas.distances.BLOCK_ENTRIES", 900)
    np.testing.assert_array_equal(nearest_neighbours(points, 5).indices, whole.indices)


def test_one_track_beside_a_crowd_has_the_neighbours_of_all_pairs():
    """A thousand near ones are near to each other: by scaled distances others are nearer."""
    rng = np.random.default_rng(0)
    crowd = np.eye(5)[0] + 0.001 * rng.normal(size=(1000, 5))
    X = np.concatenate([np.zeros((1, 5)), crowd, 4 * rng.normal(size=(100, 5))])
    whole, some = nearest_neighbours(X, 5), nearest_neighbours(X, 5, rows=np.array([0]))
    assert (whole.indices[0] > 1000).all()
    np.testing.assert_array_equal(some.indices[0], whole.indices[0])


def test_the_only_track_with_a_place_has_no_neighbours():
    found = nearest_neighbours(np.array([[np.nan], [1.0]]), 3, rows=np.array([1]))
    assert found.indices.tolist() == [[-1, -1, -1]]


def test_one_track_of_many_is_not_found_by_all_pairs(monkeypatch):
    asked = []
    blocks = module.squared_distance_blocks
    monkeypatch.setattr(
        module, "squared_distance_blocks", lambda X, Y: asked.append(len(X)) or blocks(X, Y)
    )
    X = np.random.default_rng(0).normal(size=(4000, 3))
    nearest_neighbours(X, 5, rows=np.array([0]))
    assert sum(asked) < 1000


def test_the_order_of_the_tracks_changes_nothing(points):
    order = np.random.default_rng(1).permutation(len(points))
    found, shuffled = nearest_neighbours(points, 5), nearest_neighbours(points[order], 5)
    np.testing.assert_array_equal(order[shuffled.indices], found.indices[order])


def test_tracks_without_a_place_have_and_are_no_neighbours(points):
    points[3] = np.nan
    found = nearest_neighbours(points, 299)
    assert (found.indices[3] == -1).all()
    assert not (found.indices == 3).any()
    assert (found.indices[0, :298] >= 0).all()
    assert found.indices[0, 298] == -1
    assert np.isinf(found.distances[0, 298])


def test_copies_are_the_nearest_of_each_other(points):
    points[5] = points[9]
    found = nearest_neighbours(points, 1)
    assert (found.indices[5, 0], found.indices[9, 0]) == (9, 5)
    assert np.isfinite(found.distances).all()


def test_local_scaling_takes_hubs_away():
    """A Gaussian in 60 dimensions has hubs by plain distances."""
    X = np.random.default_rng(2).normal(size=(800, 60))
    plain, scaled = (
        np.bincount(nearest_neighbours(X, 10, scaled=corrected).indices.ravel(), minlength=800)
        for corrected in (False, True)
    )
    assert skew(plain) > 2 * skew(scaled) > 0
    assert (plain == 0).mean() > 2 * (scaled == 0).mean()
    assert plain.max() > scaled.max()


def test_a_map_that_is_shuffled_is_not_faithful(points):
    plane = np.random.default_rng(3).normal(size=(400, 2))
    near = nearest_neighbours(plane, 30, scaled=False).indices
    assert map_faithfulness(near, plane * [2, 2]).min() == 1
    shuffled = plane[np.random.default_rng(4).permutation(400)]
    assert map_faithfulness(near, shuffled).mean() == pytest.approx(30 / 399, abs=0.02)
    plane[7] = np.nan
    assert np.isnan(map_faithfulness(near, plane)[7])


def test_the_order_is_the_best_of_all_for_a_few():
    X = np.random.default_rng(5).normal(size=(7, 2))

    def length(order):
        return np.sqrt((np.diff(X[list(order)], axis=0) ** 2).sum(axis=1)).sum()

    first = int(np.linalg.norm(X - X.mean(axis=0), axis=1).argmax())
    others = {*range(7)} - {first}
    best = min(length((first, *rest)) for rest in itertools.permutations(others))
    found = order_to_flow(X, np.arange(7))
    assert sorted(found.tolist()) == list(range(7))
    assert found[0] == first
    assert length(found) <= 1.05 * best


def test_the_order_along_a_line_and_in_pieces(points):
    X = np.random.default_rng(6).permutation(1000)[:, None].astype(float)
    order = order_to_flow(X, np.arange(1000))
    assert np.abs(np.diff(X[order, 0])).tolist() == [1] * 999
    many = order_to_flow(points, np.arange(300)[::-1])
    assert sorted(many.tolist()) == list(range(300))


def test_a_journey_around_a_circle_goes_around():
    angle = np.linspace(0, 1.5 * np.pi, 60)
    X = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    way = find_journey(X, 0, 59)
    assert (way[0], way[-1]) == (0, 59)
    assert (np.diff(way) > 0).all()
    assert len(way) > 15
    short = find_journey(X, 0, 59, 6)
    assert len(short) == 6
    assert np.ptp(np.diff(short)) <= 3  # even steps


def test_a_journey_of_a_wished_length_repeats_nobody(points):
    for length in (2, 5, 40):
        way = find_journey(points, 4, 200, length)
        assert len(way) == len({*way.tolist()}) == length
        assert (way[0], way[-1]) == (4, 200)


def test_a_journey_between_islands_jumps_once():
    rng = np.random.default_rng(7)
    X = np.concatenate([rng.normal(size=(300, 3)), rng.normal(size=(300, 3)) + 1e4])
    way = find_journey(X, 0, 599)
    assert (np.diff((way >= 300).astype(int)) >= 0).all()


def test_a_journey_that_looks_further_finds_the_scale_once(monkeypatch):
    found = []
    scale = module._local_scale
    monkeypatch.setattr(module, "_local_scale", lambda points: found.append(1) or scale(points))
    X = np.concatenate([np.arange(40.0), 1000 + np.arange(40.0)])[:, None]
    assert len(find_journey(X, 0, 79)) > 2
    assert len(found) == 1


@pytest.mark.parametrize("wrong", [(0, 0, None), (0, 1, 1), (0, 1, 301)])
def test_journeys_that_cannot_be(points, wrong):
    with pytest.raises(ValueError, match="must be"):
        find_journey(points, *wrong)
    points[1] = np.nan
    with pytest.raises(ValueError, match="must be"):
        find_journey(points, 0, 1)


@pytest.mark.parametrize("n", [21, 40, 41, 160, 333])
def test_a_long_way_goes_part_by_part_through_every_track_once(monkeypatch, n):
    rng = np.random.default_rng(n)
    X = rng.integers(0, 12, size=(n, 2)).astype(float)  # many tracks in one place
    rows = rng.permutation(n)
    whole = order_to_flow(X, rows)
    monkeypatch.setattr("songatlas.neighbours.order.MAX_GREEDY", 20)
    parted = order_to_flow(X, rows)
    assert sorted(parted) == list(range(n))
    assert parted[0] == whole[0]
    lengths = [np.linalg.norm(np.diff(X[way], axis=0), axis=1).sum() for way in (parted, rows)]
    assert lengths[0] < lengths[1] / 2
