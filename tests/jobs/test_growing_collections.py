"""Group F: a thousand synthetic tracks through everything after the features.

The larger sizes are measured by ``python -m benchmarks.scale``; what happens at the limits is in
``test_sizes.py``.
"""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
N_TRACKS = 1000
N_EPOCHS = 4  # the groups are plain; training is not what is tested
METHODS = ("VAE + K-Means", "VAE + Agglomerative", "VAE + GMM", "PCA + K-Means")

pytestmark = [
    pytest.mark.battery,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc"),
]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scale") / "results"


@pytest.fixture(scope="module")
def measured(out: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale.one", str(N_TRACKS), str(out), str(N_EPOCHS)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("method", METHODS)
def test_f_planted_groups_are_found(measured: dict[str, Any], method: str) -> None:
    assert measured["ari"][method] >= 0.9


def test_f_the_number_of_groups_is_found(measured: dict[str, Any]) -> None:
    assert measured["k"] == 6


def test_f_memory_stays_below_the_target(measured: dict[str, Any]) -> None:
    assert measured["peak"] <= 0.7e9


def test_f_nothing_is_sampled_within_the_limits(measured: dict[str, Any]) -> None:
    assert measured["silhouette_tracks"] == N_TRACKS
    assert not [note for note in measured["notes"] if "tracks:" in note]


def test_f_every_method_is_there(measured: dict[str, Any]) -> None:
    assert "VAE + DBSCAN" in measured["ari"]


def test_f_every_track_has_a_row(measured: dict[str, Any], out: Path) -> None:
    with (out / "tracks.csv").open(encoding="utf-8", newline="") as file:
        paths = [row["path"] for row in csv.DictReader(file)]
    assert paths == [f"{i:07d}.mp3" for i in range(N_TRACKS)]


def test_f_maps_hold_every_track(measured: dict[str, Any], out: Path) -> None:
    for name in ("tsne_2d.npy", "umap_2d.npy"):
        xy = np.load(out / name, allow_pickle=False)
        assert xy.shape == (N_TRACKS, 2)
        assert np.isfinite(xy).all()


def test_f_the_run_is_complete(measured: dict[str, Any], out: Path) -> None:
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert all((out / name).is_file() for name in record["files"])


def test_f_no_work_is_left_behind(measured: dict[str, Any], out: Path) -> None:
    assert not (out / ".songatlas").exists()
