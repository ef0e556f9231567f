"""Every row of the table of trust checks measures, judges and is shown, and a new one is, too."""

import ast
import dataclasses
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Self

import numpy as np
import pytest
from batteries.honesty import cluster

import songatlas
from songatlas.evaluation.permutation import Chance
from songatlas.evaluation.record import ExternalScore
from songatlas.evaluation.trust.artists import WithChance
from songatlas.evaluation.trust.case import Case, Posteriors
from songatlas.evaluation.trust.check import WEAK, Check, Findings, Rows
from songatlas.evaluation.trust.labelled import unless_labelled
from songatlas.evaluation.trust.recordings import Followed
from songatlas.evaluation.trust.separation import AgainstNull
from songatlas.evaluation.trust.verdict import CHECKS, FINDINGS, ROWS, check_trust
from songatlas.machine import Machine
from songatlas.types import KChoice
from songatlas.types.flaws import FLAWS
from songatlas.types.trust import Finding


# Shown elsewhere in the report: a list under the table, the summary, the table of scores.
def band(value: float) -> WithChance:
    return WithChance(value=value, chance_low=0.1, chance_high=0.3, n_tracks=99)


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
        flaws={
            "bandwidth": np.where(np.arange(301) < 60, 7125.0, np.inf),
            "noise": np.where(np.arange(301) < 90, 50.0, np.inf),
        },
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


def test_votes_are_those_of_the_clear_number(suspect: Case) -> None:
    """Nobody votes for a number that there is not; trust.json has those of every K elsewhere."""
    assert suspect.choice is not None
    for clear_k, votes in [(None, 0.0), (2, 0.6)]:
        choice = dataclasses.replace(suspect.choice, clear_k=clear_k, votes=(0.6, 0.4))
        found = CHECKS["number"].measure(dataclasses.replace(suspect, choice=choice))
        assert found is not None
        assert dataclasses.asdict(found)["votes"] == votes


def test_a_small_p_value_is_never_zero(suspect: Case) -> None:
    case = dataclasses.replace(suspect, ami=score(0.3, 0.0001))
    found = CHECKS["labelled"].measure(case)
    assert found is not None
    said = [next(iter(found.findings(case)))[2], unless_labelled(case, "code", "Said.")[2]]
    assert all("p 1.0e-04)" in sentence for sentence in said)


STATISTICS = re.compile(r"κ|\b(?:z|p|ARI|AMI|NMI|K|KL|R²)\b|[Ss]ilhouette|\d")


def every_finding(suspect: Case) -> Iterator[tuple[str, str]]:
    """(code, sentence) of every finding that any check can yield, by what it may have measured."""
    labelled = dataclasses.replace(suspect, ami=score(0.3, 0.001))
    measured: dict[str, list[Check]] = {
        name: [found]
        for name, check in CHECKS.items()
        if (found := check.measure(suspect.without_copies())) is not None
    }
    for name, changes in CHANGES.items():
        measured[name] += [dataclasses.replace(measured[name][0], **x) for x in changes]
    for case in (suspect, labelled, Case(X=np.zeros((3, 2)), labels=np.array([0, 1, 1]))):
        for checks in measured.values():
            yield from ((code, sentence) for x in checks for _, code, sentence in x.findings(case))


def score(value: float, p_value: float) -> ExternalScore:
    return ExternalScore(
        value=value, interval=None, chance=Chance(p_value=p_value, mean=0.0, sd=0.1)
    )


def against(p_value: float, z: float) -> AgainstNull:
    return AgainstNull(mean=0.2, sd=0.1, z=z, p_value=p_value)


WAYS = [
    {"nulls": {name: against(p, z) for name in ("same covariance", "one mode")}, "valley": valley}
    | {"valleys": {"same covariance": against(p, z)} if valley else {}}
    for p, z, valley in [(0.5, 0.0, None), (0.025, 5.0, None), (0.025, 1.0, 0.4), (0.5, 1.0, 0.9)]
]
CHANGES: dict[str, list[dict[str, Any]]] = {
    "duplicates": [{"n_copies": 150}],
    "balance": [{"n_apart": 1, "n_noise": 3}, {"n_splinters": 0, "n_noise": 9000}],
    "collapse": [{"informative_units": None, "active_units_core": 0}],
    "separation": [*WAYS, {"nulls": {}}],
    "valleys": [
        {"border": (b, b), "convenient": (c, c), "dimension": d}
        for b, c, d in [(0.1, False, 2.0), (0.7, False, 9.0), (0.7, True, 2.0), (None, False, 2.0)]
    ],
    "stability": [{"halves": x, "seeds": x} for x in (0.1, 0.5, 0.9)],
    "halves": [{"kappa": 0.9}],
    "certainty": [{"kappa": 0.6}],
    "number": [
        {"clear_k": clear, "chosen_by": how}
        for clear in (None, 2, 3)
        for how in ("given", "convenience", "silhouette")
    ],
    "labelled": [{"ami": 0.3, "p_value": 0.001}, {"ami": 0.01, "p_value": 0.01}],
    "recordings": [
        {"followed": {name: Followed(n_flawed=60, n_judged=301, ami=0.9) for name in FLAWS}}
    ],
    "artists": [
        {"neighbors": band(a), "neighbors_filtered": band(b)}
        for a, b in [(0.2, 0.2), (0.9, 0.3), (0.9, 0.9)]
    ],
}


def yields(name: str) -> set[tuple[str, int]]:
    """(file, line) of every finding that a check can yield."""
    path = Path(songatlas.__file__).parent / "evaluation" / "trust" / f"{name}.py"
    return {
        (path.name, node.lineno)
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef) and function.name == "findings"
        for node in ast.walk(function)
        if isinstance(node, ast.Yield)
    }


def test_every_finding_begins_with_a_plain_sentence(suspect: Case) -> None:
    """No statistics before its first full stop, the numbers after it; none is left out."""
    reached = set()

    def follow(frame: FrameType, event: str, arg: object) -> Callable[..., Any] | None:
        if frame.f_code.co_name != "findings":
            return None
        reached.add((Path(frame.f_code.co_filename).name, frame.f_lineno))
        return follow

    sys.settrace(follow)
    try:
        said = [*every_finding(suspect)]
    finally:
        sys.settrace(None)
    for code, sentence in said:
        plain, numbers = Finding(code=code, verdict=WEAK, sentence=sentence).parts
        assert plain.endswith("."), sentence
        assert numbers, sentence
        assert not STATISTICS.search(plain), sentence
    assert not set().union(*map(yields, CHECKS)) - reached
    both = {"neighbours of any label", "not only the artist", "mostly the artist", "stable",
            "not quite stable", "agrees with genre", "unrelated to genre", "another K",
            "hardly related to genre", "valleys between clusters", "hardly separate"}  # fmt: skip
    assert both <= {code for code, _ in said}


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
        yield WEAK, "far", f"They reach far. To -{self.furthest:.3f}."

    def rows(self) -> Rows:
        yield "Reach | of <all> > 0", f"{-self.furthest:.3f}"


@pytest.mark.battery
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
    told = f"To −{furthest:.3f}."  # with the sign of print wherever it is said
    assert f"They reach far. {told}" in [found["sentence"] for found in record["findings"]]
    report = (result.out / "README.md").read_text(encoding="utf-8")
    assert f"**They reach far.** To −{furthest:.3f}." in report
    assert f"\n| Reach \\| of \\<all> > 0 | −{furthest:.3f} |\n" in report
