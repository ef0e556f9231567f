"""Parameters in one tensor give what torch's own tools give layer by layer, to the bit."""

import copy

import pytest
import torch

from songatlas.models.flat import AdamW, Average, FlatParameters
from songatlas.models.original_vae import OriginalVAE

SHAPES = {"audio": (16, 39), "text": (1, 10)}


def make_model() -> OriginalVAE:
    """Has layers that lie in memory channels last, and buffers."""
    torch.manual_seed(0)
    return OriginalVAE(SHAPES, n_latent=4)


def fill_gradients(model: torch.nn.Module, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    for p in model.parameters():
        gradient = torch.randn(p.shape, generator=generator)
        p.grad = torch.empty_like(p) if p.grad is None else p.grad
        p.grad.copy_(gradient)


def equal(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_flattening_changes_no_number_and_no_layout() -> None:
    model, flat_model = make_model(), make_model()
    flat = FlatParameters(flat_model)
    assert equal(model, flat_model)
    assert flat.parameter.numel() == model.n_parameters
    for own, other in zip(flat_model.parameters(), model.parameters(), strict=True):
        assert own.stride() == other.stride() == own.grad.stride()
    flat.parameter += 1.0
    assert torch.equal(flat_model.fc_mu.weight, model.fc_mu.weight + 1.0)
    flat.release()
    flat.parameter += 1.0
    assert torch.equal(flat_model.fc_mu.weight, model.fc_mu.weight + 1.0)


@pytest.mark.parametrize("most", [0.5, 1e9])
def test_steps_are_those_of_torch(most: float) -> None:
    model, flat_model = make_model(), make_model()
    flat = FlatParameters(flat_model)
    ours = AdamW(flat, learning_rate=1e-2, weight_decay=0.1, patience=1)
    theirs = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.1, fused=True)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, factor=0.5, patience=1)
    for seed, loss in enumerate([3.0, 2.0, 2.0, 1.9999, 1.0] + [1.0] * 6):
        for one in (model, flat_model):
            fill_gradients(one, seed)
        torch.nn.utils.clip_grad_norm_(model.parameters(), most)
        flat.clip_gradient(most)
        theirs.step()
        ours.step()
        plateau.step(loss)
        ours.end_epoch(loss)
        assert ours.learning_rate == theirs.param_groups[0]["lr"]
    assert ours.learning_rate < 1e-2 / 4
    assert equal(model, flat_model)


def test_the_average_of_a_constant_is_the_constant_and_forgets_the_beginning() -> None:
    model = make_model()
    flat, average = FlatParameters(model), Average(make_model(), 0.9)
    expected = 0.0
    for n, value in enumerate([5.0] + [1.0] * 200):
        flat.parameter.fill_(value)
        model.audio_encoder[1].running_mean.fill_(value)
        average.update(flat, model)
        decay = 0.0 if n == 0 else min(0.9, (1 + n) / (10 + n))
        expected = decay * expected + (1 - decay) * value
        assert average.model.fc_mu.bias[0].item() == pytest.approx(expected, rel=1e-5)
        assert average.model.audio_encoder[1].running_mean[0] == value  # not averaged
    assert expected == pytest.approx(1.0, abs=1e-6)


def test_without_decay_the_average_is_the_model_to_the_bit() -> None:
    model = make_model()
    flat, average = FlatParameters(model), Average(copy.deepcopy(model), 0.0)
    for _ in range(3):
        torch.nn.init.normal_(flat.parameter)
        average.update(flat, model)
        assert equal(average.model, model)
