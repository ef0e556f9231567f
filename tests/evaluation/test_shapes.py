"""Groups of any shape and size are seen, and what only looks like groups is not."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from batteries.honesty import cluster

from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.cohesion import is_cohesive
from songatlas.evaluation.trust.density import deepest_valley, landscape, passes
from songatlas.evaluation.trust.valleys import Valleys
from songatlas.evaluation.trust.verdict import CHECKS, check_trust
from songatlas.types import FloatArray, IntArray
from songatlas.types.trust import Trust

Shape = Callable[[np.random.Generator], tuple[FloatArray, IntArray]]


def judged(X: FloatArray, labels: IntArray, seed: int = 0) -> Trust:
    return check_trust(Case(X=X, labels=labels, cluster=cluster, given=True, seed=seed))


def minority(
    rng: np.random.Generator, share: float, apart: float, d: int
) -> tuple[FloatArray, IntArray]:
    """600 tracks of which a share is `apart` from the others, in units of their spread."""
    labels = (np.arange(600) < round(600 * share)).astype(int)
    X = rng.normal(size=(600, d))
    X[:, 0] += apart * labels
    return X, labels


OF_SIZES = {name: CHECKS[name] for name in ("balance", "outliers")}


@pytest.mark.parametrize("d", [2, 8, 32])
@pytest.mark.parametrize("apart", [10.0, 40.0])
@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
def test_a_far_off_minority_is_no_outlier(share: float, apart: float, d: int) -> None:
    X, labels = minority(np.random.default_rng(0), share, apart, d)
    trust = check_trust(Case(X=X, labels=labels), OF_SIZES)
    assert not [found for found in trust.findings if found.verdict != "trustworthy"]
    assert is_cohesive(X, np.flatnonzero(labels))


@pytest.mark.parametrize(("share", "apart", "d"), [(0.05, 12.0, 16), (0.03, 10.0, 2)])
def test_a_far_off_minority_is_trusted(share: float, apart: float, d: int) -> None:
    X, labels = minority(np.random.default_rng(0), share, apart, d)
    found = cluster(X, 2, 0)
    assert (found == labels).all()
    trust = check_trust(Case(X=X, labels=found, cluster=cluster))
    assert trust.verdict == "trustworthy", trust.reasons
    assert "a small group apart" in {x.code for x in trust.findings}


@pytest.mark.parametrize("d", [2, 8, 32])
@pytest.mark.parametrize("share", [0.02, 0.05, 0.1])
def test_unrelated_extremes_are_no_group(share: float, d: int) -> None:
    rng = np.random.default_rng(d)
    labels = (np.arange(600) < round(600 * share)).astype(int)
    X = rng.normal(size=(600, d))
    far = labels > 0
    X[far] *= (25 * rng.uniform(1, 3, size=far.sum()) / np.linalg.norm(X[far], axis=1))[:, None]
    assert not is_cohesive(X, np.flatnonzero(far))
    for labelled in (labels, cluster(X, 2, 0), cluster(X, 4, 0)):
        trust = check_trust(Case(X=X, labels=labelled), OF_SIZES)
        assert trust.verdict == "not a clustering"


def test_splinters_below_two_in_a_hundred_drive_the_separation() -> None:
    X, labels = minority(np.random.default_rng(0), 8 / 600, 40.0, 8)
    codes = {x.code for x in check_trust(Case(X=X, labels=labels), OF_SIZES).reasons}
    assert {"driven by outliers", "one giant cluster"} <= codes


def ring(rng: np.random.Generator, n: int, radius: float, spread: float = 0.06) -> FloatArray:
    angle = rng.uniform(0, 2 * np.pi, n)
    return radius * np.c_[np.cos(angle), np.sin(angle)] + spread * rng.normal(size=(n, 2))


def moons(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    angle = rng.uniform(0, np.pi, 400)
    second = np.arange(400) % 2
    X = np.c_[np.cos(angle), np.sin(angle)]
    X[second > 0] = np.array([1.0, 0.5]) - X[second > 0]
    return X + 0.06 * rng.normal(size=X.shape), second


def rings(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    return np.r_[ring(rng, 250, 1.0), ring(rng, 250, 2.0)], np.repeat([0, 1], 250)


def ring_around_a_blob(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    blob = 0.4 * rng.normal(size=(150, 2))
    return np.r_[ring(rng, 350, 3.0, 0.2), blob], np.repeat([0, 1], [350, 150])


def s_curves(rng: np.random.Generator) -> tuple[FloatArray, IntArray]:
    t = rng.uniform(-1.5 * np.pi, 1.5 * np.pi, 600)
    second = np.arange(600) % 2
    depth = rng.uniform(0, 2, 600)
    X = np.c_[np.sin(t), depth, np.sign(t) * (np.cos(t) - 1)]
    X[:, 0] += 0.7 * second  # in the other's way along every line
    X[:, 1] += 2.9 * second
    return X + 0.05 * rng.normal(size=X.shape), second


SHAPES: Mapping[str, Shape] = {
    "moons": moons,
    "rings": rings,
    "ring around a blob": ring_around_a_blob,
    "S-curves": s_curves,
}


@pytest.mark.battery
@pytest.mark.parametrize("name", SHAPES)
def test_groups_of_any_shape_are_trusted(name: str) -> None:
    X, labels = SHAPES[name](np.random.default_rng(0))
    trust = judged(X, labels)
    assert trust.verdict == "trustworthy", trust.reasons


@pytest.mark.battery
@pytest.mark.parametrize("name", ["moons", "rings"])
def test_k_means_on_such_groups_is_not(name: str) -> None:
    X, _ = SHAPES[name](np.random.default_rng(0))
    assert judged(X, cluster(X, 2, 0)).verdict == "not a clustering"


def one_moon(rng: np.random.Generator) -> FloatArray:
    X, second = moons(rng)
    return X[second == 0]


@pytest.mark.battery
@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("shape", [lambda rng: ring(rng, 400, 1.0), one_moon], ids=["ring", "moon"])
def test_pieces_of_one_ring_or_moon_are_no_groups(
    shape: Callable[[np.random.Generator], FloatArray], k: int
) -> None:
    for seed in range(4):
        X = shape(np.random.default_rng(seed))
        labels = cluster(X, k, 0)
        found = Valleys.measure(Case(X=X, labels=labels))
        assert found is not None
        assert any(found.convenient) or (found.highest or 0) > 0.5
    case = Case(X=X, labels=labels, cluster=cluster, given=k == 2)
    assert check_trust(case).verdict != "trustworthy"


def test_random_labels_on_true_groups_are_no_clustering() -> None:
    X, labels = moons(np.random.default_rng(0))
    shuffled = np.random.default_rng(1).permutation(labels)
    assert judged(X, shuffled).verdict == "not a clustering"


@pytest.mark.battery
def test_noise_that_was_set_aside_leaves_no_gap() -> None:
    """Dense places of one cloud, with what lies between them called noise."""
    X = np.random.default_rng(0).normal(size=(600, 2))
    labels = np.where(X[:, 0] < -0.6, 0, np.where(X[:, 0] > 0.6, 1, -1))
    assert judged(X, labels).verdict == "not a clustering"
    without = judged(X[labels >= 0], labels[labels >= 0])
    assert without.verdict == "trustworthy"  # who deletes the points between has deleted them


def test_a_few_wrong_labels_are_strays() -> None:
    X, labels = moons(np.random.default_rng(0))
    wrong = np.random.default_rng(1).permutation(len(X))[:12]
    labels[wrong] = 1 - labels[wrong]
    assert judged(X, labels).verdict == "trustworthy"


def test_the_tree_of_steps_is_the_shortest() -> None:
    from scipy.sparse.csgraph import minimum_spanning_tree
    from scipy.spatial.distance import cdist

    X = np.random.default_rng(0).normal(size=(60, 3))
    found = landscape(X)
    level = np.maximum(cdist(X, X), np.maximum(found.reach[:, None], found.reach))
    assert found.levels.sum() == pytest.approx(minimum_spanning_tree(level).sum())
    tenth = np.sort(cdist(X, X), axis=1)[:, 10]
    np.testing.assert_allclose(found.reach, tenth)


def test_a_gap_is_a_deep_pass_and_the_deepest_valley() -> None:
    grid = np.stack(np.meshgrid(np.arange(12.0), np.arange(12.0)), axis=-1).reshape(-1, 2)
    X = np.r_[grid, grid + np.array([40.0, 0.0])]
    found = landscape(X)
    between = passes(found, np.repeat([0, 1], 144))
    assert between == {0: pytest.approx(between[1]), 1: pytest.approx(between[0])}
    assert between[0] == pytest.approx(deepest_valley(found, 20))
    assert between[0] < 0.05
    halves = (grid[:, 0] > 5.5).astype(int)
    assert passes(landscape(grid), halves)[0] > 0.9


@pytest.mark.battery
@pytest.mark.slow
@pytest.mark.parametrize("d", [2, 3, 8, 20])
def test_k_means_of_pure_noise_is_never_trustworthy(d: int) -> None:
    """200 trials in all, 50 in each number of dimensions."""
    for seed in range(50):
        rng = np.random.default_rng(1000 * d + seed)
        X = rng.normal(size=(200, d))
        labels = cluster(X, int(rng.integers(2, 6)), seed)
        assert judged(X, labels, seed).verdict != "trustworthy"
