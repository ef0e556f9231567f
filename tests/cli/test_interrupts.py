"""A wish to stop is never lost, whoever swallows the exception."""

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from songatlas.cli import interrupts
from songatlas.cli.progress import make_progress


@pytest.mark.parametrize("quiet", [True, False])
def test_a_swallowed_interrupt_is_taken_up_at_the_next_stage(quiet, monkeypatch):
    monkeypatch.setattr(interrupts, "_asked", threading.Event())
    progress = make_progress(quiet=quiet)
    with progress.stage("Before", total=1, unit="things"):
        pass
    with contextlib.suppress(KeyboardInterrupt):  # as an import of compiled code may do
        interrupts.interrupt()
    with pytest.raises(KeyboardInterrupt), progress.stage("After", total=1, unit="things"):
        pytest.fail("the stage began")


class Bad:
    """Whose end fails."""

    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


def test_an_interrupt_lost_where_something_is_thrown_away_says_nothing(monkeypatch, capsys):
    monkeypatch.setattr(sys, "unraisablehook", interrupts._unraisable)
    Bad(KeyboardInterrupt())
    assert capsys.readouterr().err == ""
    Bad(ValueError("a defect"))
    assert "ValueError: a defect" in capsys.readouterr().err


def test_an_interrupt_within_an_exec_has_the_same_exit_code(tmp_path) -> None:
    """Python remembers that one, and would end by the signal though all was done in order."""
    (tmp_path / "interrupted.py").write_text(
        "from songatlas import cli\n"
        "cli._asked = lambda words: lambda: exec('raise KeyboardInterrupt')\n"
        "cli.main()\n"
    )
    command = [sys.executable, "-m", "interrupted"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, "Run the same command again" in done.stderr) == (130, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("full", ["stdout", "stderr"])
def test_output_that_goes_to_a_full_disk_is_a_storage_error(full) -> None:
    command = [
        sys.executable,
        "-m",
        "songatlas",
        *(["--help"] if full == "stdout" else ["nothing"]),
    ]
    with Path("/dev/full").open("w") as there:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | {full: there}
        done = subprocess.run(command, **streams, text=True, check=False)
    assert done.returncode == 5
    if full == "stdout":
        assert done.stderr.startswith("songatlas: What is to be said cannot be written: No space")
        assert done.stderr.count("\n") == 1
