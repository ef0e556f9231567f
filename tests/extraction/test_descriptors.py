"""What is known of tracks from the cache alone."""

from contextlib import closing
from pathlib import Path

import numpy as np

from songatlas.config import Config
from songatlas.extraction.descriptors import gather_descriptors, gather_speech
from songatlas.store.cache import FeatureCache
from songatlas.types import Track


def test_whether_it_is_speech_is_unknown_of_a_track_that_the_cache_has_lost(tmp_path: Path) -> None:
    lost = [Track(path="a.ogg", source=tmp_path / "a.ogg", content_hash="0" * 64)]
    with closing(FeatureCache(tmp_path / "cache")) as cache:
        assert np.isnan(gather_speech(lost, Config(), cache).tags).all()
        assert gather_descriptors(lost, Config(), cache).tag_names == ()
