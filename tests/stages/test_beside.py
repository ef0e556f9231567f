"""Models for comparison: the same wherever they are trained, and whatever befalls a process."""

import dataclasses
import os
import threading
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

import songatlas
from songatlas.helper import Helper
from songatlas.progress import Silent
from songatlas.stages import beside
from songatlas.stages.baselines import Baseline
from songatlas.stages.fit import Studio, TrainingData, comparison_plans
from songatlas.store.arena import Arena


@pytest.fixture(scope="module")
def given(finished: songatlas.RunResult) -> TrainingData:
    prepared = finished.prepared
    return TrainingData(features=prepared.inputs.features, condition=prepared.condition.one_hot)


class Told(Silent):
    """What is said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, message: str) -> None:
        self.lines.append(message)


def trained(
    given: TrainingData,
    config: songatlas.Config,
    n_workers: int,
    work: Path | None = None,
    told: Silent | None = None,
) -> list[Baseline]:
    plans = comparison_plans(given, config)
    studio = Studio(device=torch.device("cpu"), progress=told or Silent(), work=work)
    with beside.train_beside(plans, given, config, studio, n_workers=n_workers) as comparisons:
        return comparisons.baselines()


def same(one: Sequence[Baseline], other: Sequence[Baseline]) -> bool:
    return [(b.name, b.space) for b in one] == [(b.name, b.space) for b in other] and all(
        np.array_equal(a.X, b.X) and np.array_equal(a.rows, b.rows)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.battery
def test_any_number_of_processes_gives_the_same(
    given: TrainingData, fast: songatlas.Config, tmp_path: Path
) -> None:
    here = trained(given, fast, 1)
    assert [b.name for b in here] == ["Autoencoder", "Audio VAE", "Text VAE"]
    assert same(here, trained(given, fast, 2, tmp_path))
    assert same(here, trained(given, fast, 4))


@pytest.mark.battery
def test_a_process_that_dies_costs_nothing(
    given: TrainingData, fast: songatlas.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = trained(given, fast, 1)

    def killed_soon(*arguments: str, files: Collection[int]) -> Helper:
        helper = Helper(*arguments, files=files)
        threading.Timer(3.0, helper.process.kill).start()  # while it loads or trains
        return helper

    monkeypatch.setattr(beside, "Helper", killed_soon)
    assert same(here, trained(given, fast, 2))
    # takes a model, gives none
    mute = "import os, sys; os.write(2, b'no room'); os.close(1); sys.stdin.buffer.read()"
    monkeypatch.setattr(beside, "Helper", lambda *_, **__: Helper("-c", mute))
    told = Told()
    assert same(here, trained(given, fast, 3, told=told))
    assert told.lines
    assert all("the process that had it has ended (no room)." in line for line in told.lines)


def test_nothing_is_left_running_after_an_error(
    given: TrainingData, fast: songatlas.Config
) -> None:
    studio = Studio(device=torch.device("cpu"), progress=Silent())
    plans = comparison_plans(given, fast)
    with (
        pytest.raises(KeyboardInterrupt),
        beside.train_beside(plans, given, fast, studio, n_workers=3) as comparisons,
    ):
        raise KeyboardInterrupt
    assert all(helper.process.poll() is not None for helper in comparisons.crew.helpers)
    assert not any(thread.is_alive() for thread in comparisons.crew._threads)


@pytest.mark.battery
def test_the_processes_end_as_soon_as_all_is_trained(
    given: TrainingData, fast: songatlas.Config
) -> None:
    studio = Studio(device=torch.device("cpu"), progress=Silent())
    plans = comparison_plans(given, fast)
    with beside.train_beside(plans, given, fast, studio, n_workers=3) as comparisons:
        assert len(comparisons.baselines()) == 3
        assert len(comparisons.crew.helpers) == 2
        assert all(helper.process.poll() is not None for helper in comparisons.crew.helpers)


def test_inputs_beyond_the_limit_are_not_copied(
    given: TrainingData, fast: songatlas.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "MAX_COPIED", beside.n_bytes(given) - 1)
    monkeypatch.setattr(beside, "Helper", None)
    assert len(trained(given, fast, 4)) == 3


def test_of_very_many_tracks_one_model_after_the_other_is_trained(
    given: TrainingData, fast: songatlas.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "MAX_TRACKS", given.features.n_tracks - 1)
    monkeypatch.setattr(beside, "Helper", None)
    assert len(trained(given, fast, 4)) == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows hands no open files to a process")
def test_inputs_in_files_are_mapped_by_the_processes_not_copied(
    given: TrainingData, fast: songatlas.Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena = Arena(tmp_path, limit=0)
    inputs = given.features.modalities
    mapped = {
        name: dataclasses.replace(x, values=arena.keep(x.values)) for name, x in inputs.items()
    }
    features = dataclasses.replace(given.features, modalities=mapped)
    large = dataclasses.replace(given, features=features)
    values = sum(x.values.nbytes for x in inputs.values())
    assert beside.n_bytes(large) == beside.n_bytes(given) - values

    here = trained(given, fast, 1)
    monkeypatch.setattr(beside, "MAX_COPIED", beside.n_bytes(large))
    monkeypatch.setattr(beside, "train", None)  # nothing is trained here
    assert same(here[:1], [trained_there(large, fast)])


def trained_there(given: TrainingData, config: songatlas.Config) -> Baseline:
    """The longest of the models, by a process alone."""
    plans = [comparison_plans(given, config)[0]]
    studio = Studio(device=torch.device("cpu"), progress=Silent())
    with beside.train_beside(plans, given, config, studio, n_workers=2) as comparisons:
        comparisons.crew.wait()
        return comparisons.baselines()[0]
