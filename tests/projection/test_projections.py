"""The contract that every row of ``PROJECTIONS`` keeps, and what is particular to each."""

import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

import songatlas.projection
from songatlas.config.limits import LIMITS
from songatlas.config.stages import ProjectionConfig
from songatlas.errors import TooFewTracksError
from songatlas.projection import PROJECTIONS
from songatlas.projection.start import pca, starting_layout
from songatlas.projection.tsne import tsne, usable_perplexity
from songatlas.projection.umap import _exact_neighbors, umap, usable_neighbors

CONFIG = ProjectionConfig()

# The principal plane is where the others start; it keeps the same contract.
METHODS = {name: method.project for name, method in PROJECTIONS.items()} | {
    "pca": lambda X, config, seed: pca(X, random_state=seed)
}
every_projection = pytest.mark.parametrize("name", METHODS)


def run(name, X, seed=0):
    return METHODS[name](X, CONFIG, seed)


@pytest.fixture(scope="module")
def planted():
    """Five balls in ten dimensions, and which ball each point is in."""
    rng = np.random.default_rng(7)
    labels = rng.integers(5, size=150)
    return 9 * np.eye(10)[labels] + rng.normal(size=(150, 10)), labels


def test_every_method_has_a_row():
    files = {path.stem for path in Path(songatlas.projection.__file__).parent.glob("*.py")}
    ground = {"__init__", "apart", "place_among", "points", "start", "worker"}
    assert files - ground == set(PROJECTIONS)


@every_projection
def test_neighbours_of_planted_clusters_stay_neighbours(name, planted):
    X, labels = planted
    embedding = run(name, X)
    assert embedding.shape == (150, 2)
    assert embedding.dtype == np.float32
    guess = KNeighborsClassifier(5).fit(embedding[::2], labels[::2]).predict(embedding[1::2])
    # Four directions part five balls, of which a plane shows two.
    assert np.mean(guess == labels[1::2]) > (0.5 if name == "pca" else 0.99)


def test_coarser_groups_of_far_tracks_keep_planted_clusters(planted, monkeypatch):
    X, labels = planted
    fine = tsne(X, random_state=0)
    module = sys.modules[tsne.__module__]
    monkeypatch.setattr(module, "MAX_FINE", 149)
    embedding = tsne(X, random_state=0)
    assert (embedding != fine).any()
    guess = KNeighborsClassifier(5).fit(embedding[::2], labels[::2]).predict(embedding[1::2])
    assert np.mean(guess == labels[1::2]) > 0.99


@every_projection
def test_same_bytes_again_and_with_more_threads(name, planted):
    X, _ = planted
    first = run(name, X[:60])
    with threadpool_limits(2):
        again = run(name, X[:60])
    assert first.tobytes() == again.tobytes()


@every_projection
@pytest.mark.parametrize("n_tracks", [3, 4, 5, 6, 9, 17])
@pytest.mark.parametrize("n_features", [1, 2, 32])
def test_few_tracks_and_few_features(name, n_tracks, n_features):
    X = np.random.default_rng(n_tracks).normal(size=(n_tracks, n_features))
    embedding = run(name, X)
    assert embedding.shape == (n_tracks, 2)
    assert np.isfinite(embedding).all()
    assert len(np.unique(embedding, axis=0)) == n_tracks


@every_projection
def test_tracks_at_one_point_are_drawn_at_one_point(name):
    assert (run(name, np.full((12, 3), 0.1)) == 0).all()


@every_projection
def test_many_duplicates(name):
    X = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
    X[:30] = X[0]
    assert np.isfinite(run(name, X)).all()


@every_projection
def test_two_tracks_are_too_few_and_bad_matrices_are_named(name):
    with pytest.raises(TooFewTracksError, match=r"at least 3 usable tracks\. Got 2"):
        run(name, np.zeros((2, 5)))
    with pytest.raises(ValueError, match=r"rows \[1\]"):
        run(name, np.array([[0.0], [np.nan], [1.0]]))
    with pytest.raises(ValueError, match=r"Got shape \(5,\)"):
        run(name, np.zeros(5))


@every_projection
def test_input_is_left_alone(name, planted):
    X = planted[0][:30].copy()
    run(name, X)
    np.testing.assert_array_equal(X, planted[0][:30])


def test_pca_is_that_of_scikit_learn_up_to_sign(planted):
    X, _ = planted
    expected = PCA(2, svd_solver="full").fit_transform(X)
    found = pca(X, random_state=0)
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found * signs, expected, atol=1e-4)


def test_the_start_is_the_principal_plane_in_unit_scale(planted):
    X, _ = planted
    start, plane = starting_layout(X, random_state=0), pca(X, random_state=0)
    assert start[:, 0].std() == pytest.approx(1, abs=1e-3)
    for axis in (0, 1):
        assert np.corrcoef(start[:, axis], plane[:, axis])[0, 1] > 0.9999
    duplicates = starting_layout(np.array([[0.0], [0.0], [1.0]]), random_state=0)
    assert len(np.unique(duplicates, axis=0)) == 3


def test_perplexity_and_neighbours_are_lowered_for_few_tracks():
    assert [usable_perplexity(30, n) for n in (3, 4, 31, 90, 91, 92)] == [
        1,
        1,
        10,
        pytest.approx(89 / 3),
        30,
        30,
    ]
    assert [usable_neighbors(15, n) for n in (3, 15, 16, 17)] == [2, 14, 15, 15]
    assert usable_neighbors(2, 100) == usable_neighbors(1, 100) == 2


def test_settings_reach_the_methods(planted):
    X = planted[0][:60]
    few = ProjectionConfig(tsne_perplexity=5.0, umap_neighbors=4, umap_min_dist=0.5)
    direct = {
        "tsne": tsne(X, random_state=3, perplexity=5.0),
        "umap": umap(X, random_state=3, n_neighbors=4, min_dist=0.5),
    }
    for name, expected in direct.items():
        np.testing.assert_array_equal(PROJECTIONS[name].project(X, few, 3), expected)
        assert not np.array_equal(run(name, X, seed=3), expected)


def test_the_greatest_distance_that_may_be_set_can_be_drawn(planted):
    _, most = LIMITS["projection.umap_min_dist"]
    assert np.isfinite(umap(planted[0][:60], random_state=3, min_dist=most)).all()


def test_exact_neighbours_up_to_a_limit(planted, monkeypatch):
    X, _ = planted
    indices, distances, index = _exact_neighbors(X, 4)
    every = np.linalg.norm(X[:, None] - X, axis=-1)
    np.testing.assert_array_equal(indices, np.argsort(every, axis=1)[:, :4])
    np.testing.assert_allclose(distances, np.sort(every, axis=1)[:, :4], atol=1e-6)
    assert index is None
    monkeypatch.setitem(_exact_neighbors.__globals__, "MAX_EXACT", 100)
    assert _exact_neighbors(X, 4) == (None, None, None)
