"""The maps come from a process of their own, and are those of a direct call."""

import json
import subprocess
import sys

import numpy as np
import numpy.typing as npt
import pytest

from songatlas.config import load_config
from songatlas.progress import Silent
from songatlas.projection import apart as apart_module
from songatlas.projection.apart import start_projecting
from songatlas.projection.tsne import tsne
from songatlas.projection.umap import umap
from songatlas.seeds import stage_seed


@pytest.fixture
def X() -> npt.NDArray[np.float64]:  # noqa: N802
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(centre, 1, (20, 4)) for centre in (-5, 5)])


@pytest.mark.parametrize(("apart", "least"), [(True, 2000), (True, 39), (False, 2000)])
def test_the_maps_are_those_of_a_direct_call(X, apart, least, monkeypatch):
    monkeypatch.setattr(apart_module, "MIN_HELPED", least)
    config = load_config()
    with start_projecting({"joint": X, "audio": X[5:]}, config, apart=apart) as projecting:
        maps = projecting.maps(Silent())
    seed = stage_seed(config.seed, "projection")
    for name, points in (("joint", X), ("audio", X[5:])):
        np.testing.assert_array_equal(maps[name]["tsne"], tsne(points, random_state=seed))
        np.testing.assert_array_equal(maps[name]["umap"], umap(points, random_state=seed))


def test_what_goes_wrong_there_is_said_here(X):
    X[3, 1] = np.nan
    said = r"could not be made \(exit 1\): ValueError: .*finite"
    with start_projecting({"joint": X}, load_config(), apart=True) as projecting:
        projecting._thread.join()
        with pytest.raises(RuntimeError, match=said):
            projecting.maps(Silent())


def test_leaving_early_ends_the_process(X):
    with start_projecting({"joint": np.tile(X, (50, 1))}, load_config(), apart=True) as projecting:
        process = projecting.helper.process
    assert process.returncode is not None


def test_the_process_ends_with_its_parent():
    """It has read all that it was sent and would work for minutes, were its input not closed."""
    X = np.random.default_rng(0).normal(size=(20000, 32))
    request = (
        json.dumps({"shapes": {"joint": X.shape}, "settings": {}, "seed": 0}).encode()
        + b"\n"
        + X.tobytes()
        + b'["joint", "tsne"]\n'
    )
    process = subprocess.run(
        [sys.executable, "-m", "songatlas.projection.worker"],
        input=request,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 1
    assert process.stdout == b""
