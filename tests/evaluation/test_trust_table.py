"""Every row of the table of trust checks measures, judges and is shown, and a new one is, too."""

import dataclasses
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Self

import numpy as np
import pytest
from batteries.honesty import cluster

import songatlas
from songatlas.evaluation.permutation import Chance
from songatlas.evaluation.record import ExternalScore
from songatlas.evaluation.trust.case import Case, Posteriors
from songatlas.evaluation.trust.check import WEAK, Check, Findings, Rows
from songatlas.evaluation.trust.verdict import CHECKS, FINDINGS, ROWS, check_trust
from songatlas.machine import Machine
from songatlas.types import KChoice

# Shown elsewhere in the report: a list under the table, the summary, the table of scores.
SHOWN_ELSEWHERE = {"duplicates", "number", "labelled"}


@pytest.fixture(scope="module")
def suspect() -> Case:
    """A blob and a few outliers, with a copy, of which everything is known and little is good."""
    rng = np.random.default_rng(0)
    X = rng.normal(scale=0.3, size=(300, 8))
    X[:4] += 30
    X = np.vstack([X, X[7]])
    labels = (np.arange(301) < 4).astype(int)
    return Case(
        X=X,
        labels=labels,
        cluster=cluster,
        track_ids=tuple(f"{i}.flac" for i in range(301)),
        choice=KChoice(
            k=2,
            chosen_by="convenience",
            clear_k=None,
            ks=(2, 3),
            silhouette=(0.9, 0.1),
            agreement=(0.9, 0.1),
            smallest_cluster=(4, 1),
            votes=(0.5, 0.5),
        ),
        posteriors=Posteriors(
            mean=X, kl=X**2 / 200, r2={"audio": 0.01}, r2_shuffled={"audio": 0.0}
        ),
        halves=(X, rng.permutation(X)),
        drawn=rng.permutation(X),
        label_column="genre",
        ami=ExternalScore(
            value=0.3, interval=None, chance=Chance(p_value=0.5, mean=0.0, sd=0.1)
        ),
        labels_true=np.arange(301) % 3,
        artists=np.arange(301) % 30,
        albums=np.arange(301) % 60,
    )  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_measures_judges_and_is_shown(name: str, suspect: Case) -> None:
    trust = check_trust(suspect, {name: CHECKS[name]})
    assert list(trust.measurements) == ["n_tracks", name]
    assert json.loads(json.dumps(trust.measurements, allow_nan=False))[name]
    assert trust.findings
    assert all(found.sentence for found in trust.findings)
    assert bool(trust.rows) != (name in SHOWN_ELSEWHERE)
    assert all(label and value for label, value in trust.rows)


def test_a_check_is_one_file_of_its_name_and_about_something() -> None:
    for name, check in CHECKS.items():
        assert check.__module__ == f"songatlas.evaluation.trust.{name}"
    assert {check.about for check in CHECKS.values()} == set(FINDINGS) == set(ROWS)


def test_findings_stand_by_gravity_and_rows_by_what_they_are_about(suspect: Case) -> None:
    trust = check_trust(suspect)
    codes = [found.code for found in trust.findings]
    assert codes[:3] == ["one giant cluster", "driven by outliers", "collapsed"]
    labels = [label for label, _ in trust.rows]
    assert labels[0] == "Information about a typical track"
    assert labels.index("Two halves of a track in one cluster") < labels.index("Sizes of clusters")
    assert set(trust.measurements) == {"n_tracks", *CHECKS}
    assert ("7.flac", "300.flac") in trust.duplicates


@pytest.mark.parametrize("name", CHECKS)
def test_points_and_labels_alone_are_a_case(name: str, suspect: Case) -> None:
    found = CHECKS[name].measure(Case(X=suspect.X, labels=suspect.labels))
    assert (found is None) == (name not in {"duplicates", "balance", "outliers", "separation",
                                            "valleys"})  # fmt: skip


def test_the_check_that_the_documentation_sketches_works(
    suspect: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "development.md").read_text(encoding="utf-8")
    source = page.partition("`evaluation/trust/soloists.py`,\n\n```python\n")[2].partition("```")[0]
    module = ModuleType("soloists")
    monkeypatch.setitem(sys.modules, "soloists", module)
    exec(source, vars(module))
    one_each = dataclasses.replace(suspect, artists=suspect.labels)
    trust = check_trust(one_each, {"soloists": module.Soloists})
    assert trust.measurements["soloists"] == {"share": 1.0}
    assert [found.code for found in trust.findings] == ["soloists"]
    assert trust.rows == (("Clusters of one artist", "100 %"),)


@dataclass(frozen=True, kw_only=True)
class Radius(Check):
    """A toy: how far the points reach."""

    about = "clusters"
    furthest: float

    @classmethod
    def measure(cls, case: Case) -> Self:
        return cls(furthest=float(np.abs(case.X).max()))

    def findings(self, case: Case) -> Findings:
        yield WEAK, "far", f"They reach {self.furthest:.3f}."

    def rows(self) -> Rows:
        yield "Reach | of <all> > 0", f"{-self.furthest:.3f}"


def test_a_check_of_one_row_reaches_the_json_the_findings_and_the_report(
    monkeypatch: pytest.MonkeyPatch,
    finished: songatlas.RunResult,
    music: Path,
    cache: Path,
    tmp_path: Path,
) -> None:
    monkeypatch.setitem(CHECKS, "radius", Radius)  # type: ignore[arg-type]
    result = songatlas.run(
        music,
        out=tmp_path / "results",
        config=finished.config,
        machine=Machine(cache=cache, workers=1),
        model=finished.out,
    )
    furthest = float(np.abs(result.placement.coordinates).max())
    record = json.loads((result.out / "trust.json").read_text(encoding="utf-8"))
    assert record["measurements"]["radius"] == {"furthest": furthest}
    assert "far" in [found["code"] for found in record["findings"]]
    report = (result.out / "README.md").read_text(encoding="utf-8")
    assert f"**Far.** They reach {furthest:.3f}." in report
    assert f"\n| Reach \\| of \\<all> > 0 | −{furthest:.3f} |\n" in report
