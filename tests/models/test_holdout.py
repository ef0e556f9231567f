"""What is held out."""

import numpy as np
import pytest
import torch

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
    assert held.hidden is None
    assert not len(held.hidden_rows)
    assert len(held.rows) == 20
