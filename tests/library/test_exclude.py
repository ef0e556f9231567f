"""Bins and services are left out and said; globs leave out what they fit and nothing else."""

from pathlib import Path, PurePath

import pytest

from songatlas.config import load_config
from songatlas.extraction.workshop import open_workshop
from songatlas.library.exclude import Exclusion
from songatlas.library.read import read_library
from songatlas.library.walk import walk
from songatlas.machine import Machine

BINS = (
    "#recycle/Artist",
    "@Recycle",
    "$RECYCLE.BIN/S-1-5-21-1",
    "$Recycle.Bin",
    "Music/@eaDir/x.wav",
    ".Trash-1000/files",
    ".Trashes/501",
    "lost+found",
    "System Volume Information",
    "Music/.AppleDouble",
    "Music/@__thumb",
    "#snapshot/2024",
    ".stversions/Music",
    "RECYCLER",
    "RECYCLED",
    "share/#Recycle",
    "Nextcloud/files_trashbin/files/Album.d1596312345",
    "files_versions",
    "@GMT-2024.01.01-00.00.00",
    ".@metadata",
    "@appdata/x",
    "#recycle (1)",
    "Recycle Bin - Volume_1",
    "Recycle Bin",
    "trashbox",
    "TheVolumeSettingsFolder",
    "Backups.backupdb/Mac/Latest",
    "FOUND.000",
    "LOST.DIR",
    "_gsdata_/_saved_",
)


@pytest.mark.parametrize("folder", BINS)
def test_a_bin_is_left_out_and_said(tmp_path: Path, write_audio, folder: str) -> None:
    write_audio(tmp_path / "Music/kept.wav", seed=1)
    write_audio(tmp_path / folder / "gone.wav", seed=2)
    listing = walk([tmp_path])
    assert [entry.path for entry in listing.entries] == ["Music/kept.wav"]
    (note,) = listing.notes
    assert note.startswith("1 folder of a bin or service was left out: '")


@pytest.mark.parametrize(
    "path",
    [
        "ZZ Top/Recycler/1.wav",
        "ZZ Top/RECYCLER/1.wav",
        "Recycle/1.wav",
        "recycle.wav",
        "#1 Hits/1.wav",
        "@home/1.wav",
        "Lost and Found/1.wav",
        "Trash/1.wav",
        "#recycle.wav",
        "Recycled/1.wav",
        "Dock/lost+found/1.wav",
        "Lost+Found/1.wav",
        "Trash-80/1.wav",
        "@tmp.wav",
        "Snapshot/1.wav",
        "Dock/Recycle Bin/1.wav",
        "Dock/Trashbox/1.wav",
        "Lost and Found/FOUND.wav",
        "Found/1.wav",
        "@GMT/1.wav",
    ],
)
def test_music_whose_name_is_like_that_of_a_bin_stays(tmp_path: Path, write_audio, path) -> None:
    write_audio(tmp_path / path)
    listing = walk([tmp_path])
    assert ([entry.path for entry in listing.entries], listing.notes) == ([path], ())


def test_what_netatalk_hides_is_hidden(tmp_path: Path, write_audio) -> None:
    write_audio(tmp_path / "a.wav")
    (tmp_path / ":2e_a.wav").write_bytes(b"\0\5\x16\7" + bytes(80))
    listing = walk([tmp_path])
    assert [entry.path for entry in listing.entries] == ["a.wav"]


def test_many_bins_are_one_note_and_a_bin_that_is_named_is_music(tmp_path, write_audio) -> None:
    for i in range(5):
        write_audio(tmp_path / f"share{i}/@eaDir/x.wav", seed=i)
    assert walk([tmp_path]).notes == (
        "5 folders of bins or services were left out: 'share0/@eaDir', 'share1/@eaDir', "
        "'share2/@eaDir' and 2 more.",
    )
    assert len(walk([tmp_path / "share1/@eaDir"]).entries) == 1


FILES = (
    "Jazz/Live/1.mp3",
    "Jazz/2.mp3",
    "Jazz/2.flac",
    "Audio Books/a/3.mp3",
    "Beyonc\u00e9/4.mp3",
)


@pytest.mark.parametrize(
    ("glob", "fit"),
    [
        ("*.mp3", {0, 1, 3, 4}),
        ("jazz", {0, 1, 2}),
        ("Jazz/*.mp3", {1}),
        ("Jazz/**", {0, 1, 2}),
        ("Jazz/**/*.mp3", {0, 1}),
        ("**/Live", {0}),
        ("Live", {0}),
        ("/Live", set()),
        ("Live/", {0}),
        ("2.mp3/", set()),
        ("audio books", {3}),
        ("Audio*/a", {3}),
        ("Beyonce\u0301", {4}),
        ("?.flac", {2}),
        ("Jazz/[!2].*", set()),
    ],
)
def test_globs(tmp_path: Path, glob: str, fit: set[int]) -> None:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    listing = walk([tmp_path], [glob])
    kept = {entry.path for entry in listing.entries}
    assert kept == {name for i, name in enumerate(FILES) if i not in fit}
    (note,) = listing.notes
    assert note.startswith("--exclude left out " if fit else f"--exclude {glob!r} fits no file")


def test_globs_count_from_every_root_and_through_links(tmp_path: Path, write_audio) -> None:
    for root in ("one", "two"):
        write_audio(tmp_path / root / "Talk/x.wav", seed=1)
        write_audio(tmp_path / root / "y.wav", seed=2)
    write_audio(tmp_path / "else/z.wav", seed=3)
    (tmp_path / "one/linked").symlink_to(tmp_path / "else")
    roots = [tmp_path / "one", tmp_path / "two"]
    found = [entry.path for entry in walk(roots, ["/Talk"]).entries]
    assert found == ["one/linked/z.wav", "one/y.wav", "two/y.wav"]
    found = [entry.path for entry in walk(roots, ["linked/*", "y.wav"]).entries]
    assert found == ["one/Talk/x.wav", "two/Talk/x.wav"]


def test_a_long_path_and_many_stars_take_no_time() -> None:
    left_out = Exclusion(["**/a/**/a/**/a/**/b"])
    assert not left_out(PurePath("/".join("a" * 40)), folder=False)


def test_the_settings_leave_out_too(tmp_path: Path, write_audio) -> None:
    write_audio(tmp_path / "music/Talk/x.wav", seed=1)
    write_audio(tmp_path / "music/y.wav", seed=2)
    config = load_config(overrides={"library": {"exclude": ["Talk"]}})
    with open_workshop(Machine(cache=tmp_path / "cache")) as shop:
        library = shop.read_music([tmp_path / "music"], config)
    assert [track.path for track in library.tracks] == ["y.wav"]
    assert library.notes == read_library([tmp_path / "music"], exclude=["Talk"]).notes
    assert library.notes == ("--exclude left out 1 file or folder: 'Talk'.",)
