"""`songatlas similar` and `songatlas path` on a results folder made by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from batteries.listening import SONGS, make_music, make_results

import songatlas
from songatlas.cli import main
from songatlas.errors import ConfigError


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Six tracks on a line, a step apart, in two clusters."""
    make_music(tmp_path / "music")
    folder = make_results(
        tmp_path / "results", tmp_path / "music", {"Dawn": [0, 1, 2], "Dusk": [3, 4, 5]}
    )
    line = np.stack([np.arange(6.0), np.zeros(6)], axis=1).astype(np.float32)
    np.save(folder / "coordinates.npy", line)
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["songatlas", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
    captured = capsys.readouterr()
    return int(stop.value.code or 0), captured.out, captured.err


def test_the_nearest_come_first(results, capsys):
    code, out, _ = run(capsys, "similar", results, "Two", "-n", 3, "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert {entry["path"] for entry in found[:2]} == {SONGS[0].path, SONGS[2].path}
    assert [entry["cluster"] for entry in found] == ["Dawn", "Dawn", "Dusk"]
    distances = [entry["distance"] for entry in found]
    assert distances == sorted(distances)


def test_more_than_there_are_are_all(results, capsys):
    all_of_them = run(capsys, "similar", results, "Two", "-n", 10)[1]
    assert run(capsys, "similar", results, "Two", "-n", 10**20) == (0, all_of_them, "")


def test_a_journey_passes_what_lies_between(results, capsys):
    code, out, _ = run(capsys, "path", results, "Two", "<b>&amp;", "--format", "m3u8")
    lines = [line for line in out.splitlines() if line and not line.startswith("#")]
    assert code == 0
    assert [Path(line).name for line in lines] == [Path(song.path).name for song in SONGS[1:]]


def test_a_journey_to_where_one_is_names_the_track_and_a_remedy(results, capsys):
    code, _, err = run(capsys, "path", results, "Two", "Two")
    assert code == 2
    assert SONGS[1].path in err
    assert "songatlas similar" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("similar", "Twoo"), "Two"),
        (("similar", "One"), "Live"),  # two tracks have that title
        (("similar", "Two", "--view", "lyrics"), "--view"),
        (("path", "Two", "<b>&amp;", "--length", 99), "length"),
    ],
)
def test_what_cannot_be_found_is_said(results, capsys, arguments, said):
    command, *rest = arguments
    code, out, err = run(capsys, command, results, *rest)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_none_of_the_nearest_is_said(results):
    with pytest.raises(ConfigError, match="n must be at least 1"):
        songatlas.similar(results, "Two", n=0)
