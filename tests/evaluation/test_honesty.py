"""Group H: no false "trustworthy" on noise, no false "not a clustering" on planted clusters."""

from collections.abc import Callable

import numpy as np
import pytest
from batteries.honesty import (
    NOISE,
    OVERLAPPING,
    PLANTED,
    allowed,
    check,
    cluster,
    judged,
    posteriors,
)

from songatlas.evaluation.adjusted_rand import adjusted_rand_score
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.verdict import check_trust
from songatlas.types import FloatArray
from songatlas.types.trust import Finding, Trust

MORE_SEEDS = range(1, 12)  # seed 0 is for every day


def codes(trust: Trust) -> set[str]:
    return {found.code for found in trust.findings}


@pytest.mark.battery
@pytest.mark.parametrize("name", NOISE)
def test_noise_is_never_trustworthy(name: str) -> None:
    trust, _ = judged(NOISE[name](np.random.default_rng(0)), 0, k_max=5)
    assert trust.verdict != "trustworthy"
    curved = {"uniform square", "bent gradient", "skewed"}  # not noise without any shape
    if name not in curved:
        assert trust.verdict == "not a clustering"


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE_SEEDS)
@pytest.mark.parametrize("name", NOISE)
def test_noise_is_never_trustworthy_on_more_seeds(name: str, seed: int) -> None:
    trust, _ = judged(NOISE[name](np.random.default_rng(seed)), seed)
    assert trust.verdict != "trustworthy"


@pytest.mark.parametrize("name", PLANTED)
def test_planted_clusters_are_found_and_trusted(name: str) -> None:
    X, labels_true = PLANTED[name](np.random.default_rng(0))
    trust, labels = judged(X, 0, k_max=9 if name == "eight" else 6)
    score = adjusted_rand_score(labels_true, labels)
    assert score is not None
    assert score >= 0.95
    expected = {"trustworthy"} | (
        {"weak"} if name in ("unbalanced", "heavy noise around") else set()
    )
    assert trust.verdict in expected, trust.reasons


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE_SEEDS)
@pytest.mark.parametrize("name", [*PLANTED, *(f"overlapping {name}" for name in OVERLAPPING)])
def test_planted_clusters_are_never_denied_on_more_seeds(name: str, seed: int) -> None:
    table = OVERLAPPING if name.startswith("overlapping ") else PLANTED
    X, _ = table[name.removeprefix("overlapping ")](np.random.default_rng(seed))
    assert judged(X, seed, k_max=9)[0].verdict != "not a clustering"


@pytest.mark.battery
@pytest.mark.parametrize("name", OVERLAPPING)
def test_overlapping_clusters_are_not_denied(name: str) -> None:
    X, _ = OVERLAPPING[name](np.random.default_rng(3))
    assert judged(X, 3, k_max=6)[0].verdict != "not a clustering"


def test_a_wrong_k_that_was_asked_for_is_told_the_right_one() -> None:
    X, _ = PLANTED["four"](np.random.default_rng(0))
    trust, _ = judged(X, 0, k=3, k_max=6)
    assert trust.verdict != "not a clustering"
    assert "another K" in codes(trust)
    assert "K = 4" in next(found.sentence for found in trust.findings if found.code == "another K")


@pytest.mark.battery
@pytest.mark.parametrize(
    "name",
    [
        "one dominant direction",
        pytest.param("bent gradient", marks=pytest.mark.slow),
        pytest.param("noise and a few outliers", marks=pytest.mark.slow),
    ],
)
def test_noise_on_a_sphere_is_never_trustworthy(name: str) -> None:
    noise = NOISE[name](np.random.default_rng(0))
    assert judged(noise, 0, k_max=4, normalise=True)[0].verdict == "not a clustering"


def test_a_sphere_would_fool_nulls_that_are_drawn_on_it() -> None:
    noise = NOISE["one dominant direction"](np.random.default_rng(0))
    centred = noise - noise.mean(axis=0)
    on_sphere = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    labels = cluster(on_sphere, 2, 0)
    fooled = check(on_sphere, labels)
    told = check(on_sphere, labels, unnormalised=centred)
    assert (fooled.verdict, told.verdict) == ("trustworthy", "not a clustering")


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE_SEEDS)
@pytest.mark.parametrize("name", NOISE)
def test_noise_on_a_sphere_is_never_trustworthy_on_more_seeds(name: str, seed: int) -> None:
    noise = NOISE[name](np.random.default_rng(seed))
    assert judged(noise, seed, k_max=6, normalise=True)[0].verdict != "trustworthy"


@pytest.mark.battery
@pytest.mark.parametrize(
    "name", ["four", pytest.param("two in 32 dimensions", marks=pytest.mark.slow)]
)
def test_planted_clusters_are_trusted_on_a_sphere(name: str) -> None:
    X, labels_true = PLANTED[name](np.random.default_rng(0))
    trust, labels = judged(X, 0, k_max=5, normalise=True)
    assert trust.verdict == "trustworthy"
    assert (adjusted_rand_score(labels_true, labels) or 0) >= 0.95


def published(rng: np.random.Generator) -> FloatArray:
    """Latents like the published ones: a blob of 2,824 tracks, and 66 far from it."""
    sizes, places = (2824, 51, 5, 10), (0.0, 6.0, 9.0, 13.0)
    mean = np.zeros((sum(sizes), 32))
    mean[:, :7] = rng.normal(scale=0.05, size=(len(mean), 7))
    mean[:, 0] += np.repeat(places, sizes)
    mean[:, 1] += np.repeat((0.0, 0.0, 7.0, -5.0), sizes)
    return mean


def test_the_published_experiment_is_not_a_clustering() -> None:
    mean = published(np.random.default_rng(0))
    labels = cluster(mean, 4, 0)
    assert sorted(np.bincount(labels)) == [5, 10, 51, 2824]
    trust = check(mean, labels, posteriors=posteriors(mean, text=(0.0035, 0.0)))
    assert trust.verdict == "not a clustering"
    fatal = {found.code for found in trust.reasons}
    assert {"one giant cluster", "driven by outliers", "collapsed"} <= fatal
    assert trust.measurements["outliers"]["silhouette"] > 0.9
    assert allowed(trust, "collapsed: text ignored") == "weak"


def good() -> tuple[FloatArray, FloatArray]:
    X, _ = PLANTED["four"](np.random.default_rng(0))
    return X, cluster(X, 4, 0)


@pytest.mark.parametrize(
    ("mean_scale", "n_used", "expected"),
    [(1.0, 16, None), (0.05, 16, "collapsed"), (1.0, 1, "collapsed")],
)
def test_collapsed_latents(mean_scale: float, n_used: int, expected: str | None) -> None:
    X, labels = good()
    mean = mean_scale * X * (np.arange(16) < n_used)
    trust = check(X, labels, posteriors=posteriors(mean, audio=(0.4, 0.0)))
    assert ("collapsed" in codes(trust)) == (expected == "collapsed")
    assert trust.verdict == ("not a clustering" if expected else "trustworthy")


def test_latents_that_only_outliers_use_have_collapsed() -> None:
    rng = np.random.default_rng(0)
    mean = np.zeros((400, 16))
    mean[:12] = 8 * rng.normal(size=(12, 16))
    trust = check(mean, np.arange(400) % 2, posteriors=posteriors(mean))
    found = trust.measurements["collapse"]
    units = ("active_units", "active_units_core", "informative_units")
    assert [found[name] for name in units] == [16, 0, 0]
    assert "collapsed" in codes(trust)


def test_a_modality_that_carries_nothing_is_named() -> None:
    X, labels = good()
    trust = check(X, labels, posteriors=posteriors(X, audio=(0.4, -0.2), text=(0.3, 0.28)))
    assert trust.verdict == "weak"
    assert [reason.code for reason in trust.reasons] == ["collapsed: text ignored"]


def posterior_draws(X: FloatArray, sd: float) -> FloatArray:
    return X + np.random.default_rng(1).normal(scale=sd, size=X.shape)


@pytest.mark.parametrize(("sd", "verdict"), [(0.5, "trustworthy"), (20.0, "not a clustering")])
def test_posteriors_wider_than_the_clusters(sd: float, verdict: str) -> None:
    X, labels = good()
    assert check(X, labels, drawn=posterior_draws(X, sd)).verdict == verdict


@pytest.mark.battery
def test_halves_of_a_track_that_disagree() -> None:
    X, labels = good()
    trust = check(X, labels, halves=(posterior_draws(X, 20), X))
    assert trust.verdict == "weak"
    assert trust.measurements["halves"]["kappa"] < 0.75


DEGENERATE: dict[str, Callable[[], tuple[FloatArray, FloatArray]]] = {
    "all identical": lambda: (np.ones((60, 8)), np.zeros(60, int)),
    "all identical, split by force": lambda: (np.ones((60, 8)), np.arange(60) % 2),
    "two tracks": lambda: (np.array([[0.0, 0], [1, 1]]), np.array([0, 1])),
    "one track": lambda: (np.zeros((1, 3)), np.zeros(1, int)),
    "as many clusters as tracks": lambda: (np.eye(12), np.arange(12)),
    "more clusters than distinct tracks": lambda: (
        np.repeat(np.eye(3), 20, axis=0), np.repeat(np.arange(3), 20),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DEGENERATE)
def test_too_little_to_judge_is_not_a_clustering(name: str) -> None:
    X, labels = DEGENERATE[name]()
    trust = check(X, labels)
    assert trust.verdict == "not a clustering"
    assert "too few tracks" in codes(trust)
    assert trust.measurements["separation"] is None


def test_a_cluster_of_copies_alone_is_too_little_to_judge() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 16))
    X, labels = np.vstack([X, X[:20]]), np.repeat([0, 1], [200, 20])
    assert "too few tracks" in codes(check(X, labels))


def test_clusters_of_an_unknown_procedure_are_at_best_weak() -> None:
    X, labels = good()
    trust = check_trust(Case(X=X, labels=labels))
    assert [reason.code for reason in trust.reasons] == ["not compared with noise"]
    assert trust.verdict == "weak"


def test_what_is_not_of_the_same_tracks_is_refused() -> None:
    X, labels = good()
    with pytest.raises(ValueError, match=r"300 rows of X. Got labels 299, track_ids 1"):
        Case(X=X, labels=labels[1:], track_ids=("a.flac",), artists=labels)


@pytest.mark.battery
def test_the_same_again_gives_the_same_and_a_finding_knows_its_verdicts() -> None:
    X, labels = good()
    first, second = (check(X, labels, seed=5) for _ in range(2))
    assert first == second
    with pytest.raises(ValueError, match="verdict must be one of"):
        Finding(code="x", verdict="fine", sentence="")
