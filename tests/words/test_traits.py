"""Traits are found where they were planted, and nowhere else."""

import dataclasses
import tracemalloc

import numpy as np
import pytest
from words.collection import noise

from songatlas.words.evidence import Evidence, read_vocabulary
from songatlas.words.traits import ALPHA, MOST_TERMS, find_traits

N = 120


def names(evidence: Evidence, labels: np.ndarray, kind: str) -> list[list[str]]:
    found = find_traits(evidence, labels, int(labels.max()) + 1)
    return [[trait.name for trait in traits if trait.kind == kind] for traits in found]


@pytest.mark.parametrize("seed", range(20))
def test_noise_has_no_traits(seed: int) -> None:
    labels = np.random.default_rng(seed + 1000).integers(0, 4, N)
    assert find_traits(noise(N, seed), labels, 4) == ((), (), (), ())


@pytest.mark.battery
def test_noise_hardly_ever_has_a_trait() -> None:
    """Five kinds at 1 % each: at most 5 % of runs, and of 300 rarely more than 27."""
    wrong = 0
    for seed in range(300):
        rng = np.random.default_rng(seed + 5000)
        labels = rng.choice(rng.integers(2, 8), 80 + 40 * (seed % 4))
        labels = np.unique(labels, return_inverse=True)[1]
        found = find_traits(noise(len(labels), seed), labels, int(labels.max()) + 1)
        wrong += any(found)
    assert wrong <= 27


def test_planted_sound_is_found_with_its_direction() -> None:
    labels = np.repeat([0, 1, 2], N // 3)
    evidence = noise(N, 1)
    evidence.sound[labels == 1, 0] += 30
    evidence.sound[labels == 2, 2] -= 12
    found = find_traits(evidence, labels, 3)
    told = names(evidence, labels, "sound")
    assert told[1][0] == "fast"
    assert told[2][0] == "dark"
    (fast,) = (trait for trait in found[1] if trait.name == "fast")
    assert fast.measure == "tempo"
    assert fast.unit == "BPM"
    assert fast.here == pytest.approx(130, abs=5)
    assert fast.elsewhere == pytest.approx(100, abs=5)
    assert fast.effect > 0.9
    assert fast.p <= ALPHA


def test_planted_words_tags_and_texts_are_found() -> None:
    labels = np.repeat([0, 1], N // 2)
    evidence = noise(N, 2)
    words = [["sea"] if label and i % 4 else ["road", "the"] for i, label in enumerate(labels)]
    tags = evidence.tags.copy()
    tags[labels == 1, 0] = 1.0
    tags[labels == 0, 0] = 0.0
    evidence = dataclasses.replace(
        evidence,
        vocabulary=read_vocabulary(words),
        languages=("en",) * N,
        tags=tags,
        genres=tuple("rock" if label else "pop" for label in labels),
    )
    assert names(evidence, labels, "lyrics") == [["road", "the"], ["sea"]]
    assert names(evidence, labels, "tag")[1] == ["guitar"]
    assert names(evidence, labels, "genre") == [["pop"], ["rock"]]
    assert names(evidence, labels, "language") == [[], []]


def test_a_cluster_that_is_a_language_says_the_language_and_no_words() -> None:
    labels = np.repeat([0, 1], N // 2)
    rng = np.random.default_rng(0)
    spoken = [["ich", "und", "liebe"], ["the", "and", "love"]]
    words = [[w for w in spoken[label] if rng.uniform() < 0.8] + ["la"] for label in labels]
    evidence = dataclasses.replace(
        noise(N, 3),
        vocabulary=read_vocabulary(words),
        languages=tuple("en" if label else "de" for label in labels),
    )
    assert names(evidence, labels, "lyrics") == [[], []]
    assert names(evidence, labels, "language") == [["de"], ["en"]]


def test_a_language_or_genre_of_the_few_that_have_one_is_not_told_of_all() -> None:
    """Instrumental music beside some German songs, all of it in one cluster."""
    labels = np.repeat([0, 1], N // 2)
    evidence = noise(N, 4)
    for n_known, told in ((30, [["de"], ["en"]]), (29, [[], ["en"]])):
        known = ("de",) * n_known + ("",) * (60 - n_known) + ("en",) * 60
        here = dataclasses.replace(evidence, languages=known, genres=known)
        assert names(here, labels, "language") == names(here, labels, "genre") == told


def test_words_are_compared_within_their_language() -> None:
    """Cluster 1 is German, and sings of love more often than other German tracks."""
    labels = np.repeat([0, 0, 1], N // 3)
    language = np.repeat(["en", "de", "de"], N // 3)
    words = [["und"] if one == "de" else ["and"] for one in language]
    for row in np.flatnonzero(labels == 1)[::2]:
        words[row] = ["und", "liebe"]
    evidence = dataclasses.replace(
        noise(N, 4), vocabulary=read_vocabulary(words), languages=tuple(language.tolist())
    )
    found = find_traits(evidence, labels, 2)
    (love,) = (trait for trait in found[1] if trait.kind == "lyrics")
    assert (love.name, love.here, love.elsewhere) == ("liebe", 0.5, 0.0)


def test_words_of_one_artist_are_no_trait() -> None:
    labels = np.repeat([0, 1], N // 2)
    words = [["sea"] if label else ["road"] for label in labels]
    evidence = dataclasses.replace(
        noise(N, 5),
        vocabulary=read_vocabulary(words),
        languages=("en",) * N,
        artists=tuple("one" if label else f"artist {i}" for i, label in enumerate(labels)),
    )
    assert names(evidence, labels, "lyrics") == [["road"], []]


def test_long_lyrics_are_no_trait_of_their_common_words() -> None:
    rng = np.random.default_rng(6)
    labels = np.repeat([0, 1], N)
    common = [f"common{i}" for i in range(200)]
    chance = 1 / (1 + np.arange(200))
    words = [
        rng.choice(common, 400 if x else 100, p=chance / chance.sum()).tolist() for x in labels
    ]
    evidence = dataclasses.replace(
        noise(2 * N, 6), vocabulary=read_vocabulary(words), languages=("en",) * (2 * N)
    )
    assert len(names(evidence, labels, "lyrics")[1]) == 0
    assert len(names(evidence, labels, "lyrics")[0]) <= MOST_TERMS


def test_tracks_without_a_cluster_or_anything_known_are_left_out() -> None:
    evidence = noise(N, 7)
    labels = np.repeat([0, 1], N // 2)
    labels[::3] = -1
    evidence.sound[labels == 1, 0] += 40
    evidence.sound[labels == -1, 0] = -1e6
    evidence = dataclasses.replace(
        evidence,
        tags=np.full((N, 7), np.nan),
        vocabulary=read_vocabulary([[]] * N),
        languages=("",) * N,
        genres=("",) * N,
    )
    found = find_traits(evidence, labels, 2)
    assert [[trait.name for trait in traits] for traits in found] == [["slow"], ["fast"]]
    assert found[0][0].elsewhere > 100


def test_evidence_whose_rows_disagree_is_refused() -> None:
    with pytest.raises(ValueError, match="must have 10 rows"):
        dataclasses.replace(noise(10, 0), genres=("rock",))


def test_a_genre_of_its_own_for_every_track_takes_twice_the_memory_for_twice_the_tracks() -> None:
    peaks = []
    for n in (500, 1000):
        genres = tuple(f"genre {i}" for i in range(n))
        evidence = dataclasses.replace(noise(n, 5, n_words=1), genres=genres)
        tracemalloc.start()
        find_traits(evidence, np.arange(n) % 2, 2)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2.5 * peaks[0]
