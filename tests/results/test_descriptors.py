"""What tracks sound like comes back as it was written."""

import numpy as np
import pytest

from songatlas.errors import StorageError
from songatlas.features.audio.descriptors import Descriptors
from songatlas.results.descriptors import (
    DESCRIPTORS_FILE,
    EMBEDDINGS_FILE,
    read_descriptors,
    read_embeddings,
    read_tags,
    write_descriptors,
)


def test_descriptors_come_back_as_they_were(finished, tmp_path) -> None:
    tracks, sound = finished.tracks, finished.descriptors.sound
    assert np.isfinite(sound[:, 2]).all()
    tags = np.random.default_rng(0).uniform(size=(len(tracks), 2))
    tags[0] = np.nan
    written = Descriptors(sound=sound, tag_names=("guitar", "=1+1"), tags=tags)
    write_descriptors(tmp_path, tracks, written)
    found = read_descriptors(tmp_path)
    assert found.tag_names == written.tag_names
    np.testing.assert_array_equal(found.sound, sound)
    np.testing.assert_array_equal(found.tags, tags)
    np.testing.assert_array_equal(read_descriptors(finished.out).sound, sound)
    (tmp_path / DESCRIPTORS_FILE).write_text("path,tempo\na.wav,fast\n", encoding="utf-8")
    with pytest.raises(StorageError, match=r"descriptors\.csv must hold what"):
        read_descriptors(tmp_path)


def test_embeddings_are_written_where_there_are_some(finished, tmp_path) -> None:
    tracks, sound = finished.tracks, finished.descriptors.sound
    embeddings = np.random.default_rng(0).normal(size=(len(tracks), 5)).astype(np.float32)
    embeddings[3] = np.nan
    tags = np.zeros((len(tracks), 0))
    written = Descriptors(sound=sound, tag_names=(), tags=tags, embeddings=embeddings)
    assert write_descriptors(tmp_path, tracks, written) == [DESCRIPTORS_FILE, EMBEDDINGS_FILE]
    np.testing.assert_array_equal(read_embeddings(tmp_path), embeddings)
    np.testing.assert_array_equal(read_descriptors(tmp_path).embeddings, embeddings)
    np.save(tmp_path / EMBEDDINGS_FILE, np.zeros(3, np.float32))
    with pytest.raises(StorageError, match=r"ear_embeddings\.npy must hold what"):
        read_embeddings(tmp_path)
    (tmp_path / EMBEDDINGS_FILE).unlink()
    without = Descriptors(sound=sound, tag_names=(), tags=tags)
    assert write_descriptors(tmp_path, tracks, without) == [DESCRIPTORS_FILE]
    assert read_descriptors(tmp_path).embeddings is None


def test_tags_alone_are_those_of_everything(finished, tmp_path) -> None:
    tracks, sound = finished.tracks, finished.descriptors.sound
    tags = np.random.default_rng(0).uniform(size=(len(tracks), 3))
    tags[2] = np.nan
    names = ("guitar", "=1+1", "Female Vocalists")
    write_descriptors(tmp_path, tracks, Descriptors(sound=sound, tag_names=names, tags=tags))
    found, whole = read_tags(tmp_path), read_descriptors(tmp_path)
    assert found[0] == whole.tag_names == ("guitar", "=1+1", "female voice")
    np.testing.assert_array_equal(found[1], whole.tags)
    assert read_tags(finished.out)[1].shape == (len(tracks), 0)
    text = (tmp_path / DESCRIPTORS_FILE).read_text(encoding="utf-8")
    for damaged in (text.replace("0.", "x", 99), text[:-30], text + '"', "path,tag a\na\n"):
        (tmp_path / DESCRIPTORS_FILE).write_text(damaged, encoding="utf-8")
        with pytest.raises(StorageError, match=r"descriptors\.csv must hold what"):
            read_tags(tmp_path)
