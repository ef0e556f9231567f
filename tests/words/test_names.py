"""Names and sentences."""

import dataclasses
import re
from pathlib import Path

import numpy as np
import pytest

from songatlas.features.embedding.musicnn import TAGS
from songatlas.types import Track
from songatlas.types.atlas import Trait
from songatlas.words.heard import merge_tags
from songatlas.words.names import name_clusters
from songatlas.words.near import near, nears
from songatlas.words.sentence import amount, sentence
from songatlas.words.tags import HEARD, UNTOLD


def trait(kind: str, name: str, here: float = 0.9, unit: str = "share") -> Trait:
    return Trait(
        kind=kind, name=name, measure=kind, here=here, elsewhere=0.1, unit=unit, effect=0.8, p=0.0
    )


LOUD, NOISY, BASS = (trait("sound", name) for name in ("loud", "noisy", "bass-heavy"))
METAL, PUNK, MALE = (trait("tag", name) for name in ("metal", "punk", "male vocalists"))


def test_names_that_would_be_alike_are_told_more_of_and_then_whom_they_are_near() -> None:
    near = [("A",), ("B",), ("C",), ("D and E",)]
    names = name_clusters([[LOUD, NOISY, BASS], [LOUD, NOISY], [LOUD, NOISY], []], near)
    assert names == (
        "Louder & fuller & more bass",
        "Louder & fuller · around B",
        "Louder & fuller · around C",
        "Around D and E",
    )
    more = [METAL, PUNK, MALE]
    assert name_clusters([more, [METAL, PUNK]])[0] == "Metal & punk · male voice"


def test_what_the_ear_hears_comes_before_what_is_measured() -> None:
    assert name_clusters([[LOUD, METAL, trait("language", "en"), PUNK]]) == (
        "English · metal & punk",
    )
    assert name_clusters(
        [[MALE, trait("lyrics", "liebe"), trait("tag", "Hip-Hop".casefold())]]
    ) == ("Hip-hop · male voice",)


def test_a_measure_compares_with_siblings_and_the_ear_does_not() -> None:
    """A list of metal that is quieter than the other, and music that is heard as quiet."""
    quiet = trait("sound", "quiet")
    assert name_clusters([[quiet, METAL], [LOUD, METAL]]) == ("Metal · quieter", "Metal · louder")
    assert name_clusters([[quiet, trait("tag", "quiet")]]) == ("Quiet",)


def test_music_of_all_kinds_beside_speech_is_called_that() -> None:
    """Beside a voice even classical music has a steady beat."""
    speech, beat = trait("tag", "speech", here=1.0), trait("sound", "steady beat")
    assert name_clusters([[beat, trait("tag", "guitar")], [speech]]) == ("Music", "Speech")
    three = [[beat, METAL], [trait("tag", "piano")], [speech]]
    assert name_clusters(three) == ("Metal · steadier beat", "Piano", "Speech")
    some = trait("tag", "speech", here=0.5)
    assert name_clusters([[beat], [some]]) == ("Steadier beat", "Speech")


def test_names_do_not_depend_on_one_another_otherwise() -> None:
    one = [trait("language", "de"), LOUD, trait("lyrics", "liebe")]
    assert name_clusters([one, [NOISY]])[0] == name_clusters([one, [BASS], []])[0]
    assert name_clusters([one])[0] == "German · louder · “liebe”"


def test_a_label_of_the_collection_is_never_in_a_name_while_the_ear_may_name_a_genre() -> None:
    traits = [trait("genre", "rock"), trait("tag", "guitar"), trait("tag", "jazz", here=0.5)]
    assert name_clusters([traits]) == ("Jazz · guitar",)
    assert name_clusters([traits[:1]], [["Ideal"]]) == ("Around Ideal",)


def test_a_minority_language_is_not_the_name_nor_a_tag_that_few_have() -> None:
    few = [trait("language", "fr", here=0.4), LOUD, trait("tag", "punk", here=0.2)]
    assert name_clusters([few]) == ("Louder",)
    # three of four: "songs in French and in German" would call a quarter of them what they are not
    most = [trait("language", "fr", here=0.76), LOUD]
    assert name_clusters([most, [trait("language", "de", here=0.9)]]) == ("Louder", "German")


def test_a_language_of_most_siblings_too_tells_nothing() -> None:
    """One list of English rock beside four of English music and one of German."""
    english = dataclasses.replace(trait("language", "en"), here=1.0, elsewhere=0.89)
    assert name_clusters([[english, METAL]]) == ("Metal",)
    half = dataclasses.replace(english, elsewhere=0.5)
    assert name_clusters([[half, METAL]]) == ("English · metal",)


def test_words_that_contradict_the_ear_stay_out() -> None:
    """What docs/explanation/words.md has measured."""
    contrary = [trait("sound", word) for word in ("smooth", "sparse", "fast", "dark", "even")]
    assert name_clusters([[METAL, *contrary]]) == ("Metal",)


def test_a_word_of_a_few_letters_says_nothing_and_a_sign_says_a_word() -> None:
    told = [trait("lyrics", word) for word in ("to", "the", "夜", "moon")]
    assert name_clusters([told]) == ("“夜”, “moon”",)


def test_a_word_is_said_once() -> None:
    traits = [trait("tag", name) for name in ("alternative rock", "alternative", "metal", "rock")]
    assert name_clusters([traits]) == ("Alternative rock & metal",)


def test_what_the_ear_is_surest_of_is_said_and_before_the_sound() -> None:
    """Classical music that one network takes for jazz, less surely than it hears the strings."""
    heard = [trait("tag", name) for name in ("violin", "strings", "classical", "jazz")]
    assert name_clusters([[LOUD, *heard]]) == ("Violin & strings",)
    assert name_clusters([[LOUD, *heard[::-1]]]) == ("Jazz & classical",)


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
    assert {*said} >= UNTOLD
    assert {name.casefold() for name in said} == {*said}


def track(artist: str, title: str = "", path: str = "x.ogg") -> Track:
    return Track(path=path, source=Path(path), content_hash="", artist=artist, title=title)


SCRIPTS = {
    "Latin": ("Nina Hagen", "Ideal", "liebe", "Herz"),
    "Bengali": ("রুনা লায়লা", "অঞ্জন দত্ত", "ভালোবাসা", "আকাশ"),
    "Cyrillic": ("Кино", "Земфира", "звезда", "небо"),
    "Japanese": ("椎名林檎", "サカナクション", "夜", "東京"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_names_in_every_script_differ_and_none_is_a_number(script: str) -> None:
    one, other, word, second = SCRIPTS[script]
    near_one = near([track(one, second), track(one), track(other), track("Various Artists")])
    assert near_one[0] == f"{one} and {other}"
    told = [trait("lyrics", word), trait("lyrics", second)]
    nears = [near_one, near_one, near([track("", word), track("", second)]), near([track("")])]
    names = name_clusters([told, [], [], []], nears)
    assert names == (
        f"“{word}”, “{second}”",
        f"Around {one} and {other}",
        f"Around “{word}” and “{second}”",
        "Around x.ogg",
    )
    assert not any(re.search(r"\d|Cluster", name) for name in names)


def test_siblings_of_the_same_artists_differ_by_their_tracks() -> None:
    nears = [near([track("Ideal", title, f"{title}.ogg")]) for title in ("Blaue Augen", "Berlin")]
    assert name_clusters([[], []], nears) == (
        "Around Ideal, “Blaue Augen”",
        "Around Ideal, “Berlin”",
    )


def test_what_all_siblings_are_near_names_none_of_them() -> None:
    """An artist of all, and titles that each has: what is left are tracks, then albums."""
    one = [track("Ideal", title) for title in ("Berlin", "Eiszeit")]
    other = [track("Ideal", title) for title in ("Keine Heimat", "Blaue Augen")]
    assert name_clusters([[], []], nears([one, other])) == (
        "Around “Berlin” and “Eiszeit”",
        "Around “Keine Heimat” and “Blaue Augen”",
    )
    guests = [*one, track("Nina Hagen", "Naturträne"), track("Nina Hagen", "Zarah")]
    assert name_clusters([[], []], nears([guests, other]))[1] == "Around Ideal"  # not of most
    sonatas = [
        [
            dataclasses.replace(track("Ideal", f"I. {tempo}"), album=f"Sonata {letter}")
            for tempo in ("Allegro", "Presto")
        ]
        for letter in "AB"
    ]
    assert name_clusters([[], []], nears(sonatas)) == (
        "Around “Sonata A”",
        "Around “Sonata B”",
    )


def test_an_artist_is_said_of_the_sibling_that_has_the_most_of_them() -> None:
    """Three lists of piano were around A and B, B and C, and A and C."""
    lists = [[track(artist) for artist in artists] for artists in ("AAAB", "BBBC", "ACCC")]
    names = name_clusters([[]] * 3, nears(lists))
    assert names == ("Around A", "Around B", "Around C")
    # half of a list is theirs, though more of another is
    half = [[track(artist) for artist in artists] for artists in ("AAAB", "AABB")]
    assert name_clusters([[], []], nears(half)) == ("Around A", "Around A and B")


def test_the_same_two_artists_are_said_in_one_order_and_told_apart_by_tracks() -> None:
    one = [track("Ideal", "Berlin"), track("Ideal", "Eiszeit"), track("Nena", "Noch einmal")]
    one.append(track("Nena", "Haus der drei Sonnen"))
    other = [track("Nena", "Leuchtturm"), track("Nena", "Rette mich"), track("Ideal", "Rotes")]
    other.append(track("Ideal", "Luxus"))
    assert name_clusters([[], []], nears([one, other])) == (
        "Around Ideal and Nena, “Berlin” and “Eiszeit”",
        "Around Ideal and Nena, “Leuchtturm” and “Rette mich”",
    )


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
