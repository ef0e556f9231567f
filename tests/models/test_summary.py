"""Sufficient statistics say of a track's observations what all of them one by one say."""

import pytest
import torch
from torch.distributions import Normal

from songatlas.models.base import Batch
from songatlas.models.summary import expected_log_likelihood, summarise
from songatlas.models.track_vae import TrackVAE

N_WINDOWS = (10, 3, 1, 0)


def log_likelihood(x: torch.Tensor, mean: torch.Tensor, log_var: torch.Tensor) -> torch.Tensor:
    return Normal(mean, torch.exp(0.5 * log_var)).log_prob(x).sum(-1)


def observations() -> tuple[torch.Tensor, torch.Tensor]:
    """Tracks of ten, three, one and no windows; nonsense stands where nothing was observed."""
    generator = torch.Generator().manual_seed(0)
    x = 3 + 2 * torch.randn((4, 10, 5), generator=generator, dtype=torch.float64)
    mask = torch.arange(10) < torch.tensor(N_WINDOWS)[:, None]
    return x.masked_fill(~mask[..., None], torch.nan), mask


def one_by_one(mean: torch.Tensor, log_var: torch.Tensor) -> torch.Tensor:
    """Average log-likelihood of each track's observations, 0 without any: (4,)."""
    x, _ = observations()
    each = [
        log_likelihood(x[i, :n], mean[i], log_var).mean() if n else torch.zeros(()).double()
        for i, n in enumerate(N_WINDOWS)
    ]
    return torch.stack(each)


def test_the_summary_is_mean_and_scatter_of_what_was_observed() -> None:
    x, mask = observations()
    found = summarise(x, mask)
    assert found.present.tolist() == [1, 1, 1, 0]
    torch.testing.assert_close(found.mean[1], x[1, :3].mean(0))
    torch.testing.assert_close(found.scatter[1], x[1, :3].var(0, correction=0))
    assert found.scatter[2].abs().max() == 0
    assert found.mean[3].abs().max() == 0
    some = found.of(torch.tensor([2, 0]))
    assert torch.equal(some.mean, found.mean[[2, 0]])


def test_its_likelihood_is_that_of_the_observations_one_by_one() -> None:
    generator = torch.Generator().manual_seed(1)
    draws = torch.randn((3, 4, 5), generator=generator, dtype=torch.float64)
    log_var = torch.linspace(-1, 1, 5, dtype=torch.float64)
    share = torch.tensor([[0.5], [0.2], [0.3]], dtype=torch.float64).expand(3, 4)
    expected = sum(
        weight * one_by_one(mean, log_var).sum()
        for weight, mean in zip([0.5, 0.2, 0.3], draws, strict=True)
    )
    found = summarise(*observations())
    torch.testing.assert_close(expected_log_likelihood(found, draws, log_var, share), expected)


def make_batch() -> Batch:
    x, mask = observations()
    words = torch.tensor([[True], [False], [True], [False]])
    return Batch(
        values={
            "audio": x.nan_to_num(),
            "text": torch.ones(4, 1, 2, dtype=torch.float64) * words[..., None],
        },
        mask={"audio": mask, "text": words},
        condition=torch.zeros(4, 0, dtype=torch.float64),
    )


def test_the_objective_is_the_average_over_what_a_track_may_be_encoded_from() -> None:
    """Everything with 0.7; else one of the modalities that are there, each as likely."""
    torch.manual_seed(0)
    shapes = {"audio": (10, 5), "text": (1, 2)}
    model = TrackVAE(shapes, n_latent=3, hidden=8, modality_dropout=0.3, variational=False)
    model = model.double().train()
    batch = make_batch()
    cost = {}
    for heard in (("audio", "text"), ("audio",), ("text",)):
        mean = model.inference(batch.only(heard)).mean
        decoded = model.generative(mean, batch.condition)
        cost[heard] = -one_by_one(decoded["audio"][:, 0], model.log_noise["audio"])
        text = log_likelihood(batch.values["text"], decoded["text"], model.log_noise["text"])
        cost[heard] -= (text * batch.mask["text"])[:, 0]
    both, audio, text = cost.values()
    expected = [
        0.7 * both[0] + 0.15 * audio[0] + 0.15 * text[0],
        audio[1],
        0.7 * both[2] + 0.15 * audio[2] + 0.15 * text[2],
        both[3],
    ]
    loss = model.loss(batch, beta=1.0, generator=torch.Generator()).loss
    torch.testing.assert_close(loss, torch.stack(expected).mean())


@pytest.mark.parametrize("dropout", [0.0, 0.3])
def test_a_step_is_shown_four_windows_that_are_there_and_judged_by_all(dropout: float) -> None:
    model = TrackVAE({"audio": (10, 5)}, n_latent=2, hidden=8, dropout=dropout)
    x, mask = observations()
    data = Batch(
        values={"audio": x.nan_to_num().float()},
        mask={"audio": mask},
        condition=torch.zeros(4, 0),
    )
    rows = torch.tensor([3, 1, 0]).repeat(200)
    shown = model.pick(model.prepare(data), rows, torch.Generator().manual_seed(0))
    assert shown.mask["audio"].sum(1)[:3].tolist() == [0, 3, 4]
    assert shown.values["audio"][~shown.mask["audio"]].abs().sum() == 0
    seen = shown.values["audio"][2::3]  # of the track with ten windows
    kept = seen != 0
    assert kept.double().mean().item() == pytest.approx(1 - dropout, abs=0.02)
    first = seen[:, :, 0][kept[:, :, 0]].unique()  # every window has its turn
    torch.testing.assert_close(first, x[0, :, 0].float().sort().values / (1 - dropout))
    torch.testing.assert_close(shown.summary["audio"].mean[2], x[0].mean(0).float())
