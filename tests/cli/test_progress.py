"""What is said of a stage while it runs."""

import io

import pytest
from rich.console import Console

from songatlas.cli import progress


@pytest.mark.parametrize(
    ("done", "seconds", "line"),
    [
        (6, 60.0, "Projecting: 6 of 6 maps"),
        (500, 0.001, "Projecting: 500 of 500 maps"),
        (500, 20.0, "Projecting: 500 of 500 maps, 25.0 a second"),
    ],
)
def test_a_rate_is_told_where_it_says_something(done, seconds, line, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    said = io.StringIO()
    shown = progress.PlainProgress(Console(file=said))
    with shown.stage("Projecting", total=done, unit="maps") as bar:
        bar.advance(done)
        now[0] = seconds
    assert said.getvalue().strip() == line


def test_what_is_said_of_a_path_is_its_letters():
    said = io.StringIO()
    progress.PlainProgress(Console(file=said)).say("'Songs/[b]:fire:.mp3': 3 of 4")
    assert said.getvalue() == "'Songs/[b]:fire:.mp3': 3 of 4\n"


def test_a_stage_that_ends_after_a_while_says_so_once(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    said = io.StringIO()
    with progress.PlainProgress(Console(file=said)).stage("Drawing", total=2, unit="maps") as bar:
        for now[0] in (11.0, 22.0):
            bar.advance()
    assert said.getvalue().splitlines() == [
        "Drawing: 1 of 2 maps, 11 s left",
        "Drawing: 2 of 2 maps",
    ]
