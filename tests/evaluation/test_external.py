"""Properties that the rows of ``EXTERNAL`` share, one table a property."""

import math
import pkgutil
import re
from importlib import import_module

import numpy as np
import pytest
import sklearn.metrics as oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas import evaluation
from songatlas.evaluation.contingency import contingency_table
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.internal import INTERNAL
from songatlas.evaluation.purity import purity_score

ORACLES = {
    "ARI": oracle.adjusted_rand_score,
    "NMI": oracle.normalized_mutual_info_score,
    "AMI": oracle.adjusted_mutual_info_score,
    "Purity": lambda true, labels: (
        sum(np.bincount(true[labels == c]).max() for c in np.unique(labels)) / len(true)
    ),
}
SYMMETRIC = {"ARI", "NMI", "AMI"}
ZERO_FOR_ONE_CLUSTER = {"ARI", "NMI", "AMI"}
ADJUSTED_FOR_CHANCE = {"ARI", "AMI"}

quick = settings(max_examples=40, deadline=None)
every_metric = pytest.mark.parametrize("name", EXTERNAL)


@st.composite
def labellings(draw):
    """Two labellings of the same 4 … 40 tracks, the first with at least two classes."""
    n_tracks = draw(st.integers(4, 40))
    labels = st.lists(st.integers(0, 5), min_size=n_tracks, max_size=n_tracks).map(np.array)
    return draw(labels.filter(lambda x: len(set(x.tolist())) > 1)), draw(labels)


def test_every_metric_is_in_a_table_and_every_table_covers_it():
    modules = [
        import_module(f"{evaluation.__name__}.{module.name}")
        for module in pkgutil.iter_modules(evaluation.__path__)
    ]
    named = {name for module in modules for name in vars(module)}
    functions = {name for name in named if re.fullmatch(r"[a-z]\w*_(score|index)", name)}
    rows = [*INTERNAL.values(), *(metric.score for metric in EXTERNAL.values())]
    assert functions == {row.__name__ for row in rows}
    assert set(ORACLES) == set(EXTERNAL)
    adjusted = {name for name, metric in EXTERNAL.items() if metric.adjusted_for_chance}
    assert adjusted == ADJUSTED_FOR_CHANCE


@every_metric
@quick
@given(labellings())
def test_agrees_with_the_oracle(name, pair):
    ours = EXTERNAL[name].score(*pair)
    if ours is None:
        assert name in SYMMETRIC
        assert all(len(set(labels.tolist())) == len(labels) for labels in pair)
    else:
        assert ours == pytest.approx(ORACLES[name](*pair), abs=1e-9)


def test_a_table_by_hand():
    true, labels = np.array([0, 0, 0, 1, 1, 1, 2, 2]), np.array([0, 0, 1, 1, 1, 1, 2, 2])
    assert contingency_table(true, labels).tolist() == [[2, 0, 0], [1, 3, 0], [0, 0, 2]]
    assert purity_score(true, labels) == 7 / 8
    # pairs: 5 in both, 8 in one cluster, 7 in one class, 28 in all
    ari = (5 - 8 * 7 / 28) / ((8 + 7) / 2 - 8 * 7 / 28)
    assert EXTERNAL["ARI"].score(true, labels) == pytest.approx(ari, abs=1e-15)

    def entropy(*sizes):
        return -sum(s / 8 * math.log(s / 8) for s in sizes)

    of_clusters, of_classes = entropy(2, 4, 2), entropy(3, 3, 2)
    information = of_clusters + of_classes - entropy(2, 1, 3, 2)
    nmi = 2 * information / (of_clusters + of_classes)
    assert EXTERNAL["NMI"].score(true, labels) == pytest.approx(nmi, abs=1e-15)


@every_metric
@quick
@given(labellings(), st.permutations(range(6)), st.permutations(range(6)))
def test_names_of_clusters_and_classes_do_not_matter(name, pair, names, names_true):
    true, labels = pair
    score = EXTERNAL[name].score
    renamed = score(np.array(names_true)[true], np.array(names)[labels])
    assert renamed == pytest.approx(score(true, labels), abs=1e-12)


@every_metric
@quick
@given(labellings(), st.randoms(use_true_random=False))
def test_order_of_tracks_does_not_matter(name, pair, random):
    true, labels = pair
    order = list(range(len(true)))
    random.shuffle(order)
    score = EXTERNAL[name].score
    assert score(true[order], labels[order]) == score(true, labels)


@every_metric
@quick
@given(labellings())
def test_within_its_range(name, pair):
    metric = EXTERNAL[name]
    value = metric.score(*pair)
    assert value is None or metric.low <= value <= metric.high


@every_metric
def test_the_same_partition_scores_one(name):
    labels = np.arange(60) % 4
    assert EXTERNAL[name].score(labels, (labels + 3) % 4) == pytest.approx(1, abs=1e-12)


@every_metric
@quick
@given(labellings().filter(lambda pair: len(set(pair[1].tolist())) > 1))
def test_symmetric_or_not(name, pair):
    score = EXTERNAL[name].score
    if name in SYMMETRIC:
        assert score(*pair) == pytest.approx(score(*pair[::-1]), abs=1e-9)


def test_purity_is_not_symmetric():
    true, labels = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3])
    assert (purity_score(true, labels), purity_score(labels, true)) == (1.0, 0.5)


@every_metric
def test_random_labels_score_zero_exactly_where_adjusted(name):
    rng = np.random.default_rng(0)
    scores = [
        EXTERNAL[name].score(rng.integers(5, size=60), rng.integers(8, size=60)) for _ in range(400)
    ]
    error = np.std(scores) / 20
    if name in ADJUSTED_FOR_CHANCE:
        assert abs(np.mean(scores)) < 4 * error
    else:
        assert np.mean(scores) > 0.1


@every_metric
def test_less_than_two_classes_is_not_defined(name):
    score = EXTERNAL[name].score
    assert score(np.zeros(5, dtype=int), np.array([0, 0, 1, 1, 2])) is None
    assert score(np.array([-1, -1, 3]), np.array([0, 1, 0])) is None
    assert score(np.full(4, -1), np.arange(4)) is None
    assert score(np.empty(0, dtype=int), np.empty(0, dtype=int)) is None


@every_metric
@pytest.mark.parametrize("cluster", [0, -1])
def test_one_cluster_or_nothing_but_noise_tells_nothing(name, cluster):
    true = np.array([0, 0, 0, 1, 1, 2])
    value = EXTERNAL[name].score(true, np.full(6, cluster))
    assert value == pytest.approx(0 if name in ZERO_FOR_ONE_CLUSTER else 0.5, abs=1e-12)


@every_metric
def test_noise_is_one_group_more_and_counted(name):
    true = np.array([0, 0, 0, 1, 1, 1, 2, 2])
    noisy = np.array([0, 0, -1, 1, 1, -1, -2, -1])
    grouped = np.array([0, 0, 9, 1, 1, 9, 9, 9])
    score = EXTERNAL[name].score
    assert score(true, noisy) == score(true, grouped)
    clustered = noisy >= 0
    assert score(true[clustered], noisy[clustered]) == 1 > score(true, noisy)


@every_metric
def test_tracks_without_label_are_left_out(name):
    rng = np.random.default_rng(1)
    true, labels = rng.integers(-1, 3, size=50), rng.integers(4, size=50)
    score = EXTERNAL[name].score
    assert score(true, labels) == score(true[true >= 0], labels[true >= 0])


@every_metric
@quick
@given(st.integers(0, 10_000))
def test_a_stack_is_scored_like_its_tables(name, seed):
    rng = np.random.default_rng(seed)
    stack = rng.poisson(2, size=(2, 3, 4, 5))
    of_counts = EXTERNAL[name].of_counts
    scores = of_counts(stack)
    assert scores.shape == (2, 3)
    alone = np.array([of_counts(table) for table in stack.reshape(6, 4, 5)])
    np.testing.assert_allclose(scores.ravel(), alone, rtol=0, atol=1e-12)


@every_metric
def test_empty_rows_and_columns_of_a_table_change_nothing(name):
    table = np.array([[3, 1], [0, 4]])
    padded = np.zeros((4, 3), dtype=int)
    padded[1:3, [0, 2]] = table
    of_counts = EXTERNAL[name].of_counts
    assert of_counts(padded) == pytest.approx(float(of_counts(table)), abs=1e-12)


def test_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"shapes \(3,\) and \(2,\)"):
        contingency_table(np.zeros(3, dtype=int), np.zeros(2, dtype=int))
