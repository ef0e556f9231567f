"""Tags as mutagen writes them, and damaged ones."""

import mutagen
import numpy as np
import pytest
from mutagen import id3
from mutagen.mp4 import MP4

from songatlas.library.tags import Tags, read_tags

WORDS = "Première ligne\n[Chorus]\nদ্বিতীয় লাইন"
EXPECTED = Tags(
    title="夜に駆ける",
    artist="Beyoncé",
    album="Ålbum",
    genre="R&B",
    year="2016",
    language="eng",
    lyrics=WORDS,
)


def write_vorbis(path):
    tags = mutagen.File(path)
    for field in ("title", "artist", "album", "genre", "language", "lyrics"):
        tags[field] = getattr(EXPECTED, field)
    tags["date"] = EXPECTED.year
    tags.save()


def write_id3(path):
    tags = id3.ID3()
    for frame, text in (
        (id3.TIT2, EXPECTED.title),
        (id3.TPE1, EXPECTED.artist),
        (id3.TALB, EXPECTED.album),
        (id3.TCON, EXPECTED.genre),
        (id3.TDRC, EXPECTED.year),
        (id3.TLAN, EXPECTED.language),
    ):
        tags.add(frame(encoding=3, text=text))
    tags.add(id3.USLT(encoding=3, lang="eng", desc="", text=WORDS))
    tags.save(path)


def write_mp4(path):
    tags = MP4(path)
    for atom, text in (
        ("\xa9nam", EXPECTED.title),
        ("\xa9ART", EXPECTED.artist),
        ("\xa9alb", EXPECTED.album),
        ("\xa9gen", EXPECTED.genre),
        ("\xa9day", EXPECTED.year),
        ("\xa9lyr", WORDS),
    ):
        tags[atom] = text
    tags.save()


WRITERS = {
    "mp3": write_id3,
    "flac": write_vorbis,
    "ogg": write_vorbis,
    "opus": write_vorbis,
    "m4a": write_mp4,
}


@pytest.mark.parametrize("kind", WRITERS)
def test_every_field_of_every_format(kind, tmp_path, write_audio):
    path = write_audio(tmp_path / f"x.{kind}")
    WRITERS[kind](path)
    tags = read_tags(path)
    expected = {**vars(EXPECTED)}
    if kind == "m4a":  # MP4 has no usual atom for the language
        expected["language"] = ""
    assert vars(tags) == expected


def test_the_content_counts_and_not_the_extension(tmp_path, write_audio):
    path = write_audio(tmp_path / "x.ogg")
    write_vorbis(path)
    assert read_tags(path.rename(tmp_path / "x.m4a")).title == EXPECTED.title


def test_wma_tags(tmp_path, write_audio):
    path = write_audio(tmp_path / "x.wma")
    tags = mutagen.File(path)
    tags["Title"], tags["Author"], tags["WM/Lyrics"] = "T", "A", "L"
    tags.save()
    assert read_tags(path) == Tags(title="T", artist="A", lyrics="L")


def test_timed_lyrics_lose_their_times(tmp_path, write_audio):
    path = write_audio(tmp_path / "x.mp3")
    tags = id3.ID3()
    tags.add(id3.SYLT(encoding=3, lang="eng", format=2, type=1, text=[("one", 0), ("two", 61500)]))
    tags.save(path)
    assert read_tags(path).lyrics == "one\ntwo"


def test_unsynced_lyrics_of_vorbis_comments(tmp_path, write_audio):
    path = write_audio(tmp_path / "x.ogg")
    tags = mutagen.File(path)
    tags["UNSYNCEDLYRICS"] = "words"
    tags.save()
    assert read_tags(path).lyrics == "words"


def test_control_characters_and_line_ends_are_removed(tmp_path, write_audio):
    path = write_audio(tmp_path / "x.flac")
    tags = mutagen.File(path)
    tags["title"] = "\x1b]0;owned\x07 Two\nlines\x00 "
    tags["lyrics"] = "one\x00\r\ntwo\x1b[2J\tthree"
    tags.save()
    assert read_tags(path) == Tags(title="]0;owned Two lines", lyrics="one\r\ntwo[2J\tthree")


def test_several_artists_and_genres_are_all_named_and_other_fields_keep_the_first(
    tmp_path, write_audio
):
    path = write_audio(tmp_path / "x.flac")
    tags = mutagen.File(path)
    tags["artist"], tags["genre"], tags["album"] = ["A", "B"], ["pop", "rock"], ["C", "D"]
    tags.save()
    assert read_tags(path) == Tags(artist="A; B", artists=("A", "B"), genre="pop; rock", album="C")


def test_a_numeric_genre_has_its_name(tmp_path, write_audio):
    path = write_audio(tmp_path / "x.mp3")
    tags = id3.ID3()
    tags.add(id3.TCON(encoding=0, text="(17)"))
    tags.save(path, v2_version=3)
    assert read_tags(path).genre == "Rock"


@pytest.mark.parametrize("kind", ["wav", "aac", "caf", "w64"])
def test_no_tags_are_empty_tags(kind, tmp_path, write_audio):
    assert read_tags(write_audio(tmp_path / f"x.{kind}")) == Tags()


def test_a_file_that_is_gone_has_no_tags(tmp_path):
    assert read_tags(tmp_path / "gone.mp3") == Tags()


@pytest.mark.parametrize("kind", [*WRITERS, "wma"])
def test_damaged_tags_never_raise(kind, tmp_path, write_audio):
    path = write_audio(tmp_path / f"x.{kind}")
    if kind in WRITERS:
        WRITERS[kind](path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for trial in range(60):
        damaged = bytearray(whole[: rng.integers(len(whole))] if trial % 3 == 0 else whole)
        for position in rng.integers(min(len(damaged), 600), size=8) if damaged else ():
            damaged[position] ^= 1 << rng.integers(8)
        path.write_bytes(damaged)
        tags = read_tags(path)
        assert "\x00" not in "".join(str(value) for value in vars(tags).values())
