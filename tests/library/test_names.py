"""Names of tracks whose files have hostile names."""

import os
from pathlib import Path, PurePosixPath

import pytest

from songatlas.library.names import display_path, real_path
from songatlas.library.read import read_library


@pytest.mark.skipif(os.name == "nt", reason="Windows file names are Unicode")
def test_names_that_are_no_text_get_names_that_can_be_written(tmp_path, write_audio):
    folder = os.fsencode(tmp_path)
    names = [b"caf\xe9.wav", b"caf\\xe9.wav", b"two\nlines.wav", b"esc\x1b[31m.wav", b"AC\\DC.wav"]
    for seed, name in enumerate(names):
        write_audio(Path(os.fsdecode(folder + b"/" + name)), seed=seed)
    library = read_library([tmp_path])
    assert library.skipped == ()
    found = [track.path for track in library.tracks]
    assert len(set(found)) == len(names)
    for path in found:
        assert path.isprintable()
        assert path.encode("utf-8")
    assert "AC\\DC.wav" in found
    assert r"caf\xe9.wav" in found
    assert all(track.source.exists() for track in library.tracks)


def test_display_paths_are_injective():
    raw = [b"a\xff", b"a\\xff", b"a\\\\xff", b"a\\\xff", b"a\xc2\x85", b"a\\u0085", b"a\\", b"a"]
    assert len({display_path(Path(os.fsdecode(name))) for name in raw}) == len(raw)


@pytest.mark.parametrize(
    "name",
    [
        "plain.mp3",
        "AC\\DC/T.N.T.mp3",
        "two\nlines.mp3",
        "\\x41.mp3",
        "a\\\\xb\x01.mp3",
        "caf\udce9\\u00e9.mp3",
        "C1\x85 and \u2028.mp3",
    ],
)
def test_the_real_path_of_a_shown_one(name):
    assert str(real_path(display_path(PurePosixPath(name)))) == name
