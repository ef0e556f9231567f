"""Cue sheets as further programs and people write them."""

import math
from pathlib import Path

import numpy as np
import pytest
import soundfile

from songatlas.library.cue import parse_cue
from songatlas.library.read import read_library

RATE = 8000
TRACKS = 'TRACK 01 AUDIO\nTITLE "One"\nINDEX 01 {}\nTRACK 02 AUDIO\nTITLE "Two"\nINDEX 01 {}\n'


def album(folder: Path, sheet: bytes, seconds: float = 6.0) -> Path:
    noise = 0.1 * np.random.default_rng(0).standard_normal(int(seconds * RATE))
    soundfile.write(folder / "album.flac", noise, RATE)
    (folder / "album.cue").write_bytes(sheet)
    return folder


@pytest.mark.parametrize(
    ("first", "second", "start"),
    [
        ("00:00.000", "00:02.500", 2.5),
        ("00:00:000", "00:02:250", 2.25),
        ("0:00:00", "0:02:15", 2.2),
    ],
)
def test_times_with_frames_or_milliseconds(first, second, start):
    one, two = parse_cue("FILE album.flac WAVE\n" + TRACKS.format(first, second))
    assert (one.part, two.part) == ((0.0, start), (start, math.inf))


def test_music_hidden_before_the_first_track_is_a_track(tmp_path):
    sheet = 'PERFORMER "Ann"\nTITLE "Disc"\nFILE "album.flac" WAVE\n'
    sheet += TRACKS.format("00:30:00", "00:45:00").replace(
        "INDEX 01", "INDEX 00 00:00:00\nINDEX 01", 1
    )
    found = read_library([album(tmp_path, sheet.encode(), 60.0)]).tracks
    assert [(t.path, t.title, t.artist, t.album) for t in found] == [
        ("album.flac#00", "", "Ann", "Disc"),
        ("album.flac#01", "One", "Ann", "Disc"),
        ("album.flac#02", "Two", "Ann", "Disc"),
    ]
    assert [t.part for t in found] == [(0, 30), (30, 45), (45, math.inf)]


def test_a_pause_before_the_first_track_or_a_file_a_track_hides_nothing():
    assert len(parse_cue("FILE a.flac WAVE\n" + TRACKS.format("00:02:00", "00:45:00"))) == 2
    sheet = "".join(
        f"FILE {i}.flac WAVE\nTRACK {i:02d} AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:15:00\n"
        for i in (1, 2)
    )
    assert [track.number for track in parse_cue(sheet)] == [1, 2]


def test_remarks_on_disc_and_composer_count(tmp_path):
    sheet = 'REM DISCNUMBER 2\nREM COMPOSER "Cy"\nFILE "album.flac" WAVE\n'
    sheet += TRACKS.format("00:00:00", "00:02:00") + '  REM COMPOSER "Di"\n'
    found = read_library([album(tmp_path, sheet.encode())]).tracks
    assert [(t.disc, t.composer) for t in found] == [("2", "Cy"), ("2", "Di")]


@pytest.mark.parametrize("written", ['"One', 'One"', "“One”"])
def test_titles_whose_marks_are_not_a_pair(written):
    sheet = "FILE a WAVE\n" + TRACKS.format("00:00:00", "00:02:00").replace('"One"', written)
    assert parse_cue(sheet)[0].title == "One"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(tmp_path, codec):
    sheet = 'FILE "album.flac" WAVE\n' + TRACKS.format("00:00:00", "00:02:00")
    found = read_library([album(tmp_path, sheet.encode(codec))]).tracks
    assert [track.title for track in found] == ["One", "Two"]


def test_an_image_of_a_disc_is_said_to_be_one(tmp_path):
    sheet = 'FILE "disc.BIN" BINARY\n' + TRACKS.format("00:00:00", "00:02:00")
    folder = album(tmp_path, b"")
    (folder / "album.cue").rename(folder / "disc.cue").write_text(sheet)
    (folder / "disc.BIN").write_bytes(bytes(9000))
    assert read_library([folder]).notes == (
        "Cue sheets are of images of discs, which are not read: disc.cue (disc.BIN); convert those "
        "to FLAC.",
    )


def test_a_sheet_of_lost_files_says_what_to_do(tmp_path):
    sheet = 'FILE "range.wav" WAVE\n' + TRACKS.format("00:00:00", "00:02:00")
    folder = album(tmp_path, b"x")
    (folder / "album.cue").unlink()
    (folder / "other.cue").write_text(sheet)
    (note,) = read_library([folder]).notes
    assert note == (
        "Cue sheets name files that were not found: other.cue (range.wav); give the files these "
        "names, or correct the FILE lines."
    )
