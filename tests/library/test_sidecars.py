"""Lyrics beside the audio."""

import os

import pytest

from songatlas.library.lrc import strip_times
from songatlas.library.sidecars import Sidecars

LRC = (
    "[ti:Title]\n[ar: Artist]\n[offset:+100]\n[00:01.00]First line\n[00:02.50][01:02.50]Twice\n"
    "[00:03:10]<00:03.10>Word <00:03.50>by <00:04>word\n\n[100:04]Late\n[Chorus]\n[00:05.00]\n"
)
PLAIN = "First line\nTwice\nWord by word\n\nLate\n[Chorus]"


def test_times_and_header_go_and_sections_stay():
    assert strip_times(LRC) == PLAIN
    assert strip_times(LRC.replace("\n", "\r\n")) == PLAIN


@pytest.mark.parametrize("text", ["[Verse 1: Somebody]\nla", "[ar: no times]\nla", "at 12:30", ""])
def test_text_without_times_is_left_alone(text):
    assert strip_times(text) == text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.lrc", LRC.encode()),
        ("x.LRC", LRC.encode("utf-8-sig")),
        ("x.txt", LRC.encode("utf-16")),
        ("x.Txt", LRC.encode("utf-16-be").join([b"\xfe\xff", b""])),
    ],
)
def test_every_spelling_and_encoding(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    sidecars = Sidecars()
    assert sidecars.lyrics(tmp_path / "x.mp3") == PLAIN
    assert sidecars.notes == []


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Où vas-tu, mon cœur, où étais-tu l’été dernier ?\nJ’ai rêvé d’une forêt.", "cp1252"),
        ("Привет, как дела?\nЯ иду домой, а ты поёшь песню.", "cp1251"),
        ("沈むように溶けてゆくように\n二人だけの空が広がる夜に", "shift_jis"),
    ],
)
def test_other_encodings_are_recognised(text, encoding, tmp_path):
    (tmp_path / "x.txt").write_bytes(text.encode(encoding))
    assert Sidecars().lyrics(tmp_path / "x.mp3") == text


def test_timed_lyrics_win(tmp_path):
    (tmp_path / "x.txt").write_text("plain")
    (tmp_path / "x.lrc").write_text("[00:01.00]timed")
    assert Sidecars().lyrics(tmp_path / "x.flac") == "timed"


def test_only_the_own_name_counts(tmp_path):
    (tmp_path / "xy.txt").write_text("no")
    (tmp_path / "X.txt").write_text("no")
    (tmp_path / "Cafe\N{COMBINING ACUTE ACCENT}.txt").write_text("yes")
    assert Sidecars().lyrics(tmp_path / "x.mp3") == ""
    assert Sidecars().lyrics(tmp_path / "Café.mp3") == "yes"


@pytest.mark.parametrize(
    ("content", "said"),
    [(bytes(range(256)) * 4, "zero bytes"), (b"a" * (1 << 20) + b"b", "larger than 1 MB")],
)
def test_what_is_no_lyrics_is_reported(content, said, tmp_path):
    (tmp_path / "x.txt").write_bytes(content)
    sidecars = Sidecars()
    assert sidecars.lyrics(tmp_path / "x.mp3") == ""
    (note,) = sidecars.notes
    assert "x.txt" in note
    assert said in note


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.txt")
    sidecars = Sidecars()
    assert sidecars.lyrics(tmp_path / "x.mp3") == ""
    assert len(sidecars.notes) == 1
