"""A conditional model puts tracks where they are beside what their condition does to them."""

import numpy as np
import pytest
import torch
from sklearn.metrics import adjusted_rand_score

from songatlas.clustering.kmeans import kmeans
from songatlas.models.base import Batch
from songatlas.models.placement import place
from songatlas.models.track_vae import TrackVAE
from songatlas.types import IntArray

SHAPES = {"audio": (1, 12), "embedding": (1, 8)}
WEIGHTS = dict.fromkeys(SHAPES, 1.0)


def planted(n_values: int, unknown: int = 0) -> tuple[Batch, IntArray, IntArray]:
    """Two kinds of music, each under every condition, which shifts all features by far more."""
    rng = np.random.default_rng(0)
    kind, value = rng.integers(2, size=240), rng.integers(n_values, size=240)
    values = {}
    for name, (_, n_features) in SHAPES.items():
        music, shift = rng.normal(size=(2, n_features)), 6 * rng.normal(size=(n_values, n_features))
        x = 2 * music[kind] + shift[value] + rng.normal(size=(240, n_features))
        values[name] = torch.from_numpy(x.astype(np.float32))[:, None]
    condition = torch.eye(n_values)[value]
    condition[:unknown] = 0
    mask = {name: torch.ones(240, 1, dtype=torch.bool) for name in SHAPES}
    return Batch(values=values, mask=mask, condition=condition), kind, value


def started(data: Batch) -> TrackVAE:
    torch.manual_seed(0)
    n_conditions = data.condition.shape[1]
    model = TrackVAE(SHAPES, n_latent=4, hidden=128, dropout=0.0, n_conditions=n_conditions)
    model.start(data)
    return model.eval()


@pytest.mark.parametrize(("n_values", "unknown"), [(2, 0), (5, 0), (3, 6)])
def test_tracks_are_near_by_their_music_whatever_their_condition(
    n_values: int, unknown: int
) -> None:
    data, kind, value = planted(n_values, unknown)
    places = place(started(data), data, WEIGHTS, "decoded")
    labels = kmeans(places.points, 2, random_state=0)[unknown:]
    assert adjusted_rand_score(kind[unknown:], labels) > 0.9
    assert abs(adjusted_rand_score(value[unknown:], labels)) < 0.05


def test_what_is_reconstructed_has_the_condition_of_its_track() -> None:
    data, _, _ = planted(2)
    places = place(started(data), data, WEIGHTS, "decoded")
    x = data.values["audio"].numpy()
    residual = {
        name: ((x - expected["audio"]) ** 2).sum() / ((x - x.mean(0)) ** 2).sum()
        for name, expected in (("own", places.reconstructed()), ("even", places.decoded))
    }
    assert residual["own"] < 0.2
    assert residual["even"] > 0.5


def test_without_a_condition_both_are_the_same() -> None:
    data, _, _ = planted(2)
    plain = Batch(values=data.values, mask=data.mask, condition=torch.zeros(240, 0))
    places = place(started(plain), plain, WEIGHTS, "decoded")
    assert places.reconstructed() is places.decoded


def test_more_conditions_than_the_start_has_room_for_are_left_to_training() -> None:
    data, _, _ = planted(2)
    many = Batch(values=data.values, mask=data.mask, condition=torch.eye(240)[:, :40])
    model = started(many)
    with torch.no_grad():
        assert all(
            torch.isfinite(x).all()
            for x in model.generative(torch.zeros(3, 4), many.condition[:3]).values()
        )
