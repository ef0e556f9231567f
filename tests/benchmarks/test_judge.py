"""The table of docs/howto/judge.md is what is measured."""

from pathlib import Path

import pytest

from benchmarks.judge import DATA, judged

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "judge.md"
STATED = {
    (cells[0].strip(), cells[1].strip()): cells[2].strip()
    for line in PAGE.read_text("utf-8").splitlines()
    if len(cells := line.strip("|").split("|")) == 4 and "verdict" not in line
}
SLOW = {"digits", "noise in 20 dimensions", "wine, standardised", "aniso", "varied"}


def test_the_page_has_every_row() -> None:
    assert {name for name, _ in STATED} - {"---"} == {*DATA}


@pytest.mark.battery
@pytest.mark.parametrize(
    "name", [pytest.param(x, marks=pytest.mark.slow) if x in SLOW else x for x in DATA]
)
def test_the_verdicts_are_those_of_the_page(name: str) -> None:
    for which, trust in judged(name):
        assert trust.verdict == STATED[name, which], (which, trust.reasons)
