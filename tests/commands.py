"""A command of songatlas in this process."""

import sys

import pytest

from songatlas.cli import main


def run_command(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and error; a traceback is a failure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["songatlas", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return int(stop.value.code or 0), captured.out, captured.err
