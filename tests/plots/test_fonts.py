import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from songatlas.plots import fonts
from songatlas.plots.fonts import (
    MISSING,
    families_for,
    readable,
    shorten,
    shorten_all,
)
from songatlas.plots.style import style
from songatlas.text import columns

NO_FONT = "\U0001faf6"  # heart hands, Unicode 14
SCRIPTS = {
    "Bengali": "আমি তোমাকে ভালোবাসি",
    "Devanagari": "क्षत्रिय प्रेम",
    "Japanese": "夜に駆ける",
    "Korean": "안녕하세요",
    "Thai": "ภาษาไทย",
    "Tamil": "தமிழ்",
}


@pytest.fixture
def only_dejavu(monkeypatch):
    monkeypatch.setattr(fonts, "_fallback_families", lambda: ())
    fonts._family_of.cache_clear()
    fonts._log_missing.cache_clear()
    yield
    fonts._family_of.cache_clear()
    fonts._log_missing.cache_clear()


def draw(text):
    """Width in pixels; a glyph that is missing warns, and warnings are errors here."""
    with style([text]):
        figure = Figure(dpi=100)
        artist = figure.text(0, 0, readable(text), fontsize=40)
        figure.draw_without_rendering()
        return artist.get_window_extent().width


@pytest.mark.parametrize("text", ["Latin é ñ", "Привет", "Ελληνικά", "عربي", "costs $5 and $6"])
def test_what_dejavu_has_needs_no_other_font(only_dejavu, text):
    assert readable(text) == text
    assert families_for([text]) == ["DejaVu Sans"]
    draw(text)


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_installed_fonts_are_found_for_other_scripts(text):
    if MISSING in readable(text):
        pytest.skip("no font for this script is installed")
    assert len(families_for([text])) >= 2
    draw(text)


def test_letters_are_shaped_not_merely_put_side_by_side():
    conjunct = "স্ত্রী"
    if MISSING in readable(conjunct):
        pytest.skip("no Bengali font is installed")
    assert draw(conjunct) < 0.7 * sum(draw(letter) for letter in "সতর")
    assert draw("ل" + "ا") < 0.9 * (draw("ل") + draw("ا"))  # the Arabic ligature lam-alef


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_missing_glyphs_are_shown_as_boxes_and_do_not_warn(only_dejavu, text):
    shown = readable(text)
    assert set(shown) <= {MISSING, " "}
    assert draw(text) > 20


def test_a_missing_script_is_logged_once(only_dejavu, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            readable("夜 আমি আমি")
    assert [record.args[0] for record in caplog.records] == ["CJK", "BENGALI"]
    assert "fonts-noto-core" in caplog.text


def test_an_emoji_of_several_code_points_is_one_box():
    family = "\U0001f469\u200d\U0001faf6\u200d\U0001f467"
    assert readable(f"a {family} b {NO_FONT}") == f"a {MISSING} b {MISSING}"


def test_controls_and_direction_marks_are_dropped():
    assert readable("a\x00b\x1b\u202ec\u2066d\n e\t f") == "abcd e f"


def test_a_name_that_is_not_unicode_can_be_drawn():
    assert readable(b"caf\xe9".decode("utf-8", "surrogateescape")) == f"caf{MISSING}"
    draw("\ud800")


def test_piled_up_marks_are_limited():
    assert len(readable("a" + "\u0301" * 200)) <= 12


def test_a_font_installed_after_matplotlib_listed_them_is_found(monkeypatch):
    manager = fonts.font_manager.fontManager
    known = [entry for entry in manager.ttflist if entry.name == "Noto Sans Bengali"]
    if not any(Path(entry.fname).exists() for entry in known):
        pytest.skip("Noto Sans Bengali is not installed")
    monkeypatch.setattr(
        manager, "ttflist", [e for e in manager.ttflist if e.name != "Noto Sans Bengali"]
    )
    assert "Noto Sans Bengali" in fonts._fallback_families.__wrapped__()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(2, 30))
def test_shortened_text_fits_and_is_stable(text, width):
    short = shorten(text, width)
    assert columns(short) <= width
    assert readable(short) == short
    if columns(readable(text)) <= width:
        assert short == readable(text)


def test_names_that_would_read_alike_keep_their_ends():
    names = ["contemporary christian rock", "contemporary christian pop", "pop", "pop"]
    short = shorten_all(names, 18)
    assert short[0] != short[1]
    assert short[0].endswith("rock")
    assert short[1].endswith("pop")
    assert short[2:] == ["pop", "pop"]
    assert max(map(columns, short)) <= 18
