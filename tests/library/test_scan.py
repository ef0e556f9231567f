"""Finding files: pipes, permissions, copies, several roots."""

import ntpath
import os
import socket
import stat
import tempfile
from pathlib import Path, PureWindowsPath

import pytest
from batteries.scanned import NOBODY, look

from songatlas.errors import EXIT_USAGE, SongatlasError
from songatlas.library.scan import content_hash, duplicate, scan
from songatlas.library.walk import _common, walk


def test_content_decides_and_the_rest_is_not_counted(tmp_path, write_audio):
    write_audio(tmp_path / "b/really.flac", kind="wav", seed=1)
    write_audio(tmp_path / "a/no extension", kind="ogg", seed=2)
    write_audio(tmp_path / "picture.jpg", kind="mp3", seed=3)
    (tmp_path / "cover.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "notes.txt").write_text("words")
    (tmp_path / "empty").touch()
    assert look(tmp_path) == (["a/no extension", "b/really.flac", "picture.jpg"], {})


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "E-EMPTY", "no bytes"),
        (b"\x89PNG\r\n\x1a\n", "E-DECODE", "89 50 4E 47 0D 0A 1A 0A, a PNG picture"),
        (b"<html>", "E-DECODE", "a web page"),
        (bytes(1000), "E-DECODE", "zero bytes only"),
    ],
)
def test_a_promise_of_audio_that_is_not_kept_is_reported(tmp_path, content, code, said):
    (tmp_path / "x.MP3").write_bytes(content)
    (skip,) = scan(walk([tmp_path]))
    assert (skip.path, skip.code) == ("x.MP3", code)
    assert said in skip.reason


def test_order_is_by_path_whatever_the_order_of_creation(tmp_path, write_audio):
    names = ["b.wav", "a/z.wav", "a.wav", "a/B.wav", "A.wav", "ä.wav", "a b.wav"]
    for seed, name in enumerate(names):
        write_audio(tmp_path / "one" / name, seed=seed)
    for seed, name in reversed(list(enumerate(names))):
        write_audio(tmp_path / "two" / name, seed=seed)
    one, _ = look(tmp_path / "one")
    assert one == sorted(names)
    assert look(tmp_path / "two")[0] == one


def test_second_copies_are_reported_with_the_first(tmp_path, write_audio):
    for name in ("z.wav", "a/copy.wav", "m.flac"):
        write_audio(tmp_path / name, kind="wav", seed=1)
    write_audio(tmp_path / "other.wav", seed=2)
    found, skipped = look(tmp_path)
    assert found == ["a/copy.wav", "other.wav"]
    assert skipped == {"m.flac": "DUPLICATE", "z.wav": "DUPLICATE"}
    copies = [duplicate(item) for item in scan(walk([tmp_path])) if item.copy_of]
    assert all("a/copy.wav" in skip.reason for skip in copies)


def test_the_hash_can_be_remembered_and_is_blake2b(tmp_path, write_audio):
    path = write_audio(tmp_path / "x.wav")
    asked = []

    def remembered(source, status):
        asked.append((source, status.st_size))
        return "f" * 32

    (found,) = scan(walk([tmp_path]), hash_of=remembered)
    assert found.content_hash == "f" * 32
    assert asked == [(path, path.stat().st_size)]
    (tmp_path / "abc").write_bytes(b"abc")
    # RFC 7693 names the function; the digest is that of `b2sum -l 128`
    assert content_hash(tmp_path / "abc", path.stat()) == "cf4ab791c62b8d2b2109c90275287816"


def test_hidden_files_are_ignored_but_titles_may_begin_with_dots(tmp_path, write_audio):
    kept = ["...And Justice/One.wav", "...Baby.wav", ".5/x.wav", "x/y.wav"]
    hidden = ["._y.wav", ".Trash/y.wav", ".hidden.wav", "x/._y.wav"]
    for seed, name in enumerate(kept + hidden):
        write_audio(tmp_path / name, seed=seed)
    (tmp_path / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    assert look(tmp_path) == (kept, {})


def test_folders_named_like_audio_are_folders(tmp_path, write_audio):
    write_audio(tmp_path / "album.wav/x.wav")
    (tmp_path / "empty.mp3").mkdir()
    assert look(tmp_path) == (["album.wav/x.wav"], {})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_sockets_and_devices_are_never_opened(tmp_path, write_audio):
    write_audio(tmp_path / "x.wav")
    os.mkfifo(tmp_path / "pipe.mp3")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device.wav").symlink_to("/dev/zero")
    (tmp_path / "linked.ogg").symlink_to(tmp_path / "pipe")
    with tempfile.TemporaryDirectory(dir="/tmp") as short, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{short}/s.flac")  # socket paths are limited to about 100 bytes
        (tmp_path / "socket.flac").symlink_to(f"{short}/s.flac")
        found, skipped = look(tmp_path)
    assert found == ["x.wav"]
    assert skipped == dict.fromkeys(
        ["device.wav", "linked.ogg", "pipe.mp3", "socket.flac"], "E-NOTREGULAR"
    )


@pytest.mark.skipif(not hasattr(os, "mknod") or os.geteuid() != 0, reason="needs root")
def test_a_device_of_its_own_is_not_opened(tmp_path):
    try:
        os.mknod(tmp_path / "null.wav", 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    except OSError:
        pytest.skip("devices cannot be made here")
    assert look(tmp_path) == ([], {"null.wav": "E-NOTREGULAR"})


def test_several_roots_share_their_common_parent(tmp_path, write_audio):
    write_audio(tmp_path / "a/x.wav", seed=1)
    write_audio(tmp_path / "b/c/y.wav", seed=2)
    listing = walk([tmp_path / "b/c", tmp_path / "a"])
    assert listing.root == tmp_path
    assert [entry.path for entry in listing.entries] == ["a/x.wav", "b/c/y.wav"]


def test_nested_and_repeated_roots_are_walked_once(tmp_path, write_audio, monkeypatch):
    write_audio(tmp_path / "a/b/x.wav")
    (tmp_path / "link").symlink_to(tmp_path / "a/b")
    monkeypatch.chdir(tmp_path)
    listing = walk([Path("a/b"), tmp_path / "a", Path("a/../a"), tmp_path / "link"])
    assert listing.root == tmp_path / "a"
    assert [entry.path for entry in listing.entries] == ["b/x.wav"]


def test_a_single_file_is_a_root(tmp_path, write_audio):
    path = write_audio(tmp_path / "x.wav")
    write_audio(tmp_path / "y.wav", seed=1)
    listing = walk([path])
    assert (listing.root, [entry.path for entry in listing.entries]) == (tmp_path, ["x.wav"])
    (tmp_path / "named.txt").write_text("words")
    assert look(tmp_path / "named.txt") == ([], {"named.txt": "E-DECODE"})


def test_missing_roots_are_all_named(tmp_path):
    with pytest.raises(SongatlasError, match=r"no-1.*no-2.*Check the spelling") as error:
        walk([tmp_path / "no-1", tmp_path, tmp_path / "no-2"])
    assert error.value.exit_code == EXIT_USAGE
    with pytest.raises(SongatlasError, match="At least one folder"):
        walk([])


def test_roots_on_two_drives_are_refused(monkeypatch):
    monkeypatch.setattr("os.path.commonpath", ntpath.commonpath)
    with pytest.raises(SongatlasError, match=r"one drive. Got C:\\, D:\\\."):
        _common([PureWindowsPath("D:/b"), PureWindowsPath("C:/a"), PureWindowsPath("D:/c")])


def test_an_empty_root_is_an_empty_listing(tmp_path):
    assert look(tmp_path) == ([], {})


def test_a_file_that_goes_away_is_reported(tmp_path, write_audio):
    write_audio(tmp_path / "x.wav")
    listing = walk([tmp_path])
    (tmp_path / "x.wav").unlink()
    (skip,) = scan(listing)
    assert (skip.code, "went away" in skip.reason) == ("E-NOTREGULAR", True)


def test_a_pipe_that_takes_the_place_of_a_file_does_not_block(tmp_path, write_audio):
    write_audio(tmp_path / "x.wav")
    listing = walk([tmp_path])
    (tmp_path / "x.wav").unlink()
    os.mkfifo(tmp_path / "x.wav")
    (skip,) = scan(listing)
    assert skip.code == "E-NOTREGULAR"


def test_a_hash_that_cannot_be_read_costs_that_file_only(tmp_path, write_audio):
    write_audio(tmp_path / "bad", kind="wav", seed=1)
    write_audio(tmp_path / "good.wav", seed=2)

    def failing(path, status):
        if path.name == "bad":
            raise OSError(5, "Input/output error")
        return content_hash(path, status)

    assert look(tmp_path, hash_of=failing) == (["good.wav"], {"bad": "E-PERM"})


@pytest.fixture
def as_nobody():
    """A folder that a user without any rights may enter; the test runs as that user."""
    if not hasattr(os, "seteuid"):
        pytest.skip("needs POSIX users")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)

        def become():
            if os.geteuid() == 0:  # root ignores the permissions of files
                os.seteuid(NOBODY)
            return folder

        before = os.geteuid()
        try:
            yield folder, become
        finally:
            os.seteuid(before)
            for path in folder.iterdir():
                path.chmod(0o755)


def test_unreadable_files_and_folders_are_reported(as_nobody, write_audio):
    folder, become = as_nobody
    for seed, name in enumerate(["ok.wav", "secret.wav", "closed/x.wav", "listed/x.wav"]):
        write_audio(folder / name, seed=seed)
    (folder / "secret.jpg").touch()
    for name, mode in {"secret.wav": 0, "secret.jpg": 0, "closed": 0, "listed": 0o444}.items():
        (folder / name).chmod(mode)
    become()
    assert look(folder) == (
        ["ok.wav"],
        {"closed": "E-PERM", "listed/x.wav": "E-PERM", "secret.wav": "E-PERM"},
    )
    with pytest.raises(SongatlasError, match="closed/x"):
        walk([folder / "closed/x"])
