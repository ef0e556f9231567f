"""The atlas of the tests of exports, for tags, and a run of files of every format."""

import dataclasses
import os
import shutil

import pytest
from listening.conftest import make_atlas as make
from results.test_round_trips import RECORD
from tagging.tagged_run import FORMATS, write_sound

from songatlas.library.scan import content_hash
from songatlas.results.record import digests, write_run


@pytest.fixture
def make_atlas():
    return make


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    """One file of every format."""
    folder = tmp_path_factory.mktemp("sounds")
    for i, kind in enumerate(FORMATS):
        write_sound(folder / f"{i}.{kind}", i)
    return folder


@pytest.fixture
def run(tmp_path, make_atlas, sounds):
    """A run on these files, in one cluster."""
    root, folder = tmp_path / "music", tmp_path / "results"
    shutil.copytree(sounds, root)
    folder.mkdir()
    atlas = make_atlas(folder, root, len(FORMATS), 1)
    tracks = []
    for i, (track, kind) in enumerate(zip(atlas.tracks, FORMATS, strict=True)):
        path = root / f"{i}.{kind}"
        os.utime(path, ns=(10**18, 10**18))
        content = content_hash(path, path.stat())
        tracks.append(dataclasses.replace(track, path=path.name, source=path, content_hash=content))
    contents = tuple(track.content_hash for track in tracks)
    (folder / "tracks.csv").write_text(" ".join(contents))
    files = digests(folder, ["tracks.csv"])
    write_run(folder, dataclasses.replace(RECORD, files=files, fitted=contents))
    return dataclasses.replace(atlas, tracks=tuple(tracks))
