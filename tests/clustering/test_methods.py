"""What is particular to one method."""

import sys

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, ward
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score

import songatlas.clustering.dbscan  # noqa: F401 - the module, which the function's name hides
from songatlas.clustering.agglomerative import agglomerative, ward_of_means
from songatlas.clustering.dbscan import dbscan, knee_eps
from songatlas.clustering.gaussian_mixture import gaussian_mixture
from songatlas.clustering.kmeans import inertia, kmeans
from songatlas.errors import ConfigError


def test_kmeans_reaches_the_best_of_all_partitions():
    X = np.random.default_rng(1).normal(size=(9, 2))
    every = [[mask >> i & 1 for i in range(9)] for mask in range(1, 2**8)]
    best = min(inertia(X, np.array(labels)) for labels in every)
    assert inertia(X, kmeans(X, 2, random_state=0)) == pytest.approx(best)


def test_agglomerative_is_the_ward_tree_of_scipy():
    X = np.random.default_rng(2).normal(size=(60, 5))
    expected = fcluster(ward(X), 7, criterion="maxclust")
    assert adjusted_rand_score(agglomerative(X, 7), expected) == 1


def test_ward_of_single_tracks_is_ward() -> None:
    X = np.random.default_rng(2).normal(size=(60, 5))
    expected = fcluster(ward(X), 7, criterion="maxclust")
    assert adjusted_rand_score(ward_of_means(X, np.ones(60, int), 7), expected) == 1


def test_ward_of_groups_goes_by_their_sizes() -> None:
    rng = np.random.default_rng(3)
    means, sizes = rng.normal(size=(12, 3)), rng.integers(1, 30, 12)
    # as many tracks at every mean as it stands for; those of one mean merge first, at no cost
    tree = fcluster(ward(np.repeat(means, sizes, axis=0)), 4, criterion="maxclust")
    expected = tree[np.cumsum(sizes) - 1]
    assert adjusted_rand_score(ward_of_means(means, sizes, 4), expected) == 1


def test_ward_through_micro_clusters_finds_what_ward_finds() -> None:
    rng = np.random.default_rng(4)
    labels = rng.choice(4, size=3000, p=[0.6, 0.2, 0.15, 0.05])
    X = rng.normal(size=(3000, 6)) + 7 * np.eye(4, 6)[labels]
    found = agglomerative(X, 4, max_tracks=2999)
    assert adjusted_rand_score(labels, found) > 0.97
    assert np.array_equal(agglomerative(X, 4, max_tracks=3000), agglomerative(X, 4))
    assert np.array_equal(found, agglomerative(X, 4, max_tracks=2999))


def test_dbscan_refuses_before_it_allocates_and_says_what_to_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = sys.modules["songatlas.clustering.dbscan"]  # which the function's name hides
    with pytest.raises(ConfigError, match=r"at most 30000 tracks. Got 40000.*K-Means or GMM"):
        dbscan(np.broadcast_to(0.0, (40_000, 4)))
    X = np.arange(6.0)[:, None]
    monkeypatch.setattr(module, "MAX_TRACKS", 6)
    assert dbscan(X, eps=1, min_samples=2).tolist() == [0] * 6
    monkeypatch.setattr(module, "MAX_TRACKS", 5)
    with pytest.raises(ConfigError, match="at most 5 tracks"):
        dbscan(X, eps=1, min_samples=2)


def test_a_mixture_fitted_to_a_sample_names_the_component_of_every_track(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(6)
    labels = np.arange(600) % 3
    X = rng.normal(size=(600, 4)) + 8 * np.eye(4)[labels]
    monkeypatch.setattr(sys.modules["songatlas.clustering.gaussian_mixture"], "MAX_FIT", 90)
    found = gaussian_mixture(X, 3, random_state=0)
    assert adjusted_rand_score(labels, found) == 1


@pytest.mark.parametrize("shape", ["own ellipsoids", "one ellipsoid", "balls in many dimensions"])
def test_gaussian_mixture_takes_the_covariance_that_the_data_support(shape):
    rng = np.random.default_rng(5)
    labels = np.arange(240) % 3
    if shape == "own ellipsoids":  # three needles through almost one point
        X = rng.normal(size=(240, 3)) * np.where(np.eye(3)[labels] == 1, 10, 0.3)
    elif shape == "one ellipsoid":  # the same correlations in every cluster
        X = rng.normal(size=(240, 12)) @ rng.normal(size=(12, 12))
        X += 2.25 * rng.normal(size=(3, 12))[labels]
    else:  # 40 dimensions, 80 tracks a cluster: full covariances would be mostly noise
        X = rng.normal(size=(240, 40)) + 6 * np.eye(40)[labels]
    found = gaussian_mixture(X, 3, random_state=0)
    assert adjusted_rand_score(labels, found) > 0.85
    if shape != "balls in many dimensions":
        assert adjusted_rand_score(labels, kmeans(X, 3, random_state=0)) < 0.6


def test_gaussian_mixture_survives_more_features_than_tracks():
    rng = np.random.default_rng(0)
    labels = np.arange(30) % 2
    X = rng.normal(size=(30, 100)) + 8 * labels[:, None]
    assert adjusted_rand_score(labels, gaussian_mixture(X, 2, random_state=0)) == 1


@pytest.mark.parametrize("eps", [0.6, 0.9, 1.3])
@pytest.mark.parametrize("min_samples", [1, 4, 10])
def test_dbscan_has_the_core_tracks_and_the_noise_of_scikit_learn(eps, min_samples):
    X = np.random.default_rng(4).normal(size=(300, 3))
    oracle = DBSCAN(eps=eps, min_samples=min_samples).fit(X)
    labels = dbscan(X, eps=eps, min_samples=min_samples)
    np.testing.assert_array_equal(labels == -1, oracle.labels_ == -1)
    core = oracle.core_sample_indices_
    assert adjusted_rand_score(labels[core], oracle.labels_[core]) == 1
    assert labels.max() == oracle.labels_.max()


def test_dbscan_border_tracks_join_the_nearest_core_whatever_the_order():
    X = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 1.25, 2.0, 2.1, 2.2, 2.3, 2.4])[:, None]
    labels = dbscan(X, eps=0.9, min_samples=5)
    assert labels.tolist() == [1] * 5 + [0] * 6
    assert dbscan(X[::-1], eps=0.9, min_samples=5).tolist() == [0] * 6 + [1] * 5


def test_dbscan_in_small_blocks_is_the_same(monkeypatch):

    X = np.random.default_rng(4).normal(size=(200, 2))
    whole = dbscan(X, eps=0.25, min_samples=4)
    monkeypatch.setattr("songatlas.distances.BLOCK_ENTRIES", 500)
    np.testing.assert_array_equal(dbscan(X, eps=0.25, min_samples=4), whole)
    assert whole.max() > 3
    assert (whole == -1).any()


def test_dbscan_counts_a_track_at_exactly_eps():
    X = np.array([[0.0], [0.1], [0.2], [0.30000000000000004]])
    assert dbscan(X, eps=0.1, min_samples=2).tolist() == [0, 0, 0, 0]


def test_dbscan_finds_exact_duplicates_at_radius_zero():
    # A curve that is flat at 0 for most tracks has its knee there.
    X = np.random.default_rng(0).normal(size=(60, 7)) + 3
    X[:45] = X[0]
    assert knee_eps(X, min_samples=10) == 0
    assert dbscan(X).tolist() == [0] * 45 + [-1] * 15


def test_dbscan_sees_small_distances_beside_a_huge_outlier():
    X = np.array([[0.0], [1e-3], [2e-3], [0.1], [0.101], [0.102], [1e7]])
    assert dbscan(X, eps=2e-3, min_samples=2).tolist() == [0, 0, 0, 1, 1, 1, -1]


def test_dbscan_knee_leaves_outliers_out(planted):
    X, labels_true = planted
    X = np.concatenate([X, 500 * np.random.default_rng(0).normal(size=(6, 8))])
    labels = dbscan(X)
    assert (labels[-6:] == -1).all()
    assert adjusted_rand_score(labels_true, labels[:-6]) > 0.95


def test_knee_of_an_elbow_in_closed_form():
    # Ten pairs at distance 1 and two singles far from all: the curve is flat, then jumps.
    X = np.array([[100.0 * i + j] for i in range(10) for j in (0, 1)] + [[2000.0], [4000.0]])
    assert knee_eps(X, min_samples=2) == pytest.approx(1)
    assert knee_eps(np.ones((5, 2)), min_samples=3) == 0


def test_dbscan_with_fewer_tracks_than_min_samples_is_noise():
    assert dbscan(np.arange(4.0)[:, None], eps=1.0).tolist() == [-1] * 4
    assert dbscan(np.arange(4.0)[:, None]).tolist() == [-1] * 4
    assert dbscan(np.empty((0, 2))).tolist() == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"eps": -1.0}, "dbscan_eps must be positive"),
        ({"eps": float("nan")}, "dbscan_eps must be positive"),
        ({"min_samples": 0}, "dbscan_min_samples must be at least 1. Got 0"),
    ],
)
def test_dbscan_settings(options, message):
    with pytest.raises(ConfigError, match=message):
        dbscan(np.zeros((5, 2)), **options)
