"""The command line as a user meets it: real processes, real exit codes."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from commands import run_command
from fast_settings import FAST

from songatlas.synthesis.collection import write_collection


def songatlas(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "songatlas", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "100", **environment},
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    write_collection(folder / "music", n_tracks=16, seconds=3.0)
    (folder / "fast.toml").write_text(FAST)
    return folder


@pytest.mark.battery
def test_a_run_with_a_damaged_file_and_then_another_over_it(home: Path, tmp_path: Path) -> None:
    music = tmp_path / "music"
    shutil.copytree(home / "music", music)
    (music / "broken\x1b[31m.mp3").write_text("no music")
    common = ["--config", home / "fast.toml", "--cache", home / "cache"]
    done = songatlas("run", music, "--out", tmp_path / "out", *common)
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert "17 audio files found = 16 analysed + 1 skipped + 0 duplicates" in done.stderr
    assert f"{tmp_path / 'out'}/README.md" in done.stderr
    assert "E-DECODE" in done.stderr
    assert "\x1b" not in done.stderr
    assert done.stderr.count("songatlas models install musicnn") == 1

    again = songatlas("run", music, "--out", tmp_path / "out", *common, "--seed", 3)
    assert again.returncode == 2
    assert "--overwrite" in again.stderr

    new = songatlas("assign", tmp_path / "out", home / "music", "--cache", home / "cache")
    assert new.returncode == 0, new.stderr
    assert len(new.stdout.splitlines()) == 17

    quiet = songatlas("extract", music, "--cache", home / "cache", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (3, "", "")


def test_extract_fills_the_cache_that_the_environment_names(home: Path, tmp_path: Path) -> None:
    environment = {"SONGATLAS_CACHE": str(tmp_path / "cache")}
    first = songatlas("extract", home / "music", "--workers", 1, **environment)
    assert "16 extracted now, 0 in the cache before" in first.stderr
    second = songatlas("extract", home / "music", home / "music", **environment)
    assert "0 extracted now, 16 in the cache before" in second.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "/no/such/folder"], 2, "/no/such/folder"),
        (["run"], 2, "MUSIC"),
        (["rnu"], 2, "run"),
        (["run", "x", "--preste", "y"], 2, "--preset"),
        (["run", "{music}", "--preset", "orignal"], 2, "Did you mean 'original'"),
        (["run", "{music}", "--set", "model.n_latnet=3"], 2, "Did you mean 'model.n_latent'"),
        (["run", "{music}", "--set", "seed"], 2, "KEY=VALUE"),
        (["run", "{music}", "--column", "title"], 2, "FIELD=NAME"),
        (["run", "{music}", "--metadata", "/no/such.csv"], 2, "/no/such.csv"),
        (["run", "{music}", "--label-column", "gerne"], 2, "Did you mean 'genre'"),
        (["run", "{music}", "--clusters", "400"], 4, "At least 401"),
        (["run", "{music}", "--device", "tpu"], 2, "device"),
        (["run", "{music}", "--cache", "/dev/null/x"], 5, "--cache"),
        (["run", "{music}", "--out", "/dev/null/x"], 5, "--out"),
        (["label", "{music}"], 2, "--rename, --merge"),
        (["run", "{empty}"], 4, "At least 10"),
        (["config", "show", "--config", "/no/such.toml"], 2, "/no/such.toml"),
        (["run", "{music}", "--embedding", "musicn"], 2, "Did you mean 'musicnn'"),
        (["run", "{music}", "--embedding", "musicnn"], 2, "songatlas models install musicnn"),
        (["run", "{music}", "--embedding", "/no/ear.toml"], 2, "/no/ear.toml cannot be read"),
        (["models", "install", "vgish"], 2, "must be one of musicnn"),
        (["models", "install", "musicnn", "--wheel", "/no/such.whl"], 2, "/no/such.whl"),
    ],
)
def test_a_mistake_is_a_sentence_and_a_code(
    arguments: list[str],
    code: int,
    message: str,
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "empty").mkdir()
    places = {"music": home / "music", "empty": tmp_path / "empty"}
    filled = [argument.format(**places) for argument in arguments]
    if filled[0] == "run" and "--out" not in filled:
        filled += ["--out", str(tmp_path / "out")]
    monkeypatch.setenv("SONGATLAS_CACHE", str(home / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("COLUMNS", "100")
    ended, _, said = run_command(capsys, *filled)
    assert message in " ".join(said.replace("│", " ").split())
    assert ended == code
    assert not (tmp_path / "out").exists()
    if code != 4:  # what was named is not there or wrong: no time for advice
        assert "pretrained ear" not in said


def test_a_mistake_ends_the_process_with_its_code(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for arguments, code in [(["rnu"], 2), (["run", tmp_path / "empty"], 4)]:
        done = songatlas(*arguments, SONGATLAS_CACHE=str(home / "cache"))
        assert (done.returncode, done.stdout) == (code, ""), done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("preset", ["default", "original"])
def test_config_show_prints_what_config_reads(preset: str, tmp_path: Path) -> None:
    shown = songatlas("config", "show", "--preset", preset)
    assert tomllib.loads(shown.stdout)["preset"] == preset
    (tmp_path / "c.toml").write_text(shown.stdout)
    again = songatlas("config", "show", "--config", tmp_path / "c.toml")
    assert again.stdout == shown.stdout
    changed = songatlas("config", "show", "--set", "model.n_latent=7", "--set", "text.tokens=x")
    table = tomllib.loads(changed.stdout)
    assert (table["model"]["n_latent"], table["text"]["tokens"]) == (7, "x")


def test_models_list_says_what_is_installed(tmp_path: Path) -> None:
    listed = songatlas("models", "list", SONGATLAS_CACHE=str(tmp_path))
    assert listed.returncode == 0
    assert listed.stdout.startswith("musicnn: ")
    assert "ISC" in listed.stdout
    assert listed.stdout.endswith("not installed\n")


def test_the_shell_completes_commands_and_options() -> None:
    code = "import sys; from songatlas.cli import main; sys.argv = ['songatlas']; main()"
    for typed, completed in {
        "songatlas upd": "update",
        "songatlas update --ref": "--refit",
    }.items():
        asked = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | asked | {"_SONGATLAS_COMPLETE": "complete_bash"},
        )
        assert done.stdout.split() == [completed], done.stderr


def test_version() -> None:
    from songatlas import __version__

    assert songatlas("--version").stdout == f"songatlas {__version__}\n"


@pytest.mark.parametrize("days", ["inf", "nan", "-1", "1e300"])
def test_days_that_are_no_number_of_days_are_refused(days: str, tmp_path: Path) -> None:
    done = songatlas("cache", "prune", "--cache", tmp_path, f"--older-than={days}")
    assert done.returncode == 2
    assert "Invalid value for '--older-than'" in done.stderr
