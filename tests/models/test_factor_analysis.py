"""The start of training is the linear model of the same process, and the best of its kind."""

import numpy as np
import pytest
import torch

from songatlas.models.base import Batch
from songatlas.models.factor_analysis import fit_factors
from songatlas.models.summary import summarise
from songatlas.models.track_vae import TrackVAE

N_FACTORS = 2


def planted(
    n_tracks: int = 4000, *, seed: int = 0
) -> tuple[Batch, dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Data of the model itself: loadings and noise of two modalities, one observation a track.

    Words are missing of every third track.
    """
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n_tracks, N_FACTORS))
    values, mask, loadings, noise = {}, {}, {}, {}
    for name, n_features in (("audio", 8), ("text", 5)):
        W, s = rng.normal(size=(n_features, N_FACTORS)), rng.uniform(0.7, 1.5, n_features)
        x = 5 + z @ W.T + s * rng.normal(size=(n_tracks, n_features))
        there = np.arange(n_tracks) % 3 > 0 if name == "text" else np.ones(n_tracks, bool)
        values[name] = torch.from_numpy(x * there[:, None]).float()[:, None]
        mask[name] = torch.from_numpy(there)[:, None]
        loadings[name], noise[name] = torch.from_numpy(W), torch.from_numpy(s**2)
    return Batch(values=values, mask=mask, condition=torch.zeros(n_tracks, 0)), loadings, noise


def test_planted_noise_offsets_and_covariance_are_recovered_where_nothing_is_missing() -> None:
    data, loadings, noise = planted()
    found = fit_factors({"audio": summarise(data.values["audio"], data.mask["audio"])}, N_FACTORS)
    audio, W = found["audio"], loadings["audio"]
    assert (audio.offset - 5).abs().max() < 0.3
    np.testing.assert_allclose(audio.noise, noise["audio"], rtol=0.3)
    signal = (audio.loadings @ audio.loadings.T).numpy()
    np.testing.assert_allclose(signal, W @ W.T, atol=0.1 * float((W @ W.T).max()))
    informed = audio.loadings.T @ (audio.loadings / audio.noise[:, None])
    np.testing.assert_allclose(informed, torch.diag(audio.precision), atol=0.05 * informed.max())


def test_the_network_starts_as_exactly_that_linear_model() -> None:
    data, _, _ = planted(300)
    torch.manual_seed(0)
    model = TrackVAE({"audio": (1, 8), "text": (1, 5)}, n_latent=4, hidden=16, dropout=0.0)
    data = model.prepare(data)
    model.start(data)
    model.eval()
    factors = fit_factors(data.summary, 4)
    with torch.no_grad():
        posterior = model.inference(data)
        pull, total = torch.zeros(300, 4), torch.ones(300, 4)
        for name, one in factors.items():
            x = (data.values[name][:, 0] - one.offset) * data.mask[name]
            pull += x / one.noise @ one.loadings * (one.precision > 1e-3)
            total += one.precision * data.mask[name]
        torch.testing.assert_close(posterior.mean, pull / total, atol=2e-3, rtol=1e-3)
        torch.testing.assert_close(posterior.log_var, -total.log(), atol=1e-3, rtol=1e-3)
        decoded = model.generative(posterior.mean, data.condition)
        for name, one in factors.items():
            expected = one.offset + posterior.mean @ one.loadings.T
            torch.testing.assert_close(decoded[name][:, 0], expected, atol=1e-3, rtol=1e-3)
            torch.testing.assert_close(model.noise()[name], one.noise**0.25)


@pytest.mark.parametrize(
    ("n_latent", "hidden", "n_tracks"), [(32, 16, 300), (3, 64, 10), (20, 64, 10), (3, 2, 10)]
)
def test_any_size_can_start(n_latent: int, hidden: int, n_tracks: int) -> None:
    data, _, _ = planted(n_tracks)
    model = TrackVAE({"audio": (1, 8), "text": (1, 5)}, n_latent=n_latent, hidden=hidden)
    generator = torch.Generator().manual_seed(0)
    before = model.loss(data, beta=1.0, generator=generator).loss
    model.start(model.prepare(data))
    after = model.loss(data, beta=1.0, generator=generator).loss
    assert torch.isfinite(after)
    assert after < before
    assert all(torch.isfinite(p).all() for p in model.parameters())
