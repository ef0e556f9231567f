"""What tracks sound like comes back as it was written."""

import numpy as np
import pytest

from songatlas.errors import StorageError
from songatlas.features.audio.descriptors import Descriptors
from songatlas.results.descriptors import DESCRIPTORS_FILE, read_descriptors, write_descriptors


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
