"""The research collections: every row finds its file, quickly."""

import time
from pathlib import Path

import pytest

from songatlas.library.read import read_library

MUSIC = Path(__file__).parents[2].parent / "shared" / "music"


@pytest.mark.parametrize(("name", "n_tracks"), [("songs", 502), ("albums", 208)])
def test_all_rows_join_by_path(name, n_tracks):
    folder = MUSIC / name
    if not folder.is_dir():
        pytest.skip(f"needs the research data in {folder}")
    start = time.process_time()
    library = read_library([folder], metadata=folder / "tracks.csv")
    seconds = time.process_time() - start
    assert len(library.tracks) == n_tracks
    assert library.skipped == ()
    assert library.notes == ()
    assert all(track.title and track.artist and track.genre for track in library.tracks)
    assert all(track.columns["file"] == track.path for track in library.tracks)
    assert all(bool(track.lyrics) == (name == "songs") for track in library.tracks)
    # 0.4 s of processor time where this was written
    assert seconds < 4
