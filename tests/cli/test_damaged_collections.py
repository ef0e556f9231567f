"""All cases of groups A, B and I in one folder each, through the real command and its pool."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from batteries import damaged_audio, file_system, whatever_sound, whatever_text
from batteries.good_audio import good

from songatlas.config import load_config
from songatlas.extraction.extract import extract
from songatlas.machine import Machine

pytestmark = [
    pytest.mark.battery,
    pytest.mark.skipif(sys.platform != "linux", reason="needs the pipes and devices of Linux"),
]


def build(root: Path) -> dict[str, str]:
    """Make every case in a folder of its own; what must become of every path."""
    expected = {}
    for i, damaged in enumerate(damaged_audio.CASES):
        folder = root / f"a{i:03}"
        folder.mkdir()
        (folder / damaged.name).write_bytes(damaged.build())
        expected[f"a{i:03}"] = damaged.expected
    for i, case in enumerate(file_system.CASES):
        folder = root / f"b{i:03}" / "music"
        folder.mkdir(parents=True)
        (folder / "good.flac").write_bytes(good("flac", seed=100 + i))
        if case.root_only or case.as_nobody:
            continue  # this command runs as whoever runs the tests
        case.build(folder)
    return expected


def test_every_case_through_the_pool(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    expected = build(root)
    command = ["extract", str(root), "--workers", "2", "--cache", str(tmp_path / "cache")]
    done = subprocess.run(
        [sys.executable, "-m", "songatlas", *command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "mpg123" not in done.stderr
    found = re.search(
        r"([\d,]+) audio files found = ([\d,]+) analysed \+ ([\d,]+) skipped \+ ([\d,]+) dup",
        done.stderr,
    )
    assert found, done.stderr
    n_found, *parts = [int(group.replace(",", "")) for group in found.groups()]
    assert n_found == sum(parts)
    library, counts = extract(
        root,
        config=load_config(),
        machine=Machine(cache=tmp_path / "cache", workers=2),
    )
    assert counts.extracted == 0, "the second time everything is known"
    codes = {skip.path.split("/")[0]: skip.code for skip in library.skipped}
    analysed = {track.path.split("/")[0] for track in library.tracks}
    n_copies = sum(skip.code == "DUPLICATE" for skip in library.skipped)
    wrong = {
        damaged_audio.CASES[int(name[1:])].name: (outcome, codes.get(name))
        for name, outcome in expected.items()
        if (damaged_audio.ACCEPTED if name in analysed else codes.get(name))
        not in outcome.split("|")
    }
    assert wrong == {}
    for i, case in enumerate(file_system.CASES):
        assert (f"b{i:03}" in analysed) == (case.name != "nothing at all"), case.name
        if case.expected == file_system.NOT_REGULAR and not (case.after or case.root_only):
            assert codes[f"b{i:03}"] == "E-NOTREGULAR", case.name
    assert (n_found, parts[2]) == (library.n_discovered, n_copies)


def test_what_people_have_through_the_pool(tmp_path: Path) -> None:
    """Nothing is lost: what is expected of each folder alone is so of all in one."""
    cases = (*whatever_sound.CASES, *whatever_text.CASES)[::2]
    expected: dict[str, str] = {}
    for i, case in enumerate(cases):
        case.write(tmp_path / "root" / f"i{i:03}")
        expected |= {f"i{i:03}/{path}": damaged_audio.ACCEPTED for path in case.tracks}
        expected |= {f"i{i:03}/{path}": code for path, code in case.skipped.items()}
    machine = Machine(cache=tmp_path / "cache", workers=2)
    library, counts = extract(tmp_path / "root", config=load_config(), machine=machine)
    found = {track.path: damaged_audio.ACCEPTED for track in library.tracks}
    found |= {skip.path: skip.code for skip in library.skipped}
    copies = {path for path, code in found.items() if code == "DUPLICATE"}
    assert set(found) == set(expected)
    assert {path: code for path, code in found.items() if path not in copies} == {
        path: code for path, code in expected.items() if path not in copies
    }
    assert {expected[path] for path in copies} <= {damaged_audio.ACCEPTED, "E-DECODE"}
    assert counts.extracted == len(library.tracks)
