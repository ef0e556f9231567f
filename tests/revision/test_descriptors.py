"""What a run kept of its tracks, and what is new, as one."""

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.features.audio.descriptors import Descriptors
from songatlas.revision.descriptors import merge_descriptors

CHANGES = Changes(before=(2, -1, 0, -1), replaced=(-1,) * 4, gone=(1,))


def described(embeddings, n_tracks):
    nothing = np.zeros((n_tracks, 0))
    sound = np.zeros((n_tracks, 9))
    return Descriptors(sound=sound, tag_names=(), tags=nothing, embeddings=embeddings)


def merged(known, fresh):
    return merge_descriptors(described(known, 3), CHANGES, described(fresh, 2)).embeddings


def test_embeddings_of_before_stay_and_new_ones_take_their_rows():
    known = np.arange(6, dtype=np.float32).reshape(3, 2)
    fresh = np.full((2, 2), 9, np.float32)
    np.testing.assert_array_equal(merged(known, fresh), [[4, 5], [9, 9], [0, 1], [9, 9]])


def test_embeddings_of_another_space_are_unknown():
    known = np.arange(6, dtype=np.float32).reshape(3, 2)
    for fresh in (None, np.zeros((2, 5), np.float32)):
        found = merged(known, fresh)
        np.testing.assert_array_equal(found[[0, 2]], [[4, 5], [0, 1]])
        assert np.isnan(found[[1, 3]]).all()


def test_a_run_that_kept_none_has_none():
    assert merged(None, np.zeros((2, 5), np.float32)) is None


def heard(names, tags):
    return Descriptors(sound=np.zeros((len(tags), 9)), tag_names=names, tags=np.array(tags, float))


def test_music_among_new_tracks_of_a_run_with_speech_keeps_its_tags() -> None:
    known = heard(("rock", "speech"), [[0.1, 0], [0.3, 1], [0.5, 1]])
    found = merge_descriptors(known, CHANGES, heard(("rock",), [[0.7], [0.8]]))
    assert found.tags.tolist() == [[0.5, 1], [0.7, 0], [0.1, 0], [0.8, 0]]


def test_tags_of_another_ear_are_unknown_but_speech_is_not() -> None:
    known = heard(("rock", "speech"), [[0.1, 0], [0.3, 0], [0.5, 0]])
    found = merge_descriptors(known, CHANGES, heard(("violin", "speech"), [[0.7, 1], [0.8, 0]]))
    np.testing.assert_array_equal(found.tags, [[0.5, 0], [np.nan, 1], [0.1, 0], [np.nan, 0]])
