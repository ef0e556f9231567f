"""The tree that a process grows is the one that grows here."""

import threading
from collections.abc import Sequence
from contextlib import closing

import numpy as np
import pytest

from songatlas.clustering.tree import Branch, Sizes
from songatlas.helper import Helper
from songatlas.progress import Silent
from songatlas.stages import growing
from songatlas.stages.growing import Growing, answer_of, branches_of
from songatlas.stages.tree import Plot


def plot(*, with_points: bool = True) -> Plot:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(160, 4)) + np.repeat([[0.0], [9.0]], 80, axis=0)
    sound = X[:, :3].copy()
    sound[::40] = np.nan  # without a place in that view
    points = {"joint": X.astype(np.float32), "audio": sound.astype(np.float32)}
    return Plot(
        views={"joint": X, "audio": sound},
        points=points if with_points else None,
        counts=np.arange(160) % 7 > 0,
        sizes=Sizes(),
        seed=3,
    )


def same(one: Sequence[Branch], other: Sequence[Branch]) -> bool:
    return len(one) == len(other) and all(
        np.array_equal(a.rows, b.rows)
        and (a.parent, a.found, a.view, a.evidence) == (b.parent, b.found, b.view, b.evidence)
        for a, b in zip(one, other, strict=True)
    )


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "MIN_APART", 100)


@pytest.mark.parametrize("with_points", [True, pytest.param(False, marks=pytest.mark.battery)])
def test_a_process_grows_the_same_tree(with_points: bool) -> None:
    here = plot(with_points=with_points).grow()
    assert any(branch.found for branch in here)
    assert any(branch.view == "audio" for branch in here) or not with_points
    made = []

    def make() -> Plot:
        made.append(plot(with_points=with_points))
        return made[-1]

    with closing(Growing(make, 160, apart=True)) as apart:
        assert same(apart.branches(Silent()), here)
    assert len(made) == 1  # nothing grew here
    assert same(branches_of(answer_of(here)), here)


@pytest.mark.parametrize("n_tracks", [100, growing.MAX_APART + 1])
@pytest.mark.battery
def test_few_or_very_many_tracks_have_no_process(
    n_tracks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing, "Helper", None)
    with closing(Growing(plot, n_tracks, apart=True)) as apart:
        assert same(apart.branches(Silent()), plot().grow())


@pytest.mark.battery
def test_a_process_that_dies_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed_soon(*arguments: str) -> Helper:
        helper = Helper(*arguments)
        threading.Timer(0.5, helper.process.kill).start()  # while it loads
        return helper

    monkeypatch.setattr(growing, "Helper", killed_soon)
    told = Told()
    with closing(Growing(plot, 160, apart=True)) as apart:
        assert same(apart.branches(told), plot().grow())
    assert [line.split(" (")[0] for line in told.lines] == [
        "The tree grows here: its process has ended"
    ]


class Told(Silent):
    """What is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, message: str) -> None:
        self.lines.append(message)


def test_leaving_early_ends_the_process() -> None:
    with closing(Growing(plot, 160, apart=True)) as apart:
        (helper,) = apart.crew.helpers
    assert helper.process.returncode is not None
