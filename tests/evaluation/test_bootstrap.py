import numpy as np
import pytest

from songatlas.evaluation.bootstrap import bootstrap_interval, bootstrap_scores
from songatlas.evaluation.contingency import contingency_table
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.stacks import score_stacks

N_TRACKS, N_CLUSTERS, N_CLASSES = 150, 8, 6


def planted(rng):
    """A sample of tracks whose cluster follows their class three times in ten."""
    true = rng.integers(N_CLASSES, size=N_TRACKS)
    at_random = rng.integers(N_CLUSTERS, size=N_TRACKS)
    return true, np.where(rng.random(N_TRACKS) < 0.3, true, at_random)


def planted_artists(rng, n_artists=40):
    """The same by artists: nine tracks in ten have their artist's class, seven its cluster."""
    artist = rng.integers(n_artists, size=208)
    class_of, noise = rng.integers(4, size=n_artists), rng.random((2, 208))
    cluster_of = np.where(rng.random(n_artists) < 0.6, class_of, rng.integers(4, size=n_artists))
    true = np.where(noise[0] < 0.9, class_of[artist], rng.integers(4, size=208))
    return true, np.where(noise[1] < 0.7, cluster_of[artist], rng.integers(4, size=208)), artist


def percentiles(true, labels, *, n_bootstrap, rng):
    """The uncorrected interval."""
    scores = bootstrap_scores(true, labels, n_bootstrap=n_bootstrap, rng=rng)
    return {name: np.quantile(scores[name], [0.025, 0.975]) for name in EXTERNAL}


def coverage(interval, sample, *, n_replications):
    """Share of the intervals of planted samples that hold the mean score of such samples."""
    rng = np.random.default_rng(1)
    tables = (contingency_table(*sample(rng)[:2])[None] for _ in range(2000))
    target = {name: scores.mean() for name, scores in score_stacks(tables).items()}
    share = dict.fromkeys(EXTERNAL, 0.0)
    for _ in range(n_replications):
        for name, (low, high) in interval(*sample(rng), n_bootstrap=200, rng=rng).items():
            share[name] += (low <= target[name] <= high) / n_replications
    return share


@pytest.mark.battery
def test_intervals_of_tracks_hold_the_truth_as_often_as_they_say():
    share = coverage(bootstrap_interval, planted, n_replications=200)
    assert all(0.90 <= value <= 0.99 for value in share.values()), share


@pytest.mark.battery
def test_uncorrected_intervals_do_not():
    # Resamples hold doubled tracks, which agree with themselves: all of them score too high.
    share = coverage(percentiles, planted, n_replications=100)
    assert max(share["NMI"], share["AMI"]) < 0.75, share


@pytest.mark.battery
def test_intervals_of_artists_hold_the_truth_as_often_as_they_say():
    share = coverage(bootstrap_interval, planted_artists, n_replications=200)
    assert all(0.88 <= value <= 0.99 for value in share.values()), share


@pytest.mark.battery
def test_intervals_of_tracks_are_too_narrow_for_artists():
    share = coverage(bootstrap_interval, lambda rng: planted_artists(rng)[:2], n_replications=100)
    assert all(value < 0.87 for value in share.values()), share


def test_resampled_tables_are_those_of_resampled_tracks():
    rng = np.random.default_rng(0)
    true, labels = planted(rng)
    fast = bootstrap_scores(true, labels, n_bootstrap=1500, rng=rng)
    draws = rng.integers(N_TRACKS, size=(1500, N_TRACKS))
    slow = score_stacks(contingency_table(true[d], labels[d])[None] for d in draws)
    for name in EXTERNAL:
        assert np.mean(fast[name]) == pytest.approx(np.mean(slow[name]), abs=0.006)
        assert np.std(fast[name]) == pytest.approx(np.std(slow[name]), rel=0.1)


def test_resampled_tables_are_those_of_resampled_artists():
    rng = np.random.default_rng(0)
    true, labels, artist = planted_artists(rng, n_artists=25)
    fast = bootstrap_scores(true, labels, artist, n_bootstrap=1000, rng=rng)
    members = [np.flatnonzero(artist == a) for a in np.unique(artist)]
    draws = (
        np.concatenate([members[a] for a in rng.integers(len(members), size=len(members))])
        for _ in range(1000)
    )
    slow = score_stacks(contingency_table(true[d], labels[d])[None] for d in draws)
    for name in EXTERNAL:
        assert np.mean(fast[name]) == pytest.approx(np.mean(slow[name]), abs=0.01)
        assert np.std(fast[name]) == pytest.approx(np.std(slow[name]), rel=0.1)


def test_groups_of_one_track_are_tracks():
    true, labels = planted(np.random.default_rng(0))
    alone = np.full(N_TRACKS, -1)
    by_group = bootstrap_scores(true, labels, alone, n_bootstrap=2000, rng=np.random.default_rng(1))
    by_track = bootstrap_scores(true, labels, n_bootstrap=2000, rng=np.random.default_rng(2))
    for name in EXTERNAL:
        assert np.mean(by_group[name]) == pytest.approx(np.mean(by_track[name]), abs=0.005)
        assert np.std(by_group[name]) == pytest.approx(np.std(by_track[name]), rel=0.1)


@pytest.mark.parametrize("groups", [None, np.arange(90) // 3])
def test_a_perfect_clustering_stays_within_the_range(groups):
    labels = np.arange(90) // 30
    intervals = bootstrap_interval(labels, labels, groups, rng=np.random.default_rng(0))
    assert all(interval == (1, 1) for interval in intervals.values())


def test_small_stacks_give_as_many_resamples(monkeypatch):
    import songatlas.evaluation.stacks as stacks

    monkeypatch.setattr(stacks, "BLOCK_ENTRIES", 1000)
    true, labels = planted(np.random.default_rng(0))
    for groups in (None, np.arange(N_TRACKS) // 2):
        scores = bootstrap_scores(
            true, labels, groups, n_bootstrap=105, rng=np.random.default_rng(0)
        )
        assert all(values.shape == (105,) for values in scores.values())


def test_unlabelled_tracks_have_no_part():
    rng = np.random.default_rng(0)
    true, labels = planted(rng)
    more = (np.r_[true, [-1] * 40], np.r_[labels, rng.integers(N_CLUSTERS, size=40)])
    groups = np.r_[np.arange(N_TRACKS) // 2, np.arange(40)]
    for part, whole in ((None, None), (groups[:N_TRACKS], groups)):
        assert bootstrap_interval(
            true, labels, part, rng=np.random.default_rng(3)
        ) == bootstrap_interval(*more, whole, rng=np.random.default_rng(3))


@pytest.mark.parametrize(
    ("true", "groups", "n_bootstrap"),
    [
        ([0, 0, 0, 0], None, 100),  # one class
        ([-1, -1, -1, -1], None, 100),  # no class
        ([-1, -1, -1, -1], [0, 1, 2, 3], 100),
        ([0, 1, 0, 1], [5, 5, 5, 5], 100),  # one artist
        ([0, 1, -1, -1], [5, 5, 6, 6], 100),  # one artist with labels
        ([0, 1, 0, 1], None, 0),
    ],
)
def test_no_interval(true, groups, n_bootstrap):
    groups = None if groups is None else np.array(groups)
    intervals = bootstrap_interval(
        np.array(true),
        np.array([0, 1, 0, 0]),
        groups,
        n_bootstrap=n_bootstrap,
        rng=np.random.default_rng(0),
    )
    assert intervals == dict.fromkeys(EXTERNAL)


def test_resamples_that_lose_a_class_are_passed_over():
    true = np.array([0] * 11 + [1])
    scores = bootstrap_scores(true, true, n_bootstrap=300, rng=np.random.default_rng(0))
    assert 0.2 < np.isnan(scores["ARI"]).mean() < 0.6  # (11/12)¹² = 0.35
    intervals = bootstrap_interval(true, true, rng=np.random.default_rng(0))
    assert intervals["ARI"] == (1, 1)


def test_groups_must_be_of_the_same_tracks():
    with pytest.raises(ValueError, match=r"shape of labels_true, \(4,\)\. Got \(3,\)"):
        bootstrap_interval(np.arange(4), np.arange(4), np.arange(3), rng=np.random.default_rng(0))
