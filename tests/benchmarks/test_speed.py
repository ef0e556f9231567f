"""What ``python -m benchmarks.speed`` says."""

import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from benchmarks.speed import contestant
from benchmarks.speed.__main__ import _write_others
from benchmarks.speed.page import page

FACTS = {"now": "b", "before": "a", "cores": 2, "python": "3.11"}


def row(job: str, target: float | None, ratios: list[float]) -> dict[str, object]:
    return {"job": job, "target": target, "before": 60.0, "now": 21.0, "ratios": ratios}


def test_a_ratio_is_the_median_of_the_pairs_and_judged_against_the_target() -> None:
    rows = [
        row("demo", 0.4, [0.39, 0.35, 0.9]),
        row("songs, training", 0.45, [0.5, 0.44, 0.6]),
        row("another", None, [0.1]),
    ]
    lines = page(FACTS, rows).splitlines()[-3:]
    assert lines == [
        "| `songatlas demo`, whole | 60.0 | 21.0 | 0.39 (0.35-0.90) | 0.40 | reached |",
        "| the same, CPU of training the main model | 60.0 | 21.0 | 0.50 (0.44-0.60) | 0.45 "
        "| missed |",
        "| another | 60.0 | 21.0 | 0.10 (0.10-0.10) | – |  |",
    ]


def other(method: str, **found: object) -> dict[str, object]:
    where = {"collection": "songs", "inputs": "sound, lyrics", "labels": "genre"}
    return where | {"n_tracks": 502, "k": 6, "method": method} | found


OTHERS = {
    "commit": "c",
    "load": 0,
    "cores": 2,
    "threads": 2,
    "versions": {"clustpy": "0.0.3"},
    "refused": "",
}
FOUND = {"cpu": [20.0], "ARI": [0.1], "NMI": [0.2], "kNN": [0.56]}


@pytest.mark.parametrize(
    ("found", "cells"),
    [
        (FOUND | {"seconds": [12.34]}, "12.3 | 20.0 | 0.10 | 0.20 | 0.56"),
        (FOUND | {"seconds": [2.0, 3.0]}, "2.5 (2.0 to 3.0) | 20.0 | 0.10 | 0.20 | 0.56"),
        (FOUND | {"seconds": [1.0], "ARI": [-0.01, 0.03]}, "1.0 | 20.0 | 0.01 (-0.01 to 0.03)"),
        (FOUND | {"seconds": [3.0, 1.0, 2.0]}, "2.0 (1.0 to 3.0) | 20.0"),
        ({"error": "No room"}, "failed: `No room` | – | – | – | –"),
    ],
)
def test_another_method_has_its_mean_and_range_or_why_it_failed(found, cells) -> None:
    rows = [row("demo", 0.4, [0.39])]
    text = page(FACTS, rows, OTHERS | {"rows": [other("DEC", **found)]})
    assert text.startswith(page(FACTS, rows))  # the rest is as it was
    start = "| 502 *songs*, sound, lyrics | genre (6) | DEC | "
    assert text.splitlines()[-1].startswith(start + cells)


def test_packages_that_cannot_be_installed_are_said() -> None:
    text = page(FACTS, [], OTHERS | {"rows": [], "refused": "ERROR: no such wheel"})
    assert "`ERROR: no such wheel`" in text


@pytest.mark.parametrize("seed", range(3))
def test_a_contestant_finds_planted_groups_in_vectors(seed: int) -> None:
    truth = np.repeat(np.arange(3), 20)
    X = 9.0 * np.eye(3)[truth] + np.random.default_rng(seed).normal(size=(60, 3))
    labels, places = contestant.pca({"flat": X}, 3, seed)
    assert adjusted_rand_score(truth, labels) == 1.0
    assert places.shape == (60, 3)


def test_ours_finds_planted_groups_in_windows_of_several_modalities() -> None:
    rng, truth = np.random.default_rng(0), np.repeat(np.arange(3), 20)
    inputs = {"flat": np.zeros((60, 1))}
    for name, n_windows in (("audio", 4), ("percussion", 4), ("text", 1)):
        noise = rng.normal(size=(60, n_windows, 3))
        inputs[f"values/{name}"] = (4.0 * np.eye(3)[truth][:, None] + noise).astype("f4")
        inputs[f"mask/{name}"] = np.ones((60, n_windows), bool)
    labels, places = contestant.ours(inputs, 3, 0)
    assert adjusted_rand_score(truth, labels) == 1.0
    assert len(places) == 60


def test_packages_of_others_are_known_by_the_method() -> None:
    needed = {contestant.package(method) for method in contestant.METHODS}
    assert needed == {None, "ClustPy", "MultiVae"}
    assert contestant.package("PCA + K-Means (scikit-learn)") is None


def test_others_are_written_beside_what_the_record_holds(tmp_path) -> None:
    record = FACTS | {"rows": [row("demo", 0.4, [0.39])]}
    (tmp_path / "speed.json").write_text(json.dumps(record))
    others = OTHERS | {"rows": [other("DEC", **FOUND, seconds=[1.0])]}
    _write_others(tmp_path, others)
    written = json.loads((tmp_path / "speed.json").read_text())
    assert written == record | {"others": others}
    assert "songatlas demo" in (tmp_path / "speed.md").read_text()
