"""What judges an epoch: the held-out ELBO of one pass, and explained variance."""

import numpy as np
import pytest
import torch
from torch.distributions import Normal

from songatlas.models.base import Batch
from songatlas.models.batches import select
from songatlas.models.examination import Examination
from songatlas.models.holdout import hold_out
from songatlas.models.posteriors import decode, encode, explained_beyond_chance
from songatlas.models.track_vae import TrackVAE

N_TRACKS = 50


def log_likelihood(x: torch.Tensor, mean: torch.Tensor, log_var: torch.Tensor) -> torch.Tensor:
    return Normal(mean, torch.exp(0.5 * log_var)).log_prob(x).sum(-1)


def make(n_windows: int = 6, **changes: object) -> tuple[TrackVAE, Batch]:
    generator = torch.Generator().manual_seed(0)
    centre = torch.randn((N_TRACKS, 1, 7), generator=generator)
    x = centre + 0.5 * torch.randn((N_TRACKS, n_windows, 7), generator=generator)
    mask = torch.ones((N_TRACKS, n_windows), dtype=torch.bool)
    mask[0] = False
    torch.manual_seed(0)
    model = TrackVAE({"audio": (n_windows, 7)}, n_latent=3, hidden=16, **changes)
    data = Batch(
        values={"audio": x * mask[..., None]},
        mask={"audio": mask},
        condition=torch.zeros(N_TRACKS, 0),
    )
    model.start(model.prepare(data))
    return model, data


def judge(model: TrackVAE, data: Batch, seed: int = 0) -> dict[str, float]:
    held = hold_out(data, 0.2, seed)
    exam = Examination(model, held, beta=1.0, seed=seed, device=torch.device("cpu"))
    return exam.judge(model)


def test_a_plain_autoencoder_is_judged_by_the_likelihood_of_its_hidden_windows() -> None:
    model, data = make(variational=False)
    held = hold_out(data, 0.2, 0)
    shown, hidden = (select(part, torch.arange(N_TRACKS)) for part in (held.shown, held.hidden))
    with torch.no_grad():
        mean = model.eval().inference(shown).mean
        decoded = model.generative(mean, data.condition)["audio"]
        each = log_likelihood(hidden.values["audio"], decoded, model.log_noise["audio"])
    n = hidden.mask["audio"].sum(1)
    expected = -((each * hidden.mask["audio"]).sum(1) / n.clamp(min=1)).mean().item()
    assert judge(model, data)["val_loss"] == pytest.approx(expected, rel=1e-5)


def test_four_draws_estimate_what_a_thousand_do() -> None:
    model, data = make()
    held = hold_out(data, 0.2, 0)
    shown, hidden = (select(part, torch.arange(N_TRACKS)) for part in (held.shown, held.hidden))
    generator, losses = torch.Generator().manual_seed(9), []
    with torch.no_grad():
        posterior = model.eval().inference(shown)
        for _ in range(1000):
            z = model.draw(posterior, generator)
            terms = model.reconstruction(hidden, model.generative(z, data.condition))
            losses.append(terms["audio"].item())
    exact, spread = float(np.mean(losses)), float(np.std(losses))
    assert judge(model, data)["val_loss"] == pytest.approx(exact, abs=3 * spread / 2)
    assert judge(model, data) == judge(model, data)


def test_explained_variance_is_that_of_all_shown_windows() -> None:
    model, data = make()
    held = hold_out(data, 0.2, 0)
    order = torch.randperm(N_TRACKS, generator=torch.Generator().manual_seed(1))
    shown = select(held.shown, order)
    decoded = decode(model, encode(model, shown).mean, shown.condition)
    direct = explained_beyond_chance(shown, decoded)["r2_audio"]
    assert judge(model, data)["r2_audio"] == pytest.approx(direct, abs=0.1)
    assert direct > 0.3


def test_held_out_tracks_are_judged_by_the_loss_of_the_model() -> None:
    model, data = make(n_windows=2, variational=False)
    held = hold_out(data, 0.2, 0)
    rows = select(held.shown, held.hidden_rows)
    with torch.no_grad():
        expected = model.eval().loss(rows, beta=1.0, generator=torch.Generator()).loss.item()
    assert judge(model, data)["val_loss"] == pytest.approx(expected, rel=1e-5)
