"""The plugin in a real beets, on a library of its own."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from batteries.listening import SONGS, make_results

pytestmark = pytest.mark.battery

CONFIG = """\
directory: {folder}/music
library: {folder}/library.db
plugins: [songatlas]
import: {{copy: no, write: no, autotag: no, duplicate_action: keep}}
"""


@pytest.fixture
def beet(tmp_path, music):
    if importlib.util.find_spec("beets") is None:
        pytest.skip("beets is not installed here (pip install 'songatlas[beets]')")
    folder = tmp_path / "beets"
    folder.mkdir()
    (folder / "config.yaml").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    source = Path(__file__).parents[2] / "src"
    environment = os.environ | {"BEETSDIR": str(folder), "PYTHONPATH": str(source)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-W", "ignore", "-m", "beets", *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("import", "--quiet", "--noautotag", str(music))
    return run


def fields(beet, query: str = "") -> dict[str, tuple[str, str]]:
    shown = beet("list", "-f", "$path\t%ifdef{songatlas_cluster}\t%ifdef{songatlas_cluster_number}",
                 *query.split())  # fmt: skip
    rows = [line.split("\t") for line in shown.splitlines()]
    return {path: (name, number) for path, name, number in rows}


def test_clusters_become_fields_that_queries_understand(beet, music, tmp_path):
    before = {song.path: (music / song.path).read_bytes() for song in SONGS}
    empty = fields(beet)
    assert len(empty) == len(SONGS)
    assert set(empty.values()) == {("", "")}
    results = make_results(tmp_path / "r", music, {"Slöw & quiet": [0, 3], "Fast": [1, 2, 4]})

    shown = beet("songatlas", "--pretend", str(results))
    assert "5 would change" in shown
    assert "Somebody - One: - -> Slöw & quiet" in shown
    assert fields(beet) == empty

    assert "5 changed" in beet("songatlas", str(results))
    found = {Path(path).name: value for path, value in fields(beet).items()}
    assert found == {
        Path(SONGS[row].path).name: value
        for row, value in {
            0: ("Slöw & quiet", "0"), 3: ("Slöw & quiet", "0"),
            1: ("Fast", "1"), 2: ("Fast", "1"), 4: ("Fast", "1"), 5: ("", ""),
        }.items()
    }  # fmt: skip
    assert len(fields(beet, "songatlas_cluster_number:1..3")) == 3
    assert len(fields(beet, "songatlas_cluster:quiet")) == 2
    assert "0 changed" in beet("songatlas", str(results))

    make_results(results, music, {"Slöw & quiet": [3], "Fast": [1, 2, 4]})
    assert "1 changed" in beet("songatlas", str(results), "title:One")
    assert set(fields(beet, "album:First title:One").values()) == {("", "")}
    assert {song.path: (music / song.path).read_bytes() for song in SONGS} == before


def test_what_is_no_results_folder_is_said(beet, tmp_path):
    with pytest.raises(AssertionError, match="must be the folder of a finished run"):
        beet("songatlas", str(tmp_path))
    with pytest.raises(AssertionError, match="beet songatlas RESULTS"):
        beet("songatlas")


def test_files_that_the_run_does_not_know_are_named(beet, music, tmp_path):
    results = make_results(tmp_path / "r", music, {"All": [0, 1]}, SONGS[:2])
    shown = beet("songatlas", str(results))
    assert "2 of 2 tracks are in the library; 2 changed" in shown
    assert shown.count("not in the run") == len(SONGS) - 2
