"""The single checks against closed forms and planted facts."""

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import adjusted_mutual_info_score, cohen_kappa_score

from songatlas.evaluation.half_samples import measure_half_samples
from songatlas.evaluation.near_duplicates import find_duplicates
from songatlas.evaluation.record import ExternalScore
from songatlas.evaluation.trust.artists import Artists, WithChance
from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.check import TRUSTWORTHY, WEAK
from songatlas.evaluation.trust.halves import Halves
from songatlas.evaluation.trust.nulls import NULLS, principal_coordinates
from songatlas.evaluation.trust.recordings import Recordings
from songatlas.evaluation.trust.stability import Stability
from songatlas.evaluation.trust.unimodal import unimodal_cdf
from songatlas.evaluation.trust.valleys import measure_valleys
from songatlas.types import FloatArray, IntArray
from songatlas.types.flaws import FLAWS


def two_groups(rng: np.random.Generator, n: int = 4000, apart: float = 6.0) -> FloatArray:
    return np.c_[rng.normal(size=n) + apart * (np.arange(n) % 2), rng.normal(size=n)]


@pytest.mark.parametrize("name", NULLS)
def test_every_null_keeps_the_covariance(name: str) -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_t(6, size=(5000, 3)) @ rng.normal(size=(3, 3))
    Z = principal_coordinates(X)
    drawn = NULLS[name](Z)(rng)
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(Z.T), atol=0.12 * Z.var(axis=0).max())


def test_heavy_tails_keep_the_radii_and_lose_the_groups() -> None:
    rng = np.random.default_rng(0)
    Z = principal_coordinates(two_groups(rng))
    drawn = NULLS["heavy tails"](Z)(rng)
    radius = [np.sort(np.linalg.norm(x / Z.std(axis=0), axis=1)) for x in (Z, drawn)]
    np.testing.assert_allclose(*radius)
    middle = [(np.abs(x[:, 0]) < 0.2 * Z[:, 0].std()).mean() for x in (Z, drawn)]
    assert middle[1] > 4 * middle[0]


def test_one_mode_keeps_skew_and_fills_gaps() -> None:
    rng = np.random.default_rng(0)
    skewed = rng.exponential(size=4000)
    x, F = unimodal_cdf(skewed)
    assert np.abs(F - np.arange(1, 4001) / 4000).max() < 0.02
    x, F = unimodal_cdf(np.r_[rng.normal(size=500), 9 + rng.normal(size=500)])
    density = np.diff(np.interp(np.linspace(0, 9, 10), x, F))
    assert density.min() > 0.05
    mode = density.argmax()  # it rises to the mode and falls from there: no valley
    assert np.diff(density[: mode + 1]).min(initial=0) > -1e-9
    assert np.diff(density[mode:]).max(initial=0) < 1e-9


def test_valleys_of_groups_of_a_plain_and_of_one_group() -> None:
    rng = np.random.default_rng(0)
    apart = two_groups(rng)
    assert measure_valleys(apart, np.arange(4000) % 2).highest < 0.1
    one = rng.normal(size=(4000, 2))
    assert measure_valleys(one, (one[:, 0] > 0).astype(int)).highest > 1.1
    same = np.zeros((4, 2))
    assert measure_valleys(same, np.array([0, 0, 1, 1])).highest is None


@pytest.mark.parametrize("d", [2, 8, 40])
def test_scattered_tracks_are_no_duplicates_in_any_dimension(d: int) -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(600, d)) * np.geomspace(1, 0.05, d)
        assert find_duplicates(X).pairs == ()
        copied = np.vstack([X, X[5], X[[9, 5]] + 1e-4])
        assert find_duplicates(copied).pairs[0] == (5, 600)
        if d > 2:
            assert set(find_duplicates(copied).pairs) == {(5, 600), (9, 601), (5, 602)}


def test_kappa_against_scikit_learn() -> None:
    a, b = np.random.default_rng(0).integers(4, size=(2, 200))
    b = np.where(np.arange(200) < 120, a, b)
    assert Halves.between(a, b).kappa == pytest.approx(cohen_kappa_score(a, b))


def test_half_samples_agree_on_groups_and_not_on_noise() -> None:
    from songatlas.clustering.kmeans import kmeans

    def cluster(X: FloatArray, k: int, seed: int) -> IntArray:
        return kmeans(X, k, random_state=seed, n_init=3)

    rng = np.random.default_rng(0)
    groups = measure_half_samples(
        two_groups(rng, 200), [2, 3, 150], cluster=cluster, random_state=0
    )
    assert groups.ks == (2, 3)
    assert groups.agreement[0] > 0.9 > groups.agreement[1]
    noise = rng.normal(size=(200, 20))
    found = measure_half_samples(noise, [2], cluster=cluster, random_state=0)
    assert found.agreement[0] < 0.3
    assert found.silhouettes.shape == (16, 1)


def mastered(*, by_label: bool) -> tuple[FloatArray, IntArray, IntArray]:
    """Tracks of 20 artists and 2 labels that cluster by artist, with or without the label."""
    rng = np.random.default_rng(0)
    artists = np.repeat(np.arange(20), 10)
    labels_true = artists % 2
    X = 6 * rng.normal(size=(20, 12))[artists] + rng.normal(size=(200, 12))
    X[:, 0] += 60 * by_label * labels_true
    return X, labels_true, artists


@pytest.mark.parametrize("by_label", [False, True])
def test_the_artist_filter_tells_genre_from_mastering(by_label: bool) -> None:
    X, labels_true, artists = mastered(by_label=by_label)
    labels = labels_true if by_label else artists % 5
    found = Artists.measure(Case(X=X, labels=labels, labels_true=labels_true, artists=artists))
    assert found is not None
    assert found.neighbors is not None
    assert found.neighbors_filtered is not None
    assert found.neighbors.value > 0.99
    if by_label:
        assert found.neighbors_filtered.value > 0.99
    else:
        assert found.neighbors_filtered.value < found.neighbors_filtered.chance_high + 0.1
    assert set(found.agreement) == {"artist", "label"}
    ami = found.agreement["artist"]
    assert ami.value == pytest.approx(adjusted_mutual_info_score(artists, labels))
    assert ami.chance_low <= 0 <= ami.chance_high < ami.value


def test_labels_of_whole_artists_agree_with_clusters_of_whole_artists_by_chance() -> None:
    """Twenty artists say as much as twenty tracks, whatever the number of their tracks."""
    X, _, artists = mastered(by_label=False)
    rng = np.random.default_rng(2)
    labels, labels_true = rng.integers(2, size=(2, 20))[:, artists]
    case = Case(X=X, labels=labels, labels_true=labels_true, artists=artists)
    found = Artists.measure(case)
    assert found is not None
    ami = found.agreement["label"]
    assert ami.value == pytest.approx(adjusted_mutual_info_score(labels_true, labels))
    assert 0.04 < ami.value < ami.chance_high  # of single tracks it is 0.02
    given = Artists.measure(dataclasses.replace(case, given=True, labels_true=labels))
    assert given is not None
    assert set(given.agreement) == {"artist"}  # the clusters are the labels there


def test_without_artists_or_labels_there_is_nothing_to_filter() -> None:
    X, labels_true, artists = mastered(by_label=True)
    none = np.full(200, -1)
    for known in ({"artists": artists}, {"labels_true": labels_true, "artists": none}):
        found = Artists.measure(Case(X=X, labels=labels_true, **known))
        assert found is not None
        assert found.neighbors is None
        assert set(found.agreement) == ({"label"} if "labels_true" in known else {"artist"})


def flawed(name: str, n_tracks: int, labels: IntArray) -> Case:
    """Recordings of which the first few have a flaw, of one degree or another."""
    values = np.full(200, np.inf)
    values[:n_tracks] = np.array([5670.0, 8678.0])[np.arange(n_tracks) % 2]
    return Case(X=np.zeros((200, 2)), labels=labels.astype(int), flaws={name: values})


@pytest.mark.parametrize("name", FLAWS)
def test_clusters_of_recordings_with_a_flaw_are_weak(name: str) -> None:
    follow = flawed(name, 80, np.arange(200) < 80)
    found = Recordings.measure(follow)
    assert found is not None
    assert (found.followed[name].n_flawed, found.followed[name].n_judged) == (80, 200)
    assert found.followed[name].ami > 0.6
    verdict, code, sentence = next(found.findings(follow))
    assert (verdict, code) == (WEAK, f"mostly the {name}")
    assert f"80 of 200 tracks {FLAWS[name].have}" in sentence
    assert f"--condition {name} takes it out" in sentence
    given = next(found.findings(dataclasses.replace(follow, condition=name)))
    assert f"--condition {name} did not take it out" in given[2]
    labelled = ExternalScore(value=1.0, interval=None, chance=None)
    judged = dataclasses.replace(follow, ami=labelled, label_column="genre")
    verdict, code, sentence = next(found.findings(judged))
    assert (verdict, code) == (TRUSTWORTHY, f"whatever the {name}")
    assert "follow genre more" in sentence
    other = flawed(name, 80, np.arange(200) % 5 // 3)
    found = Recordings.measure(other)
    assert found is not None
    assert abs(found.followed[name].ami) < 0.02
    assert next(found.findings(other))[0] == TRUSTWORTHY


@pytest.mark.parametrize("n_noisy", [0, 9, 191, 200])
def test_of_a_flaw_that_few_have_or_lack_nothing_is_said(n_noisy: int) -> None:
    assert Recordings.measure(flawed("noise", n_noisy, np.arange(200) % 2)) is None


def test_tracks_in_no_cluster_are_not_asked_for_their_recording() -> None:
    labels = np.arange(200) % 2
    labels[:75] = -1
    assert Recordings.measure(flawed("bandwidth", 80, labels)) is None


def test_tracks_of_which_a_flaw_is_not_known_are_not_asked_for_it() -> None:
    case = flawed("noise", 80, np.arange(200) < 80)
    case.flaws["noise"][:75] = np.nan
    assert Recordings.measure(case) is None
    case.flaws["noise"][:60] = 50.0
    found = Recordings.measure(case)
    assert found is not None
    assert (found.followed["noise"].n_flawed, found.followed["noise"].n_judged) == (65, 185)


def test_nearly_all_neighbours_are_not_all() -> None:
    assert WithChance(value=0.998, chance_low=0.2, chance_high=0.3, n_tracks=500).share == (
        "over 99 % (chance 20–30 %)"
    )


@pytest.mark.parametrize(
    ("halves", "seeds", "plain"),
    [
        (0.91, 0.95, "Other tracks of the same kind would give the same clusters."),
        (0.91, 0.79, "Other starts of the same procedure would give somewhat different clusters."),
        (0.7, 0.79, "Other tracks of the same kind would give somewhat different clusters."),
    ],
)
def test_unstable_clusters_are_laid_to_what_they_depend_on(
    halves: float, seeds: float, plain: str
) -> None:
    (found,) = Stability(n_clusters=2, halves=halves, seeds=seeds).findings(
        flawed("noise", 50, np.arange(200) % 2)
    )
    assert found[2].startswith(plain)
