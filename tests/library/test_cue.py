"""Cue sheets as programs write them, and those that cannot be followed."""

import math

import pytest

from songatlas.library.cue import CueError, parse_cue
from songatlas.types import Part


def parts(text: str) -> list[tuple[int, float, float]]:
    return [(t.number, round(t.part.start, 3), round(t.part.stop, 3)) for t in parse_cue(text)]


def test_a_track_lasts_until_the_next_begins_its_pause_included():
    sheet = """
    FILE "x.wav" WAVE
      TRACK 01 AUDIO
        INDEX 00 00:00:00
        INDEX 01 00:02:00
      TRACK 02 AUDIO
        INDEX 00 03:00:00
        INDEX 01 03:01:37
        INDEX 02 04:00:00
      TRACK 03 AUDIO
        INDEX 01 101:00:74
    """
    assert parts(sheet) == [(1, 2.0, 181.493), (2, 181.493, 6060.987), (3, 6060.987, math.inf)]


def test_what_a_track_does_not_say_the_disc_says():
    sheet = (
        'REM GENRE "Drum & Bass"\r\nREM DATE 1999\r\nREM COMMENT "x"\r\nPERFORMER Various\r\n'
        'TITLE "Disc"\r\nFILE x.wav WAVE\r\ntrack 01 audio\r\n\tTITLE "A"\r\n\tPERFORMER "Ann"\r\n'
        "\tREM GENRE Dub\r\n\tINDEX 01 0:0:0\r\nTRACK 02 AUDIO\r\nINDEX 01 1:0:0\r\n"
    )
    said = [(t.title, t.artist, t.album, t.album_artist, t.genre, t.year) for t in parse_cue(sheet)]
    assert said == [
        ("A", "Ann", "Disc", "Various", "Dub", "1999"),
        ("", "Various", "Disc", "Various", "Drum & Bass", "1999"),
    ]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('"Plain"', "Plain"),
        ('"The "Best" of"', 'The "Best" of'),
        (r'"The \"Best\" of"', 'The "Best" of'),
        ('"The ""Best"" of"', 'The "Best" of'),
        ("No marks at all ", "No marks at all"),
        ('"two\tparts"', "two parts"),
        (r'"AC\DC"', r"AC\DC"),
        ('""', ""),
    ],
)
def test_titles_in_any_marks(written, title):
    (track,) = parse_cue(f"FILE x WAVE\nTRACK 01 AUDIO\nTITLE {written}\nINDEX 01 00:00:00")
    assert track.title == title


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('"a b.flac" WAVE', "a b.flac"),
        ("a.flac WAVE", "a.flac"),
        ("a b.flac WAVE", "a b.flac"),
        ("a.flac", "a.flac"),
        (r'"say \"a\".wav" WAVE', 'say "a".wav'),
        (r'"C:\rips\a.wav" WAVE', r"C:\rips\a.wav"),
    ],
)
def test_names_of_files_in_any_marks(written, name):
    (track,) = parse_cue(f"FILE {written}\nTRACK 01 AUDIO\nINDEX 01 00:00:00")
    assert track.file == name


def test_a_track_is_in_the_file_of_its_beginning_and_data_are_none():
    sheet = """FILE 1.wav WAVE
    TRACK 01 AUDIO
    INDEX 01 00:00:00
    TRACK 02 AUDIO
    INDEX 00 04:00:00
    FILE 2.wav WAVE
    INDEX 01 00:00:00
    TRACK 03 MODE1/2352
    INDEX 01 05:00:00"""
    found = [(track.file, track.part) for track in parse_cue(sheet)]
    assert found == [("1.wav", Part(0.0, math.inf)), ("2.wav", Part(0.0, 300.0))]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["TITLE x"], "no track"),
        (["TRACK 01 AUDIO", "INDEX 00 00:00:00"], "line 1: track 1 has no INDEX 01"),
        (["TRACK 01 AUDIO", "INDEX 01 soon"], "line 2: a time must be"),
        (["TRACK 01 AUDIO", "INDEX 01 00:61:00"], "00:61:00"),
        (["TRACK 01 AUDIO", "INDEX 01 00:00:75"], "00:00:75"),
        (["TRACK one AUDIO", "INDEX 01 00:00:00"], "must have a number"),
        ([f"TRACK {'9' * 5000} AUDIO", "INDEX 01 00:00:00"], "line 1: a track must have a number"),
        (["TRACK 01 AUDIO", f"INDEX 01 {'9' * 400}:00:00"], "line 2: a time must be"),
        (
            ["TRACK 01 AUDIO", "INDEX 01 03:00:00", "TRACK 02 AUDIO", "INDEX 01 02:00:00"],
            "line 3: track 2 must follow",
        ),
        (
            ["TRACK 01 AUDIO", "INDEX 01 00:00:00", "TRACK 01 AUDIO", "INDEX 01 02:00:00"],
            "line 3: track 1 must follow",
        ),
    ],
)
def test_sheets_that_cannot_be_followed_say_why(lines, reason):
    with pytest.raises(CueError, match=reason) as error:
        parse_cue("\n".join(lines))
    assert len(str(error.value)) < 100
