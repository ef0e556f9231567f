import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from songatlas.clustering.kmeans import kmeans
from songatlas.clustering.selection import select_k
from songatlas.errors import ConfigError, TooFewTracksError
from songatlas.evaluation.internal import internal_scores


def select(X, k_min=2, k_max=12):
    return select_k(X, k_min=k_min, k_max=k_max, random_state=0, score=internal_scores)


def test_planted_number_of_clusters_is_found(planted):
    X, labels_true = planted
    found = select(X)
    assert found.best_k == 4
    assert found.ks == tuple(range(2, 13))
    assert found.notes == ()
    assert adjusted_rand_score(labels_true, found.best_labels) == 1
    assert found.smallest_cluster[found.ks.index(4)] == 30
    assert (np.diff(found.inertia) < 0).all()


def test_scores_are_those_of_kmeans_at_every_k(planted):
    X, _ = planted
    found = select(X, 3, 6)
    for k, labels, silhouette in zip(found.ks, found.labels, found.silhouette, strict=True):
        np.testing.assert_array_equal(labels, kmeans(X, k, random_state=0))
        assert silhouette == pytest.approx(silhouette_score(X, labels), rel=1e-9)


def test_three_tracks():
    found = select(np.array([[0.0], [1.0], [9.0]]))
    assert (found.ks, found.best_k) == ((2,), 2)
    assert found.best_labels.tolist() == [0, 0, 1]
    assert found.notes == ("k_max was lowered from 12 to 2: there are 3 tracks.",)


def test_collapsed_tracks_have_no_silhouette_and_the_smallest_k():
    found = select(np.ones((20, 4)))
    assert (found.ks, found.best_k, found.silhouette) == ((2,), 2, (None,))
    assert found.best_labels.tolist() == [0] * 20
    assert found.notes == ("K stops at 2: the tracks lie at 1 distinct points.",)


def test_k_stops_at_the_number_of_distinct_points():
    X = np.repeat(np.array([[0.0], [1.0], [5.0], [6.0]]), 5, axis=0)
    found = select(X)
    assert found.ks == (2, 3, 4)
    assert found.best_k == 4
    assert found.silhouette[-1] == 1


def test_of_equal_silhouettes_the_smallest_k_wins():
    class Same:
        silhouette = calinski_harabasz = davies_bouldin = 0.5

    X = np.random.default_rng(0).normal(size=(20, 2))
    found = select_k(
        X, k_min=3, k_max=6, random_state=0, score=lambda _, partitions: [Same()] * len(partitions)
    )
    assert found.best_k == 3


@pytest.mark.parametrize(("k_min", "k_max"), [(1, 5), (5, 4), (0, 0)])
def test_impossible_ranges(k_min, k_max):
    with pytest.raises(ConfigError, match=f"Got k_min = {k_min}, k_max = {k_max}"):
        select(np.zeros((9, 2)), k_min, k_max)


@pytest.mark.parametrize(("n_tracks", "k_min"), [(2, 2), (1, 2), (0, 2), (3, 3)])
def test_too_few_tracks_say_how_many_are_needed(n_tracks, k_min):
    with pytest.raises(TooFewTracksError, match=f"needs at least {k_min + 1} usable tracks"):
        select(np.zeros((n_tracks, 2)), k_min)
