"""Music that is not here: placeholders, downloads, shortcuts, what is online only."""

from types import SimpleNamespace

import pytest

from songatlas.library.read import read_library
from songatlas.library.walk import _online

PLACEHOLDERS = [
    (".song.mp3.icloud", "cloud"),
    ("song.flac.nextcloud", "cloud"),
    ("song.m4a.cloud", "cloud"),
    ("song.mp3.part", "download"),
    ("song.flac.crdownload", "download"),
    ("song.mp3.!qB", "download"),
    ("song.ogg.partial", "download"),
    (".syncthing.song.mp3.tmp", "download"),
    ("song.mp3~", "download"),
    ("song.mp3.1a2b3c4d.partial", "download"),  # rclone
    ("INCOMPLETE0123456789abcdef0123456789abcdefsong.mp3", "download"),  # Nicotine+
    ("Unconfirmed 48151.crdownload", "download"),  # Chrome
    ("song.flac.!sync", "download"),
    ("song.webm.part-Frag12", "download"),
    ("song.mp3.lnk", "shortcut"),
    ("song.flac.url", "shortcut"),
]


@pytest.mark.parametrize(("name", "said"), PLACEHOLDERS)
def test_what_stands_for_music_is_told_of_and_not_read(name, said, tmp_path, write_audio):
    write_audio(tmp_path / "whole.wav")
    for n, folder in enumerate(("", "sub")):
        (tmp_path / folder).mkdir(exist_ok=True)
        write_audio(tmp_path / "a.wav", seed=n + 5).rename(tmp_path / folder / name)
    library = read_library([tmp_path])
    assert [track.path for track in library.tracks] == ["whole.wav"]
    (note,) = library.notes
    assert " and 1 more are not " in note
    assert said in note


def test_downloads_that_a_folder_or_a_file_beside_tell_of(tmp_path, write_audio):
    write_audio(tmp_path / "whole.wav")
    write_audio(tmp_path / "song.mp3.download/song.mp3", seed=1)  # Safari
    write_audio(tmp_path / "half.wav", seed=2)
    (tmp_path / "half.wav.aria2").write_bytes(b"\0\1")
    library = read_library([tmp_path])
    assert [track.path for track in library.tracks] == ["whole.wav"]
    assert library.skipped == ()
    assert library.notes == (
        "half.wav and 2 more are not read: no whole file (a download, or temporary).",
    )


@pytest.mark.parametrize(
    "name", ["~Prologue~.wav", "Part.wav", "icloud.wav", "..5 x.wav", "Incomplete.wav"]
)
def test_music_of_such_names_is_music(name, tmp_path, write_audio):
    write_audio(tmp_path / name)
    library = read_library([tmp_path])
    assert (len(library.tracks), library.notes) == (1, ())


def test_files_without_a_byte_are_counted(tmp_path, write_audio):
    write_audio(tmp_path / "whole.wav")
    for n in range(3):
        (tmp_path / f"{n}.mp3").touch()
    library = read_library([tmp_path])
    assert [skip.code for skip in library.skipped] == ["E-EMPTY"] * 3
    (note,) = library.notes
    assert "0.mp3 and 2 more are without a byte" in note


@pytest.mark.parametrize(
    ("status", "online"),
    [
        ({"st_file_attributes": 0x400020}, True),  # Windows, recalled when it is read
        ({"st_file_attributes": 0x1020}, True),  # Windows, offline
        ({"st_flags": 0x40000040}, True),  # macOS, without data
        ({"st_file_attributes": 0x20, "st_flags": 0x40}, False),
        ({"st_blocks": 0, "st_size": 99}, False),  # some file systems say so of any small file
    ],
)
def test_what_is_online_only_is_what_the_system_says(status, online):
    assert _online(SimpleNamespace(**status)) is online
