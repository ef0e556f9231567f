"""What one sense tells by itself, in a model that knows two."""

import numpy as np
import pytest
import torch

from songatlas.models.base import Batch
from songatlas.models.posteriors import Encoded, encode
from songatlas.models.senses import encode_senses, expect, of_sense
from songatlas.models.track_vae import TrackVAE

SHAPES = {"audio": (3, 8), "embedding": (2, 6), "text": (1, 5)}
WEIGHTS = dict.fromkeys(SHAPES, 1.0)


@pytest.fixture(scope="module")
def network() -> TrackVAE:
    torch.manual_seed(0)
    return TrackVAE(SHAPES, n_latent=4, hidden=16)


def tracks(seed: int) -> Batch:
    rng = np.random.default_rng(seed)
    values = {k: torch.from_numpy(rng.normal(size=(9, *s)).astype("f4")) for k, s in SHAPES.items()}
    mask = {k: torch.ones(9, s[0], dtype=torch.bool) for k, s in SHAPES.items()}
    mask["text"][6:] = False
    return Batch(values=values, mask=mask, condition=torch.zeros(9, 0))


def with_other_sound(data: Batch) -> Batch:
    other = tracks(1)
    values = {**data.values, "audio": other.values["audio"], "embedding": other.values["embedding"]}
    return Batch(values=values, mask=data.mask, condition=data.condition)


def test_the_sound_says_nothing_of_words_that_are_there(network: TrackVAE) -> None:
    data = tracks(0)
    said = [
        expect(network, encode_senses(network, x, WEIGHTS), x)
        for x in (data, with_other_sound(data))
    ]
    np.testing.assert_array_equal(said[0]["text"][:6], said[1]["text"][:6])
    assert (np.abs(said[0]["text"][6:] - said[1]["text"][6:]).max(axis=(1, 2)) > 1e-4).all()
    assert (np.abs(said[0]["audio"] - said[1]["audio"]).max(axis=(1, 2)) > 1e-4).all()
    assert list(said[0]) == list(SHAPES)


def test_one_sense_is_the_posterior_of_its_modalities(network: TrackVAE) -> None:
    data = tracks(0)
    found = encode_senses(network, data, WEIGHTS)
    sound = encode(network, data, weights=of_sense(WEIGHTS, "sound"))
    np.testing.assert_array_equal(found.alone["sound"].mean, sound.mean)
    np.testing.assert_array_equal(found.alone["lyrics"].mean[6:], found.mean[6:])
    assert not encode_senses(network, data, of_sense(WEIGHTS, "sound")).alone


def test_draws_have_the_spread_of_each_posterior(network: TrackVAE) -> None:
    found = encode_senses(network, tracks(0), WEIGHTS)
    noise = np.random.default_rng(0).normal(size=(4000, found.n_draws, 4))
    drawn = [found.drawn(draw) for draw in noise]
    for sense, own in found.alone.items():
        means = np.stack([each.alone[sense].mean for each in drawn])
        np.testing.assert_allclose(means.std(axis=0), np.exp(own.log_var / 2), rtol=0.05)
    first, second = (np.stack([d.alone[s].mean[0, 0] for d in drawn]) for s in found.alone)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.05


def test_posteriors_travel_as_arrays(network: TrackVAE) -> None:
    found = encode_senses(network, tracks(0), WEIGHTS)
    again = Encoded.from_arrays({**found.arrays(), "decoded audio": found.mean})
    assert list(again.alone) == ["sound", "lyrics"]
    for name, value in found.arrays().items():
        np.testing.assert_array_equal(again.arrays()[name], value)
