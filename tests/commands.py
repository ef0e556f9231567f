"""The commands of songatlas, and one in this process."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from songatlas.cli import app, main


def commands() -> Iterator[tuple[str, Any]]:
    """Full name and click command of every command."""
    waiting: list[tuple[str, Any]] = [("songatlas", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        yield name, command
        children = getattr(command, "commands", {})
        waiting += [(f"{name} {child}", children[child]) for child in children]


def run_command(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and error; a traceback is a failure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["songatlas", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return int(stop.value.code or 0), captured.out, captured.err
