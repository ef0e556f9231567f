"""Halves of tracks: each from its own windows, some of many tracks, in blocks."""

import dataclasses

import numpy as np
import pytest
import torch

from songatlas.models.base import Batch
from songatlas.models.placement import Placement, place
from songatlas.models.track_vae import TrackVAE
from songatlas.stages import halves
from songatlas.stages.halves import half_tracks

SHAPES = {"audio": (4, 8), "text": (1, 5)}
N = 40


@pytest.fixture(scope="module")
def places() -> Placement:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    values = {k: torch.from_numpy(rng.normal(size=(N, *s)).astype("f4")) for k, s in SHAPES.items()}
    mask = {k: torch.ones(N, s[0], dtype=torch.bool) for k, s in SHAPES.items()}
    mask["audio"][7, 1:] = False  # one window has no halves
    data = Batch(values=values, mask=mask, condition=torch.zeros(N, 0))
    network = TrackVAE(SHAPES, n_latent=3, hidden=16)
    return place(network, data, dict.fromkeys(SHAPES, 1.0), "decoded")


def only(places: Placement, windows: slice) -> Placement:
    """The same space with nothing of the sound but some windows."""
    mask = dict(places.data.mask)
    heard = torch.zeros_like(mask["audio"])
    heard[:, windows] = True
    data = dataclasses.replace(places.data, mask={**mask, "audio": mask["audio"] & heard})
    return place(places.network, data, places.weights, places.space)


def test_a_half_is_the_track_from_those_windows_alone(places: Placement) -> None:
    rows = np.array([3, 7, 30])
    found = half_tracks(places, rows)
    assert found is not None
    for half, windows in zip(found, (slice(0, 2), slice(2, 4)), strict=True):
        expected = only(places, windows).coordinates[[3, 30]]
        np.testing.assert_allclose(half, expected, atol=1e-4)


def test_blocks_change_nothing_and_of_many_some_are_halved(
    places: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    everyone = np.flatnonzero(np.arange(N) != 7)
    whole = half_tracks(places, everyone)
    monkeypatch.setattr(halves, "_BLOCK", 6)
    in_blocks = half_tracks(places, everyone)
    monkeypatch.setattr(halves, "MAX_TRACKS", 5)
    some = half_tracks(places, everyone)
    assert whole is not None
    assert in_blocks is not None
    assert some is not None
    for one, other, few in zip(whole, in_blocks, some, strict=True):
        np.testing.assert_allclose(other, one, atol=1e-4)
        np.testing.assert_allclose(few, one[[0, 9, 19, 28, 38]], atol=1e-4)
