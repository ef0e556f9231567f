"""The contract that every row of ``CLUSTERERS`` keeps, and the sketch of the documentation too."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

import songatlas.clustering
from songatlas.clustering import CLUSTERERS
from songatlas.clustering.labels import canonical_labels
from songatlas.config.stages import ClusteringConfig
from songatlas.errors import ConfigError, TooFewTracksError

CONFIG = ClusteringConfig()
PAGE = Path(__file__).parents[2] / "docs" / "development.md"
SKETCH: dict = {}
exec(
    PAGE.read_text("utf-8").split("`clustering/bisecting.py`,\n\n```python\n")[1].split("```")[0],
    SKETCH,
)
ROWS = CLUSTERERS | {
    "sketch": lambda X, k, config, seed: SKETCH["bisecting"](X, k, random_state=seed)
}
COUNTED = [name for name in ROWS if name != "DBSCAN"]  # that take a number of clusters

every_clusterer = pytest.mark.parametrize("name", ROWS)
every_counted = pytest.mark.parametrize("name", COUNTED)


def run(name, X, n_clusters, *, seed=0, config=CONFIG):
    return ROWS[name](X, n_clusters, config, seed)


def test_every_method_has_a_row():
    shared = {
        "__init__",
        "choice",
        "constraints",
        "labels",
        "points",
        "selection",
        "groups",
        "tree",
        "valley",
    }
    files = {path.stem for path in Path(songatlas.clustering.__file__).parent.glob("*.py")}
    assert len(CLUSTERERS) == len(files - shared)


@every_clusterer
def test_planted_clusters_are_recovered(name, planted):
    X, labels_true = planted
    labels = run(name, X, 4)
    assert adjusted_rand_score(labels_true, labels) > 0.95
    assert labels.max() == 3


@every_clusterer
def test_labels_are_canonical_integers_for_every_track(name, planted):
    X, _ = planted
    labels = run(name, X.astype(np.float32), 3)
    assert labels.shape == (len(X),)
    assert np.issubdtype(labels.dtype, np.integer)
    np.testing.assert_array_equal(labels, canonical_labels(labels))


@every_clusterer
def test_same_bytes_again_and_with_more_threads(name):
    X = np.random.default_rng(3).normal(size=(400, 16))  # no structure: every rounding tells
    first = run(name, X, 6)
    with threadpool_limits(2):
        again = run(name, X, 6)
    assert first.tobytes() == again.tobytes()


@every_clusterer
def test_input_is_left_alone(name, planted):
    X, _ = planted
    before = X.copy()
    run(name, X, 3)
    np.testing.assert_array_equal(X, before)


@every_clusterer
def test_a_far_origin_and_another_unit_change_nothing(name, planted):
    X, _ = planted
    moved = 1e-3 * X + 1e3
    assert adjusted_rand_score(run(name, X, 4), run(name, moved, 4)) == 1


@every_clusterer
def test_identical_tracks_are_one_cluster(name):
    labels = run(name, np.full((30, 3), 0.1), 4)
    assert labels.tolist() == [0] * 30


@every_counted
def test_duplicates_are_never_split(name):
    X = np.repeat(np.array([[0.0, 0.0], [0.0, 0.1], [9.0, 9.0]]), [5, 3, 4], axis=0)
    assert run(name, X, 6).tolist() == [0] * 5 + [2] * 3 + [1] * 4


@every_counted
def test_three_tracks_are_enough(name):
    assert run(name, np.array([[0.0], [0.2], [5.0]]), 2).tolist() == [0, 0, 1]


@every_counted
@pytest.mark.parametrize("n_clusters", [-1, 0, 1, 40, 41])
def test_impossible_number_of_clusters(name, n_clusters):
    X = np.random.default_rng(0).normal(size=(40, 2))
    message = rf"n_clusters must be in \[2, 39\] for 40 tracks. Got {n_clusters}\."
    with pytest.raises(ConfigError, match=message):
        run(name, X, n_clusters)


@every_counted
def test_two_tracks_are_too_few(name):
    with pytest.raises(TooFewTracksError, match=r"at least 3 usable tracks\. Got 2"):
        run(name, np.zeros((2, 2)), 2)


@every_clusterer
def test_bad_matrices_are_named(name):
    X = np.zeros((20, 2))
    X[[3, 7], 1] = np.nan, np.inf
    with pytest.raises(ValueError, match=r"rows \[3, 7\]"):
        run(name, X, 2)
    with pytest.raises(ValueError, match=r"Got shape \(20,\)"):
        run(name, np.zeros(20), 2)
