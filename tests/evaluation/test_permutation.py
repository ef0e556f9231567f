import numpy as np
import pytest

from songatlas.evaluation.contingency import contingency_table
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.permutation import _deal_to_groups, _deal_to_tracks, permutation_test
from songatlas.evaluation.stacks import score_stacks


def artists_with_taste(rng, *, n_tracks=200, n_artists=40):
    """Artists keep to a genre and mostly to a cluster, but genre and cluster are unrelated."""
    artist = rng.choice(n_artists, size=n_tracks, p=rng.dirichlet(np.full(n_artists, 2.0)))
    true = rng.integers(4, size=n_artists)[artist]
    labels = rng.integers(5, size=n_artists)[artist]
    at_random = rng.random(n_tracks) < 0.3
    return true, np.where(at_random, rng.integers(5, size=n_tracks), labels), artist


def false_alarms(sample, *, n_replications=200):
    rng = np.random.default_rng(0)
    alarms = dict.fromkeys(EXTERNAL, 0.0)
    for _ in range(n_replications):
        found = permutation_test(*sample(rng), n_permutations=99, rng=rng)
        for name, chance in found.items():
            alarms[name] += (chance.p_value <= 0.05) / n_replications
    return alarms


def test_unrelated_tracks_raise_a_false_alarm_one_time_in_twenty():
    alarms = false_alarms(lambda rng: (rng.integers(4, size=80), rng.integers(5, size=80)))
    assert all(0.01 <= share <= 0.10 for share in alarms.values()), alarms


def test_artists_are_no_evidence_when_they_are_dealt_whole():
    alarms = false_alarms(artists_with_taste)
    assert all(0.01 <= share <= 0.11 for share in alarms.values()), alarms
    by_track = false_alarms(lambda rng: artists_with_taste(rng)[:2])
    assert all(share > 0.5 for share in by_track.values()), by_track


@pytest.mark.parametrize("grouped", [False, True])
def test_real_agreement_is_found(grouped):
    rng = np.random.default_rng(0)
    true, _, artist = artists_with_taste(rng)
    labels = np.where(rng.random(200) < 0.6, true, rng.integers(5, size=200))
    found = permutation_test(true, labels, artist if grouped else None, rng=rng)
    assert all(chance.p_value == 0.001 for chance in found.values())


def test_chance_levels_are_those_of_shuffled_labels():
    rng = np.random.default_rng(0)
    true, labels = rng.integers(6, size=120), rng.integers(-1, 7, size=120)
    found = permutation_test(true, labels, n_permutations=2000, rng=rng)
    slow = score_stacks(contingency_table(rng.permutation(true), labels)[None] for _ in range(2000))
    for name in EXTERNAL:
        assert found[name].mean == pytest.approx(np.mean(slow[name]), abs=0.003)
        assert found[name].sd == pytest.approx(np.std(slow[name]), rel=0.1)
        above = np.mean(slow[name] >= EXTERNAL[name].score(true, labels) - 1e-12)
        assert found[name].p_value == pytest.approx(above, abs=0.05)


def test_dealt_tables_keep_their_margins():
    table = np.array([[5, 0, 2], [1, 1, 0], [0, 0, 9]])
    (stack,) = _deal_to_tracks(table, 200, np.random.default_rng(0))
    assert (stack >= 0).all()
    assert (stack.sum(axis=1) == table.sum(axis=0)).all()
    assert (stack.sum(axis=2) == table.sum(axis=1)).all()


def test_a_dealt_group_gets_the_classes_of_one_other_group():
    group = np.array([0, 0, 0, 1, 1, 2])
    classes, clusters = np.array([0, 0, 1, 2, 2, 3]), np.array([0, 0, 0, 1, 1, 2])
    (stack,) = _deal_to_groups(clusters, classes, group, 500, np.random.default_rng(0))
    seen = {tuple(table[0].tolist()) for table in stack}  # what the three tracks of group 0 got
    assert seen == {(2, 1, 0, 0), (0, 0, 3, 0), (0, 0, 0, 3)}
    assert (stack.sum(axis=2) == [3, 2, 1]).all()


def test_groups_of_equal_size_keep_the_sizes_of_classes():
    classes = np.repeat([0, 0, 1, 2], 5)
    group = np.repeat(np.arange(4), 5)
    clusters = np.arange(20) % 3
    (stack,) = _deal_to_groups(clusters, classes, group, 50, np.random.default_rng(0))
    assert (stack.sum(axis=1) == [10, 5, 5]).all()


@pytest.mark.parametrize("true", [[0, 0, 0, 0], [-1, -1, -1, -1]])
@pytest.mark.parametrize("groups", [None, [0, 0, 1, 1]])
def test_not_defined(true, groups):
    groups = None if groups is None else np.array(groups)
    found = permutation_test(
        np.array(true), np.array([0, 1, 0, -1]), groups, rng=np.random.default_rng(0)
    )
    assert found == dict.fromkeys(EXTERNAL)


def test_no_permutations_no_test():
    labels = np.arange(8) % 2
    found = permutation_test(labels, labels, n_permutations=0, rng=np.random.default_rng(0))
    assert found == dict.fromkeys(EXTERNAL)


@pytest.mark.parametrize("groups", [None, np.minimum(np.arange(20), 12)])
def test_one_cluster_is_never_significant(groups):
    labels_true = np.r_[np.arange(13) % 3, np.zeros(7, int)]  # the largest group keeps to one
    labels = np.zeros(20, dtype=int)
    found = permutation_test(labels_true, labels, groups, rng=np.random.default_rng(0))
    assert all(chance.p_value == 1 for chance in found.values())
    assert found["Purity"].mean == pytest.approx(12 / 20)
    assert found["Purity"].sd == pytest.approx(0, abs=1e-12)
