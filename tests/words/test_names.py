"""Names and sentences."""

from songatlas.types.atlas import Trait
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
    traits = [trait("genre", "rock"), trait("tag", "rock"), trait("tag", "guitar")]
    assert name_clusters([traits]) == ("Guitar",)
    assert name_clusters([traits[:2]]) == ("Cluster 0",)


def test_a_minority_language_is_not_the_name() -> None:
    assert name_clusters([[trait("language", "fr", here=0.4), FAST]]) == ("Fast",)


def test_voices_are_said_once() -> None:
    traits = [trait("tag", "female vocalists"), trait("tag", "female vocalist")]
    assert name_clusters([traits]) == ("Female voice",)


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
