"""What fits a track and what does not."""

import dataclasses

import numpy as np
from words.collection import noise

from songatlas.words.belonging import typical_and_atypical
from songatlas.words.evidence import read_vocabulary
from songatlas.words.traits import find_traits

N = 120


def test_the_track_that_is_different_is_told_so() -> None:
    labels = np.repeat([0, 1], N // 2)
    evidence = noise(N, 1)
    evidence.sound[labels == 1, 0] += 40
    evidence.sound[-1, 0] = 61.4
    words = [["sea"] if label else ["road"] for label in labels]
    words[-2] = ["road"]
    words[-3] = []
    evidence = dataclasses.replace(
        evidence, vocabulary=read_vocabulary(words), languages=("en",) * N
    )
    told = typical_and_atypical(evidence, labels, find_traits(evidence, labels, 2))
    assert told[-1] == ("“sea”", "not fast (61 BPM)")
    assert told[-2][1] == "without “sea”"
    assert told[-2][0].startswith("fast (")
    assert told[-3] == (f"fast ({evidence.sound[-3, 0]:.0f} BPM)", "")
    assert told[-4] == ("“sea”", "")


def test_without_traits_and_without_a_cluster_nothing_is_told() -> None:
    labels = np.repeat([0, -1], N // 2)
    assert set(typical_and_atypical(noise(N, 2), labels, [()])) == {("", "")}


def test_a_word_that_no_track_uses_any_more_fits_none() -> None:
    labels = np.repeat([0, 1], N // 2)
    words = [["sea"] if label else ["road"] for label in labels]
    evidence = dataclasses.replace(noise(N, 1), vocabulary=read_vocabulary(words))
    traits = find_traits(evidence, labels, 2)
    for others, said in ((["hill"], "without “sea”"), ([], "")):
        later = read_vocabulary([["road"] if word == ["road"] else others for word in words])
        told = typical_and_atypical(dataclasses.replace(evidence, vocabulary=later), labels, traits)
        assert told[0][0] == "“road”"
        assert told[-1] == ("", said)
