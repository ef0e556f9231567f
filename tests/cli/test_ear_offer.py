"""The first run on a terminal offers the pretrained ear, once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from songatlas.cli.ear import offer_ear
from songatlas.config import load_config
from songatlas.errors import ModelError
from songatlas.machine import Machine
from songatlas.progress import Silent

pty = pytest.importorskip("pty")  # not on Windows

NOWHERE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull}
QUESTION = "musicnn, 29 MB from PyPI, hears genres, instruments and voices; install? [Y/n] "
COST = "No pretrained network listens: "


def environment(folder: Path) -> dict[str, str]:
    """Of a machine without a network, whose cache is in `folder`."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "SONGATLAS_"))}
    strict = {"PYTHONIOENCODING": "utf-8:strict"}  # as in any locale but C
    return {
        **clean,
        **NOWHERE,
        **strict,
        "SONGATLAS_CACHE": str(folder / "cache"),
        "COLUMNS": "300",
    }


def on_a_terminal(folder: Path, answers: str, *command: str) -> tuple[int, str]:
    """Exit code and everything shown; each letter of `answers` answers a question, with Enter."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *command],
        env=environment(folder),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown, left = "", list(answers)
        while True:
            try:
                piece = os.read(ours, 4096).decode("utf-8", "replace")
            except OSError:  # the other end has gone
                break
            if not piece:
                break
            shown += piece
            if left and shown.endswith("[Y/n] "):
                os.write(ours, (left.pop(0).strip() + "\n").encode(errors="surrogateescape"))
    os.close(ours)
    return process.returncode, shown


OFFER = """
from songatlas.cli.ear import offer_ear
from songatlas.cli.progress import make_progress
from songatlas.config import load_config
from songatlas.machine import Machine
offer_ear(load_config(), Machine(progress=make_progress(quiet=False)), quiet=False)
"""


@pytest.mark.battery
def test_a_no_is_remembered_and_can_be_changed(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    arguments = ["run", str(tmp_path / "music"), "--out", str(tmp_path / "out")]
    code, shown = on_a_terminal(tmp_path, "?n", "-m", "songatlas", *arguments)
    assert code == 4, shown  # there is no music
    assert shown.count(QUESTION) == 2
    assert "To have it: songatlas models install musicnn" in shown
    assert COST in shown
    assert on_a_terminal(tmp_path, "", "-c", OFFER) == (0, "")


@pytest.mark.battery
def test_it_is_not_offered_to_a_command_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    code, shown = on_a_terminal(
        tmp_path, "n", "-m", "songatlas", "run", str(tmp_path / "music"), "--detail", "rough"
    )
    assert (code, "tree.detail must be one of" in shown, QUESTION in shown) == (2, True, False)


def test_enter_is_yes_and_without_a_network_all_goes_on(tmp_path: Path) -> None:
    code, shown = on_a_terminal(tmp_path, " ", "-c", OFFER)
    assert code == 0, shown
    assert QUESTION in shown
    assert "musicnn==0.1.0 cannot be fetched: Connection refused" in shown
    again = on_a_terminal(tmp_path, " ", "-c", OFFER)
    assert again[1].count(QUESTION) == 1


def test_a_key_that_is_no_utf8_is_asked_again(tmp_path: Path) -> None:
    code, shown = on_a_terminal(tmp_path, "\udce9n", "-c", OFFER)
    assert (code, shown.count(QUESTION)) == (0, 2), shown


class Lines(Silent):
    """What was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, message: str) -> None:
        self.said.append(message)


def offer(folder: Path, embedding: str) -> list[str]:
    """What is said where there is no terminal, as in the tests."""
    lines = Lines()
    config = load_config(overrides={"input": {"embedding": embedding}})
    offer_ear(config, Machine(cache=folder, progress=lines), quiet=False)
    return lines.said


def test_elsewhere_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in NOWHERE.items():
        monkeypatch.setenv(name, value)
    assert offer(tmp_path, "auto") == []
    monkeypatch.setattr(sys, "stdin", None)  # it was closed, as by a daemon
    assert offer(tmp_path, "auto") == []
    (told,) = offer(tmp_path, "none")
    assert COST in told
    with pytest.raises(ModelError, match="cannot be fetched"):
        offer(tmp_path, "musicnn")
    monkeypatch.setenv("SONGATLAS_YES", "1")
    (told,) = offer(tmp_path, "auto")
    assert "cannot be fetched" in told
    monkeypatch.setattr("songatlas.cli.ear.install", lambda name, **rest: tmp_path / name)
    assert offer(tmp_path, "auto") == offer(tmp_path, "musicnn") == []
