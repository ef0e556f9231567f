"""The maps come from a process of their own, and are those of a direct call."""

import json
import subprocess
import sys

import numpy as np
import numpy.typing as npt
import pytest

from songatlas.config import load_config
from songatlas.neighbours.listed import list_nearest
from songatlas.progress import Silent
from songatlas.projection.tsne import tsne
from songatlas.projection.umap import umap
from songatlas.seeds import stage_seed
from songatlas.stages import projecting as projecting_module
from songatlas.stages.projecting import start_projecting


@pytest.fixture
def X() -> npt.NDArray[np.float64]:  # noqa: N802
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(centre, 1, (20, 4)) for centre in (-5, 5)])


@pytest.mark.parametrize(("apart", "least"), [(True, 2000), (True, 39), (False, 2000)])
@pytest.mark.battery
def test_the_maps_are_those_of_a_direct_call(X, apart, least, monkeypatch):
    monkeypatch.setattr(projecting_module, "MIN_HELPED", least)
    config = load_config()
    with start_projecting({"joint": X, "audio": X[5:]}, config, apart=apart) as projecting:
        maps = projecting.maps(Silent())
    seed = stage_seed(config.seed, "projection")
    for name, points in (("joint", X), ("audio", X[5:])):
        np.testing.assert_array_equal(maps[name]["tsne"], tsne(points, random_state=seed))
        np.testing.assert_array_equal(maps[name]["umap"], umap(points, random_state=seed))


@pytest.mark.parametrize("least", [2000, 39])
@pytest.mark.battery
def test_the_nearest_of_many_tracks_are_found_beside_the_maps(X, least, monkeypatch):
    """As the page would find them among all tracks, those without a place among them."""
    monkeypatch.setattr(projecting_module, "MIN_LISTED", 39)
    monkeypatch.setattr(projecting_module, "MIN_HELPED", least)
    rows = np.arange(45) % 9 != 3
    with start_projecting({"joint": X, "lyrics": X[5:]}, load_config(), apart=True) as projecting:
        projecting.maps(Silent())
        found = projecting.nearest({"joint": rows})
    assert list(found) == ["joint"]  # of the few others, when the page is made
    among_all = np.full((45, 4), np.nan, np.float32)
    among_all[rows] = X
    expected = list_nearest(among_all)
    np.testing.assert_array_equal(found["joint"].plain, expected.plain)
    np.testing.assert_array_equal(found["joint"].scaled, expected.scaled)


@pytest.mark.battery
def test_nearest_of_more_than_the_page_draws_are_not_looked_for(X, monkeypatch):
    monkeypatch.setattr(projecting_module, "MIN_LISTED", 10)
    monkeypatch.setattr(projecting_module, "MAX_TRACKS", 39)
    with start_projecting({"joint": X, "lyrics": X[5:]}, load_config(), apart=True) as projecting:
        projecting.maps(Silent())
        found = projecting.nearest({"joint": np.ones(40, bool), "lyrics": np.ones(35, bool)})
    assert list(found) == ["lyrics"]


@pytest.mark.parametrize("least", [2000, 39])
def test_a_process_that_dies_costs_nothing_and_is_said(X, least, monkeypatch):
    class Heard(Silent):
        def say(self, message: str) -> None:
            said.append(message)

    monkeypatch.setattr(projecting_module, "MIN_HELPED", least)
    monkeypatch.setattr(projecting_module, "MIN_LISTED", 39)
    said: list[str] = []
    with start_projecting({"joint": X, "audio": X[5:]}, load_config(), apart=True) as projecting:
        projecting.crew.helpers[0].process.kill()
        maps = projecting.maps(Heard())
        found = projecting.nearest({"joint": np.ones(40, bool)})
    with start_projecting({"joint": X, "audio": X[5:]}, load_config(), apart=False) as projecting:
        expected = projecting.maps(Silent())
    for name, of_view in expected.items():
        for kind, places in of_view.items():
            np.testing.assert_array_equal(maps[name][kind], places)
    assert len(said) == 1
    assert "the process that made them has ended (no message)" in said[0]
    for nearest in found.values():  # what was not found is looked for when the page is made
        np.testing.assert_array_equal(nearest.plain, list_nearest(X.astype("f4")).plain)


def test_what_cannot_be_made_there_cannot_here(X):
    X[3, 1] = np.nan
    with (
        start_projecting({"joint": X}, load_config(), apart=True) as projecting,
        pytest.raises(ValueError, match="finite"),
    ):
        projecting.maps(Silent())


def test_leaving_early_ends_the_process(X):
    with start_projecting({"joint": np.tile(X, (50, 1))}, load_config(), apart=True) as projecting:
        process = projecting.crew.helpers[0].process
    assert process.returncode is not None


def test_the_process_ends_with_its_parent():
    """It has read all that it was sent and would work for minutes, were its input not closed."""
    X = np.random.default_rng(0).normal(size=(20000, 32))
    request = (
        json.dumps({"arrays": {"joint": ("<f8", X.shape)}, "settings": {}, "seed": 0}).encode()
        + b"\n"
        + X.tobytes()
        + b'["joint", "tsne"]\n'
    )
    process = subprocess.run(
        [sys.executable, "-m", "songatlas.stages.projector"],
        input=request,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 1
    assert process.stdout == b""
