"""Original words in two languages."""

import re

import numpy as np
import py3langid
import pytest

from songatlas.synthesis.lyrics.song import BOOKS, write_lyrics
from songatlas.synthesis.plan import PlannedTrack
from songatlas.synthesis.styles import STYLES

TIME = re.compile(r"^\[(\d\d):(\d\d\.\d\d)\](.+)$")


def test_lyrics_are_in_the_language_they_claim(plan: tuple[PlannedTrack, ...]) -> None:
    for track in plan:
        text = track.lyrics.as_text(headers=False)
        assert py3langid.classify(text)[0] == track.artist.language


@pytest.mark.parametrize("language", BOOKS)
@pytest.mark.parametrize("style", STYLES)
def test_no_template_is_left_open_and_no_line_is_empty(style: str, language: str) -> None:
    for seed in range(30):
        song = write_lyrics(style, language, np.random.default_rng(seed))
        lines = [song.title, *(line for _, section in song.sections for line in section)]
        assert all(line and line[0].isupper() for line in lines)
        assert not re.search(r"[{}\[\]<>:\"/\\|?*]", song.title)
        assert not any(re.search(r"[{}\[\]]|  ", line) for line in lines)
        assert song.sections[1][1] == song.sections[3][1]  # the chorus comes back


def test_headers_are_there_only_when_asked_for() -> None:
    song = write_lyrics("Rock", "en", np.random.default_rng(0))
    assert song.as_text(headers=True).count("[Chorus]") == 2
    assert "[" not in song.as_text(headers=False)


def test_times_rise_and_stay_within_the_track() -> None:
    song = write_lyrics("Folk", "de", np.random.default_rng(0))
    lines = song.as_lrc(artist="Somebody", seconds=75.0, headers=True).splitlines()
    assert lines[:2] == [f"[ti:{song.title}]", "[ar:Somebody]"]
    found = [TIME.match(line) for line in lines[2:]]
    assert all(found)
    times = [60 * int(m[1]) + float(m[2]) for m in found if m]
    assert len(times) == 20
    assert times == sorted(set(times))
    assert times[0] > 0
    assert times[-1] < 75
    sung = [m[3] for m in found if m and not m[3].startswith("[")]
    assert sung == [line for _, section in song.sections for line in section]


def test_themes_show_but_do_not_give_the_style_away() -> None:
    def words(style: str, seed: int) -> set[str]:
        song = write_lyrics(style, "en", np.random.default_rng(seed))
        return set(song.as_text(headers=False).lower().split())

    def shared(a: str, b: str) -> float:
        pairs = [(words(a, i), words(b, 100 + i)) for i in range(40)]
        return float(np.mean([len(x & y) / len(x | y) for x, y in pairs]))

    for style in STYLES:
        others = [shared(style, other) for other in STYLES if other != style]
        assert shared(style, style) > 1.1 * max(others)
        assert min(others) > 0.1


@pytest.mark.parametrize("language", BOOKS)
def test_a_word_list_repeats_nothing_and_every_verb_has_a_rest(language: str) -> None:
    book = BOOKS[language]
    for words in (book.shared, *book.themes.values()):
        assert all(len(set(phrases)) == len(phrases) > 3 for phrases in vars(words).values())
        assert all(len(doing.split()) > 1 for doing in words.doings)
