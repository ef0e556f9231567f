"""Properties that the rows of ``INTERNAL`` share, and the silhouettes of many partitions."""

import numpy as np
import pytest
import sklearn.metrics as oracle
from threadpoolctl import threadpool_limits

from songatlas.evaluation.internal import INTERNAL, internal_scores
from songatlas.evaluation.silhouette import silhouette_score, silhouette_scores

ORACLES = {
    "Silhouette": oracle.silhouette_score,
    "Calinski-Harabasz": oracle.calinski_harabasz_score,
    "Davies-Bouldin": oracle.davies_bouldin_score,
}
# Its Davies-Bouldin takes distances from inner products: on some processors a track that is alone
# in its cluster lies 1e-8 beside its own mean.
PRECISION = {"Silhouette": 1e-10, "Calinski-Harabasz": 1e-10, "Davies-Bouldin": 1e-8}
SCALE_FREE = set(INTERNAL)  # all three are ratios of distances of one kind

every_metric = pytest.mark.parametrize("name", INTERNAL)


@pytest.fixture
def points():
    rng = np.random.default_rng(11)
    labels = rng.integers(4, size=150)
    return 2 * rng.normal(size=(4, 5))[labels] + rng.normal(size=(150, 5)), labels


def test_every_row_has_an_oracle():
    assert set(ORACLES) == set(INTERNAL) == SCALE_FREE


@every_metric
@pytest.mark.parametrize("n_clusters", [2, 5, 60])
def test_agrees_with_scikit_learn(name, n_clusters):
    rng = np.random.default_rng(n_clusters)
    X = rng.normal(size=(200, 6))
    labels = rng.integers(n_clusters, size=200)
    labels[:n_clusters] = np.arange(n_clusters)
    expected = pytest.approx(ORACLES[name](X, labels), rel=PRECISION[name])
    assert INTERNAL[name](X, labels) == expected


@every_metric
def test_clusters_of_one_track(name):
    X = np.random.default_rng(0).normal(size=(12, 2))
    labels = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 3, 4])
    expected = pytest.approx(ORACLES[name](X, labels), rel=PRECISION[name])
    assert INTERNAL[name](X, labels) == expected


@every_metric
def test_names_order_place_turn_and_unit_do_not_matter(name, points):
    X, labels = points
    metric, rng = INTERNAL[name], np.random.default_rng(0)
    score = metric(X, labels)
    order = rng.permutation(len(X))
    turn, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    assert metric(X, np.array([7, 0, 3, 5])[labels]) == pytest.approx(score, rel=1e-12)
    assert metric(X[order], labels[order]) == pytest.approx(score, rel=1e-10)
    assert metric(X @ turn, labels) == pytest.approx(score, rel=1e-10)
    assert metric(1e-3 * X + 50, labels) == pytest.approx(score, rel=1e-6)


@every_metric
def test_noise_is_left_out(name, points):
    X, labels = points
    X, labels = X.copy(), labels.copy()
    labels[::7] = -1
    X[::7] = 1e6
    kept = labels >= 0
    expected = ORACLES[name](X[kept], labels[kept])
    assert INTERNAL[name](X, labels) == pytest.approx(expected, rel=1e-9)


@every_metric
@pytest.mark.parametrize(
    "labels",
    [[0, 0, 0, 0], [-1, -1, -1, -1], [-1, 2, 2, 2], [0, 1, 2, 3], [-1, -1, 0, 1], []],
)
def test_not_defined(name, labels):
    X = np.random.default_rng(0).normal(size=(len(labels), 2))
    assert INTERNAL[name](X, np.array(labels, dtype=int)) is None


def test_identical_tracks():
    X, labels = np.zeros((6, 2)), np.array([0, 0, 0, 1, 1, 1])
    assert silhouette_score(X, labels) == 0
    assert INTERNAL["Calinski-Harabasz"](X, labels) is None
    assert INTERNAL["Davies-Bouldin"](X, labels) is None


def test_silhouette_by_hand():
    X, labels = np.array([[0.0], [1.0], [3.0], [9.0]]), np.array([0, 0, 1, 2])
    assert silhouette_score(X, labels) == pytest.approx(((3 - 1) / 3 + (2 - 1) / 2 + 0 + 0) / 4)


def test_duplicates_far_from_the_origin_have_distance_zero():
    X = np.repeat(np.array([[1e4, 0.0], [1e4, 1e-3]]), 3, axis=0)
    assert silhouette_score(X, np.array([0, 0, 0, 1, 1, 1])) == pytest.approx(1, abs=1e-6)


def test_small_distances_beside_a_huge_outlier():
    X = np.array([[0.0], [1e-3], [0.1], [0.101], [0.102], [1e7]])
    labels = np.array([0, 0, 1, 1, 1, 2])
    near = silhouette_score(X[:-1], labels[:-1]) * 5 / 6  # the outlier itself counts as 0
    assert silhouette_score(X, labels) == pytest.approx(near, abs=1e-5)


def partitions_of(n_tracks):
    rng = np.random.default_rng(5)
    partitions = [rng.integers(k, size=n_tracks) for k in (2, 3, 7)]
    partitions += [rng.integers(-1, 3, size=n_tracks), np.full(n_tracks, -1), np.arange(n_tracks)]
    partitions += [np.where(np.arange(n_tracks) % 2, -1, partitions[1])]
    return partitions


@pytest.mark.parametrize("block_entries", [1, 1000, 4_000_000])
def test_one_pass_gives_the_silhouette_of_every_partition(block_entries, points, monkeypatch):
    X, _ = points
    monkeypatch.setattr("songatlas.distances.BLOCK_ENTRIES", block_entries)
    scores = silhouette_scores(X, partitions_of(len(X)))
    assert scores[4:6] == [None, None]
    for labels, score in zip(partitions_of(len(X)), scores, strict=True):
        if score is not None:
            kept = labels >= 0
            expected = oracle.silhouette_score(X[kept], labels[kept])
            assert score == pytest.approx(expected, rel=1e-10)


def test_no_partition_no_score():
    assert silhouette_scores(np.zeros((3, 1)), []) == []


def test_what_is_noise_everywhere_need_not_be_a_number(points):
    X, labels = points
    X, labels = X.copy(), labels.copy()
    X[:10], labels[:10] = np.nan, -1
    (found,) = internal_scores(X, [labels])
    assert found.silhouette == pytest.approx(oracle.silhouette_score(X[10:], labels[10:]))
    assert found.silhouette_tracks == 140


def test_a_sample_of_rows_is_unbiased_and_says_how_many(monkeypatch):
    rng = np.random.default_rng(2)
    labels = rng.integers(3, size=3000)
    X = 2.5 * np.eye(3)[labels] + rng.normal(size=(3000, 3))
    exact = silhouette_score(X, labels)
    monkeypatch.setattr("songatlas.evaluation.silhouette.MAX_EXACT", 600)
    (found,) = internal_scores(X, [labels])
    assert found.silhouette_tracks == 600
    each = oracle.silhouette_samples(X, labels)
    assert abs(found.silhouette - exact) < 3 * each.std() / np.sqrt(600)
    rows = np.linspace(0, 2999, 600).astype(int)
    assert found.silhouette == pytest.approx(each[rows].mean(), rel=1e-10)


def test_means_that_are_equal_but_for_rounding_are_equal():
    """The same points in another order have another last digit in their mean."""
    rng = np.random.default_rng(3)
    cloud = rng.normal(size=(40, 5)) + 7
    X = np.concatenate([cloud, cloud[rng.permutation(40)], cloud + 9])
    labels = np.repeat([0, 1, 2], 40)
    assert (X[:40].mean(axis=0) != X[40:80].mean(axis=0)).any()
    assert INTERNAL["Davies-Bouldin"](X, labels) is None
    labels[0] = 1
    expected = oracle.davies_bouldin_score(X, labels)
    assert INTERNAL["Davies-Bouldin"](X, labels) == pytest.approx(expected, rel=1e-9)


def test_internal_scores_are_those_of_the_table(points):
    X, labels = points
    found = internal_scores(X, [labels, np.zeros(150, dtype=int)])
    assert found[0].silhouette == pytest.approx(INTERNAL["Silhouette"](X, labels), rel=1e-12)
    assert found[0].calinski_harabasz == INTERNAL["Calinski-Harabasz"](X, labels)
    assert found[0].davies_bouldin == INTERNAL["Davies-Bouldin"](X, labels)
    assert found[0].silhouette_tracks == 150
    assert (found[1].silhouette, found[1].silhouette_tracks) == (None, 0)


def test_same_bits_with_more_threads(points):
    X, labels = points
    with threadpool_limits(2):
        again = internal_scores(X, [labels])
    assert again == internal_scores(X, [labels])
