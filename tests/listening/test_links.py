"""Links to music on the drives and shares of Windows, which can be tried on any system."""

import posixpath
from pathlib import PurePosixPath, PureWindowsPath

import pytest

from songatlas.listening.links import playlist_line, relative_path, relative_uri

RESULTS = PureWindowsPath(r"C:\results\playlists")


@pytest.mark.parametrize(
    ("source", "path", "line", "uri"),
    [
        (r"C:\Music\a b.mp3", "../../Music/a b.mp3", "../../Music/a b.mp3",
         "../../Music/a%20b.mp3"),
        (r"D:\Music\a b.mp3", "D:/Music/a b.mp3", "D:/Music/a b.mp3", "file:///D:/Music/a%20b.mp3"),
        ("C:\\Music\\\u2028b.mp3", "../../Music/\u2028b.mp3", "file:///C:/Music/%E2%80%A8b.mp3",
         "../../Music/%E2%80%A8b.mp3"),
        (r"\\nas\music\a b.mp3", "//nas/music/a b.mp3", "//nas/music/a b.mp3",
         "file://nas/music/a%20b.mp3"),
        ("\\\\nas\\music\\\u2028.mp3", "//nas/music/\u2028.mp3", "file://nas/music/%E2%80%A8.mp3",
         "file://nas/music/%E2%80%A8.mp3"),
    ],
)  # fmt: skip
def test_drives_and_shares(source: str, path: str, line: str, uri: str) -> None:
    windows = PureWindowsPath(source)
    assert relative_path(windows, RESULTS) == path
    assert playlist_line(windows, RESULTS) == line
    assert relative_uri(windows, RESULTS) == uri


def test_a_folder_that_is_called_like_a_drive_is_none() -> None:
    source = PurePosixPath("/music/C:/a b.mp3")
    assert relative_uri(source, PurePosixPath("/music")) == "./C:/a%20b.mp3"


@pytest.mark.parametrize(
    "source", ["/m/a/b.mp3", "/m/b.mp3", "/b.mp3", "/m/../b.mp3", "/m/..", "m/b.mp3"]
)
@pytest.mark.parametrize("folder", ["/m", "/m/a", "/results/lists", "lists"])
def test_a_way_is_the_one_that_the_standard_library_finds(source: str, folder: str) -> None:
    expected = posixpath.relpath(source, folder)
    assert relative_path(PurePosixPath(source), PurePosixPath(folder)) == expected
