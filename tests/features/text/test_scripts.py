"""Format characters end no word, in any script, and change none."""

import unicodedata

import pytest

from songatlas.features.text.clean import clean_lyrics
from songatlas.features.text.tokens import spellings, unicode_tokens
from songatlas.library.sung import sung

ZWNJ, ZWJ, SHY, BOM, WJ = "\u200c", "\u200d", "\u00ad", "\ufeff", "\u2060"
LRM, RLM, ALM, EMBED, POP, ISOLATE = "\u200e", "\u200f", "\u061c", "\u202b", "\u202c", "\u2067"


def words(text: str) -> list[str]:
    return unicode_tokens(clean_lyrics(sung(text)))


@pytest.mark.parametrize(
    ("script", "text", "n_words"),
    [
        ("Bangla", f"র{ZWJ}্যাব আসে উদ্{ZWNJ}যাপন", 3),
        ("Sinhala", f"ශ්{ZWJ}රී ලංකා විද්{ZWJ}යාව", 3),
        ("Persian", f"می{ZWNJ}خواهم خانه{ZWNJ}ها را", 3),
        ("Hindi", f"क्{ZWJ}षमा रक्{ZWNJ}षा शब्द", 3),
        ("Marathi", f"दर्{ZWJ}या सागर", 2),
        ("Malayalam", f"അവന്{ZWJ} പാല്{ZWJ} വന്നു", 3),
        ("Kannada", f"ರ್{ZWJ}ಯಾಂಕ್ ಹಾಡು", 2),
        ("Telugu", f"సాఫ్ట్{ZWNJ}వేర్ పాట", 2),
        ("Tamil", f"க்{ZWNJ}ஷமா பாடல்", 2),
        ("Arabic", f"{EMBED}حب{ZWJ}يبي{POP} يا{ALM} ليل", 3),
        ("Urdu", f"بے{ZWNJ}وفا دل", 2),
        ("Hebrew", f"{RLM}שיר{RLM} של{LRM} שלום", 3),
        ("Latin", f"won{SHY}der{SHY}ful har{WJ}bour {BOM}song", 3),
        ("German", f"Donau{SHY}dampf{SHY}schiff{SHY}fahrt fährt", 2),
        ("Cyrillic", f"до{SHY}рога да{BOM}льняя", 2),
        ("Greek", f"{ISOLATE}θά{WJ}λασσα\u2069 μου", 2),
        ("Armenian", f"եր{SHY}գը իմ", 2),
        ("Korean", f"사{WJ}랑 노래", 2),
    ],
)
def test_words_stay_whole(script: str, text: str, n_words: int) -> None:
    assert len(words(text)) == n_words
    assert not any(unicodedata.category(c) == "Cf" for word in words(text) for c in word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"می{ZWNJ}خواهم", "میخواهم"),
        (f"ශ්{ZWJ}රී", "ශ්රී"),
        ("അവന്\u200d", "അവൻ"),  # chillu n, before and since Unicode 5.1
        ("ര്\u200dഷ", "ർഷ"),
        ("ত\u09cd\u200dসব", "ৎসব"),  # khanda ta, before and since Unicode 4.1
        ("ক\u09c7\u09beন", "কোন"),  # a vowel sign in two parts
        (f"e{SHY}\u0301te", f"{LRM}éte"),
        ("ＬＯＶＥ", "love"),
        ("пʼять", "п’ять"),
        ("don´t", "don't"),
        ("don‘t", "don`t"),
        ("Hawaiʻi", "Hawai’i"),
        ("צ׳ק", "צ'ק"),
        ("צה״ל", 'צה"ל'),
        (f"won{SHY}\nderful", "wonderful"),
        ("السـلام", "السلام"),
        ("ﬁre", "fire"),
        ("ﻼم", "لام"),
        ("ﾗﾌﾞ", "ラブ"),
        ("İstanbul", "i̇stanbul"),
    ],
)
def test_two_ways_to_write_a_word_are_one(one: str, other: str) -> None:
    assert words(f"{one} x") == words(f"{other} x")
    assert words(one)


@pytest.mark.parametrize("text", ["ความรัก", "夜に駆ける", "月亮代表"])
def test_marks_within_unspaced_scripts_change_nothing(text: str) -> None:
    marked = text[:2] + WJ + text[2:3] + BOM + text[3:]
    assert words(marked) == words(text)


def test_a_zero_width_space_parts_words() -> None:
    assert words("ខ្ញុំ\u200bស្រឡាញ់\u200bអ្នក") == ["ខ្ញុំ", "ស្រឡាញ់", "អ្នក"]


def test_people_read_words_as_most_texts_write_them() -> None:
    texts = [f"خانه{ZWNJ}ها", f"خانه{ZWNJ}ها کتابها", "خانهها", f"کتاب{ZWNJ}ها کتابها"]
    assert spellings(texts) == {"خانهها": f"خانه{ZWNJ}ها"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("צה״ל שר", ["צה'ל", "שר"]),
        ("צ׳ק", ["צ'ק"]),
        ("col·lecció", ["col'lecció"]),
        ('"we" say', ["we", "say"]),
        ("周·杰", ["周", "杰"]),
    ],
)
def test_marks_that_are_part_of_a_word_end_none(text: str, expected: list[str]) -> None:
    assert words(text) == expected
