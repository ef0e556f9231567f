"""From words to tags of an ear, and from tags to an order."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.words.query import Query, Term, match_scores, read_query

TAGS = (
    "rock", "hip-hop", "r&b", "80s", "female voice", "male voice", "singing", "instrumental",
    "classical", "hard rock", "indie rock", "heavy metal", "metal", "guitar", "piano", "violin",
    "strings", "drums", "blues", "quiet", "mellow", "easy listening", "house",
)  # fmt: skip


def understood(words, tags=TAGS):
    return [(term.tags, term.wanted) for term in read_query(words, tags).terms]


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("violin", "violin"),
        ("VIOLINS", "violin"),
        ("víolín", "violin"),
        ("string", "strings"),
        ("drum", "drums"),
        ("blues", "blues"),
        ("hip hop", "hip-hop"),
        ("Hip-Hop", "hip-hop"),
        ("hiphop", "hip-hop"),
        ("rap", "hip-hop"),
        ("r&b", "r&b"),
        ("R'n'B", "r&b"),
        ("RnB", "r&b"),
        ("'80s", "80s"),
        ("eighties", "80s"),
        ("female vocalists", "female voice"),
        ("female vocals", "female voice"),
        ("a woman", "female voice"),
        ("no vocals", "instrumental"),
        ("soft", "quiet"),
        ("classic", "classical"),
        ("hard-rock", "hard rock"),
        ("easy   listening", "easy listening"),
        ("indie", "indie rock"),
    ],
)
def test_one_tag(words, tag):
    assert understood(words) == [((tag,), True)]
    assert read_query(words, TAGS).unknown == ()


def test_a_word_that_is_no_tag_stands_for_those_that_mean_it_or_hold_it():
    assert understood("calm") == [(("mellow", "quiet"), True)]
    assert understood("heavy") == [(("heavy metal", "metal", "hard rock"), True)]
    assert understood("orchestra", ["strings"]) == [(("strings",), True)]
    assert understood("heavy", ["heavy metal"]) == [(("heavy metal",), True)]
    assert understood("metal") == [(("metal",), True)]  # not heavy metal, too
    assert understood("metal", ["heavy metal"]) == [(("heavy metal",), True)]


def test_several_things_each_once_in_their_order():
    assert understood("calm piano and violin, piano again") == [
        (("mellow", "quiet"), True),
        (("piano",), True),
        (("violin",), True),
    ]


def test_what_should_not_be_heard():
    assert understood("rock without any guitars") == [(("rock",), True), (("guitar",), False)]
    assert understood("not female voice, piano") == [(("female voice",), False), (("piano",), True)]
    found = read_query("no zither, piano", TAGS)
    assert found == Query(terms=(Term(said="piano", tags=("piano",)),), unknown=("zither",))


@pytest.mark.parametrize("words", ["", "   ", "the music of a song", "!!! ??? —", "\x00\x1b[31m"])
def test_nothing_is_asked_for(words):
    assert read_query(words, TAGS).terms == ()


def test_words_of_any_script_are_unknown_and_said():
    found = read_query("夜に駆ける скрипка ヴァイオリン violin", TAGS)
    assert [term.tags for term in found.terms] == [("violin",)]
    assert len(found.unknown) == 3


def test_ten_thousand_characters_are_understood_at_once():
    found = read_query("violin zither " * 715, TAGS)
    assert (len(found.terms), found.unknown) == (1, ("zither",))
    assert read_query("x" * 10_000, TAGS).unknown == ("x" * 10_000,)


@given(st.text(), st.permutations(TAGS))
def test_any_text_is_read_whatever_the_order_of_tags(words, tags):
    found, again = read_query(words, TAGS), read_query(words, tags)
    assert found.unknown == again.unknown
    assert [{*term.tags} for term in found.terms] == [{*term.tags} for term in again.terms]


# ---- scores


def logit(p):
    return math.log(p / (1 - p))


def test_one_tag_gives_its_standardised_log_odds():
    p = np.array([[0.9], [0.5], [0.1], [0.02]])
    odds = np.array([logit(x) for x in p[:, 0]])
    expected = (odds - odds.mean()) / odds.std()
    found = match_scores(read_query("violin", ["violin"]), ["violin"], p)
    np.testing.assert_allclose(found, expected)


def test_terms_weigh_alike_however_many_tags_they_have_and_however_common_they_are():
    """The rare piano counts as much as the quiet that half of the tracks have."""
    rng = np.random.default_rng(0)
    p = np.column_stack([rng.beta(1, 1, 500), rng.beta(1, 1, 500), rng.beta(1, 30, 500)])
    tags = ["quiet", "mellow", "piano"]
    both = match_scores(read_query("calm piano", tags), tags, p)
    calm = match_scores(read_query("calm", tags), tags, p)
    piano = match_scores(read_query("piano", tags), tags, p)
    np.testing.assert_allclose(both, (calm + piano) / 2)
    assert calm.std() == pytest.approx(1.0)
    assert piano.std() == pytest.approx(1.0)


def test_the_planted_track_that_has_both_is_first():
    tags = ["piano", "violin", "rock"]
    p = np.array([[0.9, 0.1, 0.2], [0.1, 0.9, 0.2], [0.7, 0.7, 0.2], [0.1, 0.1, 0.9]])
    assert match_scores(read_query("piano violin", tags), tags, p).argmax() == 2
    assert match_scores(read_query("piano", tags), tags, p).argmax() == 0
    assert match_scores(read_query("piano, no violin", tags), tags, p).argmax() == 0
    assert match_scores(read_query("no piano", tags), tags, p).argmin() == 0


def test_what_is_not_wanted_takes_away_and_never_adds():
    """Of two tracks that hardly have it, the one with more of what is wanted is first."""
    tags = ["violin", "guitar"]
    p = np.array([[0.9, 0.10], [0.8, 0.0001], [0.1, 0.9], [0.95, 0.9]])
    wanted = match_scores(read_query("violin", tags), tags, p)
    found = match_scores(read_query("violin, no guitar", tags), tags, p)
    assert found.argmax() == 0
    np.testing.assert_allclose(found[:2], wanted[:2] / 2)
    assert found[3] < found[1]


def test_tracks_that_were_not_heard_have_no_score_and_change_none():
    tags = ["violin", "piano"]
    p = np.random.default_rng(1).uniform(size=(6, 2))
    holes = np.concatenate([p[:3], np.full((1, 2), np.nan), p[3:]])
    query = read_query("violin, no piano", tags)
    found = match_scores(query, tags, holes)
    assert np.isnan(found[3])
    np.testing.assert_allclose(np.delete(found, 3), match_scores(query, tags, p))


def test_a_tag_that_all_have_alike_or_nobody_tells_nothing():
    tags = ["violin", "piano"]
    p = np.array([[0.3, 0.1], [0.3, 0.9]])
    np.testing.assert_array_equal(match_scores(read_query("violin", tags), tags, p), [0.0, 0.0])
    assert match_scores(read_query("violin piano", tags), tags, p).argmax() == 1
    sure = np.array([[0.0, 0.0], [1.0, 1.0]])
    np.testing.assert_allclose(match_scores(read_query("piano", tags), tags, sure), [-1.0, 1.0])
    assert np.isnan(match_scores(read_query("piano", tags), tags, np.full((2, 2), np.nan))).all()
