"""Copies of a recording, known by their points or by their sound, hold up no verdict."""

import numpy as np
import pytest
from batteries.honesty import (
    NOISE,
    PLANTED,
    allowed,
    check,
    cluster,
    judged,
    posteriors,
)

from songatlas.evaluation.near_duplicates import find_duplicates


def test_near_duplicates_are_listed_by_path_and_left_out() -> None:
    X, _ = PLANTED["near-duplicates"](np.random.default_rng(0))
    names = tuple(f"{i}.flac" for i in range(len(X)))
    trust = check(X, cluster(X, 4, 0), track_ids=names)
    assert trust.verdict == "trustworthy"
    assert len(trust.duplicates) == 30
    assert {copy for _, copy in trust.duplicates} == set(names[-30:])
    assert trust.measurements["separation"]["n_tracks"] == len(X) - 30


@pytest.mark.parametrize("n_copies", [8, 14, 60])
def test_copies_that_are_known_by_their_sound_hold_up_no_verdict(n_copies: int) -> None:
    """Of 40 songs without groups, one so often that it is a cluster."""
    rng = np.random.default_rng(n_copies)
    songs = rng.normal(size=(40, 12))
    X = np.vstack([songs, 4 + 0.4 * rng.normal(size=(n_copies, 12))])
    labels = np.repeat([0, 1], [40, n_copies])
    recordings = np.append(np.arange(40), np.full(n_copies, 40))
    found = find_duplicates(X, recordings)
    assert found.pairs == tuple((40, 40 + i) for i in range(1, n_copies))
    assert len(found.kept) == 41
    everything = {"drawn": X, "labels_true": labels, "artists": recordings, "duplicates": found}
    trust = check(X, labels, posteriors=posteriors(X), **everything)
    assert trust.verdict == "not a clustering"
    assert trust.measurements["n_tracks"] == len(X)
    assert trust.measurements["balance"]["sizes"] == (40, 1)
    assert trust.measurements["certainty"]["n_tracks"] == 41
    assert trust.measurements["separation"]["n_tracks"] == 41


@pytest.mark.battery
@pytest.mark.parametrize("n_copies", [6, pytest.param(30, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "name", ["few tracks", *(pytest.param(x, marks=pytest.mark.slow) for x in ("Gaussian", "four"))]
)
def test_copies_have_no_say_in_the_number_of_clusters(name: str, n_copies: int) -> None:
    """One recording, so often and so far from the others that it would be a cluster."""
    rng = np.random.default_rng(0)
    X = PLANTED[name](rng)[0] if name in PLANTED else NOISE[name](rng)
    far = X[0] + 9 * X.std(axis=0)
    copies = far + 0.3 * rng.normal(size=(n_copies, X.shape[1]))
    recordings = np.append(np.arange(len(X)), np.full(n_copies, 0))
    alone, labels_alone = judged(X, 0, k_max=4)
    trust, labels = judged(np.vstack([X, copies]), 0, k_max=4, recordings=recordings)
    assert len(np.unique(labels)) == len(np.unique(labels_alone))
    assert trust.verdict in (alone.verdict, "not a clustering", "weak")
    assert sum(trust.measurements["balance"]["sizes"]) == len(X)  # a cluster of copies is none


def test_recordings_are_copies_wherever_their_points_are() -> None:
    X = np.random.default_rng(0).normal(size=(30, 8))
    assert find_duplicates(X, np.arange(30)).pairs == ()
    groups = np.arange(30)
    groups[[4, 20, 29]] = 4
    assert find_duplicates(X, groups).pairs == ((4, 20), (4, 29))
    twice = np.vstack([X, X[29:]])  # of the same points as one of them
    assert find_duplicates(twice, np.append(groups, 30)).pairs == ((4, 20), (4, 29), (4, 30))


@pytest.mark.battery
def test_noise_whose_tracks_are_there_three_times_gains_nothing() -> None:
    noise = np.random.default_rng(0).normal(size=(120, 24))
    trust, _ = judged(np.repeat(noise, 3, axis=0), 0, k_max=5)
    assert trust.verdict == "not a clustering"
    assert allowed(trust, "duplicates") == "weak"
