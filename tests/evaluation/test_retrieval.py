"""Neighbours by other artists and halves of tracks, against what loops say and what is planted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from songatlas.evaluation.retrieval import (
    foreign_neighbours,
    half_ranks,
    neighbour_hits,
    paired_interval,
    shared_neighbours,
)


def cosine(a, b):
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


@given(seed=st.integers(0, 99), n=st.integers(2, 12), k=st.integers(1, 9))
def test_neighbours_are_those_that_loops_find(seed, n, k):
    rng = np.random.default_rng(seed)
    X, groups = rng.normal(size=(n, 3)), rng.integers(-1, 4, size=n)
    labels = rng.integers(0, 3, size=n)
    near, hits = foreign_neighbours(X, groups, k), neighbour_hits(X, labels, groups, k)
    for i in range(n):
        others = [j for j in range(n) if j != i and (groups[j] != groups[i] or groups[i] < 0)]
        others = sorted(others, key=lambda j: -cosine(X[i], X[j]))[:k]
        assert near[i][near[i] >= 0].tolist() == others
        counts = [sum(labels[j] == c for j in others) for c in range(3)]
        best = [c for c in range(3) if counts[c] == max(counts)]
        winner = next((labels[j] for j in others if labels[j] in best), None)
        assert hits[i] == (winner == labels[i])


def test_an_album_does_not_find_itself():
    """Every artist has a direction, and no label follows from it: by chance, not by the album."""
    rng = np.random.default_rng(0)
    artists = np.repeat(np.arange(30), 5)
    X = rng.normal(size=(30, 16))[artists] + 0.1 * rng.normal(size=(150, 16))
    labels = rng.integers(0, 3, size=30)[artists]
    assert neighbour_hits(X, labels, np.full(150, -1), 4).mean() > 0.9
    assert neighbour_hits(X, labels, artists, 4).mean() < 0.6


def test_halves_that_agree_and_halves_that_do_not():
    rng = np.random.default_rng(1)
    X, artists = rng.normal(size=(40, 8)), np.arange(40)
    close, other = X + 0.05 * rng.normal(size=X.shape), rng.normal(size=X.shape)
    assert (half_ranks(X, close) == 0).all()
    assert shared_neighbours(X, close, artists).mean() > 0.8
    assert (half_ranks(np.ones((5, 1)), np.ones((5, 1))) == 4).all()  # that says nothing
    ranks = half_ranks(X, other)
    assert 0.35 < ranks.mean() / 39 < 0.65
    assert abs(shared_neighbours(X, other, artists).mean() - 9 / 39) < 0.1
    for way, (a, b) in enumerate(((X, other), (other, X))):
        for i in range(40):
            alike = [cosine(a[i], b[j]) for j in range(40)]
            assert ranks[way, i] == sum(x > alike[i] for x in alike)


def test_the_interval_is_of_artists_and_not_of_tracks():
    """Ten artists whose tracks all say the same are ten observations, not a hundred."""
    rng = np.random.default_rng(2)
    of_artists = rng.normal(size=10)
    difference, artists = np.repeat(of_artists, 10), np.repeat(np.arange(10), 10)
    wide = paired_interval(difference, artists, rng=np.random.default_rng(0))
    narrow = paired_interval(difference, np.full(100, -1), rng=np.random.default_rng(0))
    assert wide.low < of_artists.mean() < wide.high
    assert abs((wide.high - wide.low) - 2 * 1.96 * of_artists.std() / 10**0.5) < 0.25
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert paired_interval(np.ones(3), np.zeros(3, int), rng=rng) is None
