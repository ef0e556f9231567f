"""The verdict at the head of a report."""

import numpy as np
import pytest

from songatlas.evaluation.trust.case import Case
from songatlas.evaluation.trust.valleys import Valleys
from songatlas.report.verdict import verdict
from songatlas.types.trust import FEW, Finding, Trust


@pytest.mark.parametrize(
    ("found", "n_tracks", "meaning"),
    [
        ("not a clustering", FEW - 1, "so few cannot show whether these clusters are there"),
        ("not a clustering", FEW, "do not read anything into these clusters"),
        ("weak", FEW - 1, "there is something here, with the reservations below"),
    ],
)
def test_few_tracks_show_nothing_and_deny_nothing(found: str, n_tracks: int, meaning: str) -> None:
    """Twenty German and twenty English songs, divided by language, were not to be read into."""
    trust = Trust(findings=(Finding(code="x", verdict=found, sentence="Said."),), measurements={})
    assert verdict(trust, n_tracks).startswith(f"**Verdict: {found}** – {meaning}.")


@pytest.mark.parametrize(("n_tracks", "plain"), [(FEW - 1, "So few tracks"), (FEW, "There are")])
def test_gaps_of_few_tracks_are_not_told_as_such(n_tracks: int, plain: str) -> None:
    case = Case(X=np.zeros((n_tracks, 2)), labels=np.arange(n_tracks) % 2)
    (found,) = Valleys(border=(0.0, 0.0), convenient=(False, False), dimension=9.0).findings(case)
    assert found[2].startswith(plain)
