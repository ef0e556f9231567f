"""A locale without UTF-8 changes no file of a command, neither its name nor its bytes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fast_settings import FAST
from folders import contents

from songatlas.cli.encoding import restart_in_utf8
from songatlas.revision.label import Wishes, label
from songatlas.synthesis.collection import write_collection

FOREIGN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
HOME = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def songatlas(locale: dict[str, str], *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "songatlas", *map(str, arguments)],
        capture_output=True, encoding="utf-8", errors="surrogateescape", check=False,
        env=os.environ | locale,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_command_restarts_itself_in_utf_8(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "songatlas", "explain", tmp_path / "schön"],
        capture_output=True, encoding="utf-8", check=False, env=os.environ | FOREIGN,
    )  # fmt: skip
    assert done.returncode == 5
    assert f"{tmp_path}/schön must be the folder of a finished run" in done.stderr


@pytest.mark.battery
def test_a_name_from_the_command_line_is_the_same_file(finished, tmp_path: Path) -> None:
    here, there = tmp_path / "a" / "schön", tmp_path / "b" / "schön"
    for folder in (here, there):
        shutil.copytree(finished.out, folder)
    label(here, Wishes(rename=[("A", "Größe Σ")]))
    songatlas(FOREIGN, "label", there, "--rename", "A=Größe Σ", "--quiet")
    assert contents(here) == contents(there)
    assert {path.stem for path in (there / "playlists").iterdir()} >= {"Größe Σ"}


@pytest.mark.battery
@pytest.mark.parametrize("parent", ["schön", os.fsdecode(b"caf\xe9")])
def test_runs_and_all_that_follows_them(parent: str, tmp_path: Path) -> None:
    music = tmp_path / parent / "music"
    write_collection(music, n_tracks=16, seconds=3.0)
    (tmp_path / "fast.toml").write_text(FAST)
    common = ["--cache", tmp_path / "cache", "--quiet"]
    trees = []
    # each command follows one under the other locale, and 'label' is run under both
    mixed = (FOREIGN, HOME, FOREIGN, FOREIGN, HOME)
    for name, locales in (("a", (HOME,) * 5), ("b", mixed)):
        out = tmp_path / name / parent
        songatlas(
            locales[0], "run", music, "--config", tmp_path / "fast.toml", "--out", out, *common
        )
        songatlas(locales[1], "label", out, "--rename", "0=schön", "--quiet")
        songatlas(locales[2], "update", out, *common)
        songatlas(locales[3], "label", out, "--rename", "0=größer", "--quiet")
        printed = songatlas(locales[4], "playlists", out, "--name", "{name} für dich")
        assert "größer für dich.m3u8" in printed
        trees.append(contents(out))
    assert trees[0] == trees[1]
    assert Path(json.loads(trees[0]["run.json"])["root"]) == music
    ours = {name for name in trees[0] if name.startswith("playlists/")}
    assert not [name for name in ours if "schön" in name]  # those of before are found and deleted


def test_a_python_that_keeps_its_encoding_is_restarted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = []
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    monkeypatch.setattr(os, "execv", lambda *command: started.append(command))
    monkeypatch.setenv("PYTHONUTF8", "0")
    restart_in_utf8()
    restart_in_utf8()  # as under 'python -I', which reads no environment
    assert started == [(sys.executable, [sys.executable, *sys.orig_argv[1:]])]
