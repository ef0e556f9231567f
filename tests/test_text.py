"""Text that people wrote: kept clean, compared, named and cut."""

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas.text import (
    UNWRITABLE,
    clean,
    columns,
    fold,
    one_line,
    plain,
    printable,
    shorten,
    title_key,
    track_name,
)

SAME = [
    ("24K Magic", "24k_magic"),
    ("Don't Stop Me Now", "dont stop-me now"),
    ("Beyoncé", "Beyonce\N{COMBINING ACUTE ACCENT}"),
    ("STRASSE", "Straße"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ("ﬁre", "FIRE"),
    ("１２３", "123"),
    ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
    ("강남 스타일", unicodedata.normalize("NFD", "강남스타일")),
    ("夜に駆ける", "「夜に駆ける」!"),
    ("আমি তোমাকে", "আমি_তোমাকে"),
    ("نور العين", "نور-العين"),
    ("I ❤️ You", "I ❤ You"),
]
DIFFERENT = [
    ("夜に駆ける", "Привет"),
    ("Intro", "Intro 2"),
    ("Resume", "Résumé"),
    ("か", "が"),
    ("আমি", "আম"),  # a vowel sign is part of the word
    ("1", "I"),
    ("L'été", "Lete"),
]
NOTHING = ["", "   ", "…", "?!", "***", "❤️", "☀️🌧️", "\u200d", "\ufe0f", "—", "\u0301"]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_title(one, other):
    assert title_key(one) == title_key(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_titles(one, other):
    assert title_key(one) != title_key(other)


@pytest.mark.parametrize("text", NOTHING)
def test_titles_without_letters_and_numbers_have_no_key(text):
    assert title_key(text) == ""


@settings(deadline=None)
@given(st.text())
def test_a_key_is_its_own_key_and_holds_only_letters_marks_and_numbers(text):
    key = title_key(text)
    assert title_key(key) == key
    assert regex.fullmatch(r"[\p{L}\p{M}\p{N}]*", key)


@settings(deadline=None)
@given(st.text())
def test_forms_and_case_and_punctuation_do_not_matter(text):
    key = title_key(text)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert title_key(unicodedata.normalize(form, text)) == key
    assert title_key(text.casefold()) == key
    assert title_key(f" ({text})!") == key


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_a_line_is_one_line_that_can_be_written(text):
    line = one_line(text)
    assert not UNWRITABLE.search(line)
    assert one_line(line) == line == line.strip()
    assert [c for c in line if not c.isspace()] == [c for c in clean(text) if not c.isspace()]


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_what_is_printed_steers_no_terminal(text):
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown
    assert not regex.search(r"[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize(
    "text", ["  two  spaces ", "می\u200cخواهم", "👩\u200d👧", "ক্ষি", "caf\u0301"]
)
def test_what_is_seen_stays_as_it_is(text):
    assert printable(text) == text


def test_clean_keeps_lines_and_tabs_and_drops_what_is_no_text():
    assert clean(" a\tb\r\n\x0cc\x7f\x9f\udcff\n") == "a\tb\r\n\nc"  # a form feed ends one


@pytest.mark.parametrize(
    ("one", "other", "folded", "plainly"),
    [
        ("Rock ", "rock", True, True),
        ("Poésie", "Poe\u0301sie", True, True),
        ("Straße", "STRASSE", True, True),
        ("Hip  Hop", "hip hop", True, True),
        ("Poésie", "Poesie", False, True),
        ("AC/DC", "ACDC", False, False),
        ("ﬁn", "fin", True, True),
        ("½", "1⁄2", False, True),
        ("\ufeffRock\u200b", "\u200erock\u00ad", True, True),  # marks that nobody sees
        ("\u2068Rock\u2069", "\u061crock", True, True),
    ],
)
def test_how_close_names_must_be(one, other, folded, plainly):
    assert (fold(one) == fold(other)) == folded
    assert (plain(one) == plain(other)) == plainly


@settings(deadline=None)
@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


def test_a_track_without_title_goes_by_its_file():
    assert track_name("Adele", "", "25/01.mp3") == "Adele - 01.mp3"
    assert track_name("", "Hello", "25/01.mp3") == "Hello"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(2, 30))
def test_shortened_text_fits(text, width):
    short = shorten(text, width)
    assert columns(short) <= width
    assert short == text if columns(text) <= width else short.endswith("…")


def test_shortening_never_separates_a_letter_from_its_marks():
    assert len(shorten("কী" * 20, 9).removesuffix("…")) % 2 == 0
    assert shorten("e\u0301" * 9, 4) == "e\u0301" * 3 + "…"
