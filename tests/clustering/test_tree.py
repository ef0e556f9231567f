"""A planted tree is found, noise has none, and leaves are lists, whatever comes in."""

import itertools

import numpy as np
import pytest
from batteries.planted_trees import noise, planted
from sklearn.metrics import adjusted_rand_score

from songatlas.clustering.groups import find_groups
from songatlas.clustering.tree import Branch, Sizes, grow, place
from songatlas.clustering.valley import deepest_valley

SIZES = Sizes()


def levels(branches: list[Branch], n_tracks: int) -> list[np.ndarray]:
    """Branch of every track after one division, two, …; −1 for none."""
    depth: list[int] = []
    for branch in branches:
        depth.append(0 if branch.parent < 0 else depth[branch.parent] + 1)
    found = []
    for level in range(1, max(depth) + 1):
        labels = np.full(n_tracks, -1)
        for number, branch in enumerate(branches):
            if depth[number] <= level:
                labels[branch.rows] = number
        found.append(labels)
    return found


def check_is_a_tree(branches: list[Branch], n_tracks: int) -> None:
    assert sorted(branches[0].rows.tolist()) == list(range(n_tracks))
    for number, branch in enumerate(branches):
        parts = [x.rows for x in branches if x.parent == number]
        assert branch.parent < number
        assert len(branch.rows)
        if parts:
            assert len(parts) > 1
            assert sorted(np.concatenate(parts).tolist()) == sorted(branch.rows.tolist())
            assert [len(x) for x in parts] == sorted(map(len, parts), reverse=True)


def check_planted(number: int, n_tracks: int, n_axes: int, parts: tuple[int, int]) -> None:
    X, region, part = planted(
        number, n_tracks=n_tracks, n_axes=n_axes, parts=parts, small=0.03, apart=10
    )
    branches = grow({"joint": X}, SIZES, random_state=number)
    check_is_a_tree(branches, len(X))
    first, second = levels(branches, len(X))[:2]
    assert adjusted_rand_score(region, first) >= 0.95, number
    assert adjusted_rand_score(part, second) >= 0.95, number
    assert all(x.found for x in branches if x.parent >= 0 and branches[x.parent].parent <= 0)


@pytest.mark.battery
@pytest.mark.parametrize(
    ("number", "n_tracks", "n_axes", "parts"),
    [
        (0, 600, 8, (2, 3)),
        pytest.param(1, 1000, 16, (3, 3), marks=pytest.mark.battery),
        pytest.param(2, 600, 4, (4, 2), marks=pytest.mark.battery),
        (3, 1000, 32, (3, 4)),
    ],
)
def test_both_levels_of_a_planted_tree_are_found(number, n_tracks, n_axes, parts) -> None:
    check_planted(number, n_tracks, n_axes, parts)


@pytest.mark.parametrize("number", range(0, 28, 2))
def test_noise_has_no_groups(number) -> None:
    X = noise(number, most=400)
    assert not any(branch.found for branch in grow({"joint": X}, SIZES, random_state=0))


@pytest.mark.battery
def test_200_collections_of_noise_have_no_groups() -> None:
    trees = {number: grow({"joint": noise(number)}, SIZES, random_state=0) for number in range(200)}
    assert [n for n, tree in trees.items() if any(branch.found for branch in tree)] == []


@pytest.mark.battery
def test_planted_trees_of_every_shape_are_found() -> None:
    shapes = itertools.product((600, 1000), (8, 16, 32), ((2, 3), (3, 3), (4, 2), (3, 4)))
    for number, (n_tracks, n_axes, parts) in enumerate(shapes):
        check_planted(number, n_tracks, n_axes, parts)


def test_two_groups_of_a_region_are_found_at_the_border_that_they_have() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 6))
    X[:250, 0] += 6
    found = find_groups(X, random_state=0)
    assert found.n_groups == 2
    assert adjusted_rand_score(np.arange(400) < 250, found.assign(X)) > 0.97
    assert found.border < 0.3
    assert found.p_value < 1e-6


@pytest.mark.battery
def test_near_the_limit_of_certainty_the_deal_of_the_folds_decides_little(monkeypatch) -> None:
    X = np.random.default_rng(1).normal(size=(160, 24))
    X[:80, 0] += 4.6

    def spread() -> float:
        found = [find_groups(X, random_state=seed).p_value for seed in range(5)]
        return float(np.log10(found).std())

    looked_again = spread()
    monkeypatch.setattr("songatlas.clustering.groups._N_LOOKS", 1)
    assert looked_again < spread() / 2


def test_groups_are_the_same_in_any_order_and_scale() -> None:
    X, _, part = planted(0, n_tracks=600, n_axes=8, parts=(2, 2), small=0.1, apart=10)
    order = np.random.default_rng(1).permutation(len(X))
    first, second = (find_groups(x, random_state=3) for x in (X, 1000 * X[order]))
    assert first.n_groups == second.n_groups == 4
    assert adjusted_rand_score(first.assign(X)[order], second.assign(1000 * X[order])) == 1
    assert adjusted_rand_score(first.assign(X), part) > 0.99


def test_a_plain_a_slope_and_a_heap_have_no_valley() -> None:
    rng = np.random.default_rng(0)
    for x in (rng.uniform(-1, 2, 2000), rng.exponential(0.5, 2000), rng.normal(0.5, 0.4, 2000)):
        assert deepest_valley(x)[0] > 1e-4
    p, border = deepest_valley(np.concatenate([rng.normal(0, 0.15, 200), rng.normal(1, 0.15, 40)]))
    assert p < 1e-8
    assert border < 0.1


@pytest.mark.parametrize("n_tracks", [1, 2, 3, 14, 31, 61, 130, 700])
def test_leaves_are_lists(n_tracks) -> None:
    X = np.random.default_rng(n_tracks).normal(size=(n_tracks, 5))
    branches = grow({"joint": X}, SIZES, random_state=0)
    check_is_a_tree(branches, n_tracks)
    inner = {branch.parent for branch in branches}
    leaves = [len(x.rows) for number, x in enumerate(branches) if number not in inner]
    assert max(leaves) <= 1.2 * SIZES.leaf_max  # some cannot be cut into lists of the least size
    assert min(leaves) >= min(n_tracks, SIZES.leaf_min) * 0.8
    for number in inner - {-1}:
        n_parts = sum(x.parent == number for x in branches)
        assert 2 <= n_parts <= SIZES.children_max


@pytest.mark.parametrize(
    "X",
    [
        np.zeros((200, 3)),
        np.repeat(np.eye(3), 100, axis=0),
        np.repeat(np.random.default_rng(0).normal(size=(50, 4)), 5, axis=0),
        np.concatenate([np.random.default_rng(0).normal(size=(200, 3)), [[1e6, 0, 0]]]),
        np.random.default_rng(0).standard_cauchy(size=(300, 2)),
    ],
)
def test_copies_and_outliers_make_no_trouble(X) -> None:
    branches = grow({"joint": X}, SIZES, random_state=0)
    check_is_a_tree(branches, len(X))
    assert not any(branch.found for branch in branches)


def test_inside_a_language_the_sound_decides() -> None:
    """Two languages that words tell apart, four kinds of sound that words know nothing of."""
    rng = np.random.default_rng(0)
    sound = 1.5 * np.eye(4)[np.arange(480) % 4] @ rng.normal(size=(4, 4))
    audio = sound + rng.normal(size=(480, 4))
    words = rng.normal(size=(480, 12)) * 1.5
    words[:240, 0] += 14
    joint = np.hstack([audio, words])
    audio[3] = np.nan  # one that was not heard
    branches = grow({"joint": joint, "audio": audio}, SIZES, random_state=0)
    check_is_a_tree(branches, 480)
    languages = branches[1:3]
    assert [x.found for x in languages] == [True, True]
    assert adjusted_rand_score(levels(branches, 480)[0], np.arange(480) < 240) == 1
    assert {x.view for x in branches if x.parent in (1, 2)} == {"audio"}
    assert {x.view for x in languages} == {"joint"}


def test_the_same_seed_gives_the_same_tree() -> None:
    X = np.random.default_rng(0).normal(size=(300, 5))
    first, second = (grow({"joint": X}, SIZES, random_state=7) for _ in range(2))
    assert [x.rows.tolist() for x in first] == [x.rows.tolist() for x in second]


def test_other_tracks_go_to_the_nearest_part_that_was_found_or_cut() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2)) * [0.1, 30]
    X[150:, 0] += 2  # apart in what hardly varies
    new = np.array([[2.0, -40.0], [0.0, 40.0], [1.7, 0.0]])
    labels = np.repeat([0, 1], 150)
    assert place(X, labels, new, found=True).tolist() == [1, 0, 1]
    X[7] = np.nan
    cut = (X[:, 1] > 0).astype(int)
    assert place(X, cut, new[:2], found=False).tolist() == [0, 1]
