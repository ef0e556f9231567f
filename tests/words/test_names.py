"""Names and sentences."""

import numpy as np

from songatlas.features.embedding.musicnn import TAGS
from songatlas.types.atlas import Trait
from songatlas.words.heard import merge_tags
from songatlas.words.languages import HEARD, SOUNDING, UNTOLD
from songatlas.words.names import name_clusters
from songatlas.words.sentence import amount, sentence


def trait(kind: str, name: str, here: float = 0.9, unit: str = "share") -> Trait:
    return Trait(
        kind=kind, name=name, measure=kind, here=here, elsewhere=0.1, unit=unit, effect=0.8, p=0.0
    )


FAST, BRIGHT, LOUD = (trait("sound", name) for name in ("fast", "bright", "loud"))


def test_names_that_would_be_alike_are_told_more_of() -> None:
    names = name_clusters([[FAST, BRIGHT, LOUD], [FAST, BRIGHT], [FAST, BRIGHT], []])
    assert names == ("Fast & bright & loud", "Fast & bright (1)", "Fast & bright (2)", "Cluster 3")


def test_names_do_not_depend_on_one_another_otherwise() -> None:
    one = [trait("language", "de"), FAST, trait("lyrics", "liebe")]
    assert name_clusters([one, [BRIGHT]])[0] == name_clusters([one, [LOUD], []])[0]
    assert name_clusters([one])[0] == "German · fast · liebe"


def test_a_genre_is_never_in_a_name_nor_a_tag_that_is_one() -> None:
    traits = [trait("genre", "rock"), trait("tag", "rock"), trait("tag", "guitar"), FAST]
    assert name_clusters([traits]) == ("Guitar · fast",)
    assert name_clusters([traits[:2]]) == ("Cluster 0",)


def test_what_a_minority_has_is_not_the_name() -> None:
    few = [trait("language", "fr", here=0.4), trait("tag", "piano", here=0.4)]
    assert name_clusters([[*few, FAST]]) == ("Fast",)


def test_instruments_are_said_before_the_sound_the_surest_first() -> None:
    heard = [trait("tag", name) for name in ("classical", "violin", "jazz", "strings", "flute")]
    assert name_clusters([[FAST, *heard]]) == ("Violin & strings · fast",)


def test_tags_that_mean_the_same_are_one_that_is_as_sure_as_the_surest() -> None:
    names = ["Female Vocalists", "guitar", "woman", "no vocals", "guitar", "instrumental"]
    tags = np.array([[0.1, 0.6, 0.5, 0.2, 0.7, 0.1], [np.nan] * 6])
    merged, values = merge_tags(names, tags)
    assert merged == ("female voice", "guitar", "instrumental")
    np.testing.assert_array_equal(values, [[0.5, 0.7, 0.2], [np.nan] * 3])
    again = merge_tags(merged, values)
    assert again[0] == merged
    np.testing.assert_array_equal(again[1], values)
    assert merge_tags([], np.zeros((3, 0)))[1].shape == (3, 0)


def test_the_table_of_tags_is_of_tags_that_are_heard() -> None:
    said, _ = merge_tags(TAGS, np.zeros((1, len(TAGS))))
    assert {*HEARD} <= {*said}
    assert {*said} >= SOUNDING | UNTOLD
    assert not SOUNDING & UNTOLD
    assert {name.casefold() for name in said} == {*said}


def test_the_sentence_has_the_numbers() -> None:
    traits = [trait("lyrics", "sea", 0.42), trait("tag", "guitar"), trait("genre", "rock")]
    assert sentence(traits, {}) == (
        "Lyrics with “sea” (42 %, elsewhere 10 %); heard as guitar (90 %, elsewhere "
        "10 %); genre rock (90 %, elsewhere 10 %)."
    )
    noisy = Trait(
        kind="sound", name="noisy", measure="tonality", here=0.5, elsewhere=0.7, unit="",
        effect=-0.5, p=0.0,
    )  # fmt: skip
    assert sentence([noisy], {}) == "Noisy (tonality 0.50, elsewhere 0.70)."
    assert "beyond chance" in sentence([], {})


def test_numbers_read_well() -> None:
    assert amount(-7.123, "dB", 1) == "−7.1 dB"
    assert amount(0.6666, "", 2) == "0.67"
