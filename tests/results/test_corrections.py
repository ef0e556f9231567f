"""Corrections by hand come back as they were written, and a file that was spoilt is said."""

import pytest

from songatlas.errors import ConfigError
from songatlas.results.corrections import (
    CORRECTIONS_FILE,
    Corrections,
    read_corrections,
    write_corrections,
)

PAYLOADS = ['a"b', "a\\b", "x\ny", "]]", "\x7f\x01", "夜 🎧", "#", "'''", "a = 1"]


def test_what_is_written_is_read(tmp_path):
    texts = tuple(PAYLOADS)
    given = Corrections(
        merge=((texts, ("b",)),), split=((texts, ("c",)),), together=(("a", texts[0]),),
        apart=((texts[1], "b"),), rename=((texts, texts[0]), (("z",), "'; drop")),
    )  # fmt: skip
    write_corrections(tmp_path, given)
    assert read_corrections(tmp_path) == given
    assert read_corrections(tmp_path / "nowhere") == Corrections()


@pytest.mark.parametrize(
    "text",
    ["[[merge", "[[merge]]\nclusters = [1]", "[[oops]]\n", "[[rename]]\ncluster=['a']\nname=''",
     "[[together]]\ntracks = ['a']", "[[split]]\nparts = [['a'], []]"],
)  # fmt: skip
def test_a_file_that_was_edited_wrongly_is_said(tmp_path, text):
    (tmp_path / CORRECTIONS_FILE).write_text(text)
    with pytest.raises(ConfigError, match=r"corrections\.toml must"):
        read_corrections(tmp_path)
