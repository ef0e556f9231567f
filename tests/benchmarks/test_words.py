"""The tags by which measures are judged are those of a run with musicnn, as it calls them."""

import numpy as np

from benchmarks import words
from songatlas.features.embedding.musicnn import TAGS
from songatlas.words.heard import merge_tags


def test_every_tag_is_one_of_a_run() -> None:
    called, _ = merge_tags(TAGS, np.zeros((1, len(TAGS))))
    assert {name.replace(" ", "-") for name in called} >= words.TAGS
