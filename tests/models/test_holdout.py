"""What is held out, and the averaged parameters."""

import numpy as np
import pytest
import torch
from torch import nn

from songatlas.models.averaging import average_of
from songatlas.models.base import Batch
from songatlas.models.batches import select
from songatlas.models.holdout import hold_out


def _batch(n_windows: list[int], n_words: list[int]) -> Batch:
    audio = torch.arange(max(n_windows)) < torch.tensor(n_windows)[:, None]
    text = torch.arange(1) < torch.tensor(n_words)[:, None]
    return Batch(
        values={
            "audio": torch.ones(*audio.shape, 2) * audio[..., None],
            "text": torch.ones(*text.shape, 3) * text[..., None],
        },
        mask={"audio": audio, "text": text},
        condition=torch.zeros(len(n_windows), 0),
    )


def test_hidden_and_shown_windows_make_up_the_track() -> None:
    data = _batch([10, 4, 3, 0], [1, 0, 1, 1])
    held = hold_out(data, 0.1, 0)
    assert held.hidden is not None
    assert held.hidden.mask["audio"].sum(1).tolist() == [1, 1, 0, 0]
    assert held.rows.tolist() == [0, 1, 2, 3]
    for name, mask in data.mask.items():
        shown, hidden = held.shown.mask[name], held.hidden.mask[name]
        assert not (shown & hidden).any()
        assert torch.equal(shown | hidden, mask)
        for part in (held.shown, held.hidden):
            seen = select(part, torch.arange(4), torch.device("cpu"))
            assert seen.values[name][~seen.mask[name]].abs().sum() == 0
            assert torch.equal(seen.mask[name], part.mask[name])


def test_the_same_places_are_hidden_in_every_modality() -> None:
    mask = torch.ones(20, 8, dtype=torch.bool)
    data = Batch(
        values={"audio": torch.ones(20, 8, 1), "embedding": torch.ones(20, 8, 2)},
        mask={"audio": mask, "embedding": mask},
        condition=torch.zeros(20, 0),
    )
    held = hold_out(data, 0.25, 3)
    assert held.hidden is not None
    assert torch.equal(held.hidden.mask["audio"], held.hidden.mask["embedding"])
    assert (held.hidden.mask["audio"].sum(1) == 2).all()
    assert len(np.unique(held.hidden.mask["audio"].int().argmax(1))) > 3  # not one place for all


@pytest.mark.parametrize("observations", [True, False])
def test_words_alone_and_images_hold_out_tracks(observations: bool) -> None:
    n_windows = 2 if observations else 10
    held = hold_out(_batch([n_windows] * 100, [1] * 100), 0.1, 0, observations=observations)
    assert held.hidden is None
    assert len(held.hidden_rows) == 10
    assert sorted([*held.rows.tolist(), *held.hidden_rows.tolist()]) == list(range(100))


def test_nothing_is_held_out_of_a_fraction_of_zero() -> None:
    held = hold_out(_batch([10] * 20, [1] * 20), 0.0, 0)
    assert not held.anything
    assert len(held.rows) == 20


def test_the_average_of_a_constant_is_the_constant_and_forgets_the_beginning() -> None:
    model = nn.Linear(1, 1, bias=False)
    average = average_of(model, 0.9)  # type: ignore[arg-type]
    expected = 0.0
    for n, value in enumerate([5.0] + [1.0] * 200):
        nn.init.constant_(model.weight, value)
        average.update_parameters(model)
        decay = 0.0 if n == 0 else min(0.9, (1 + n) / (10 + n))
        expected = decay * expected + (1 - decay) * value
        assert average.module.weight.item() == pytest.approx(expected, rel=1e-5)
    assert expected == pytest.approx(1.0, abs=1e-6)


def test_without_decay_the_average_is_the_model_to_the_bit() -> None:
    model = nn.Linear(7, 5)
    average = average_of(model, 0.0)  # type: ignore[arg-type]
    for _ in range(3):
        nn.init.normal_(model.weight)
        average.update_parameters(model)
        assert torch.equal(average.module.weight, model.weight)
