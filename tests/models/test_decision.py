"""Who decides, on tracks of which only one sense knows the cluster."""

from collections.abc import Collection, Mapping

import numpy as np
import pytest
import torch
from torch import Tensor

from songatlas.models.base import Batch, LossOutput, Model, Posterior
from songatlas.models.decision import sense_shares
from songatlas.models.membership import N_DRAWS, find_membership
from songatlas.models.placement import Placement, place
from songatlas.models.spaces import Space

SPACE = Space(name="mean", noise={"audio": np.ones(1), "text": np.ones(1)})
CENTRES = np.array([[1.0, 1.0], [-1.0, -1.0]])
WEIGHTS = {"audio": 1.0, "text": 1.0}


class TwoSenses(Model):
    """Sound says where a track is along the first axis, words along the second; else it is 0."""

    def __init__(self) -> None:
        super().__init__()
        self.modalities, self.n_latent, self.variational = ("audio", "text"), 2, True
        self.exchangeable = False
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def pick(self, data: Batch, rows: Tensor, generator: torch.Generator) -> Batch:
        raise NotImplementedError

    def inference(self, batch: Batch) -> Posterior:
        parts = [(batch.values[m] * batch.mask[m][..., None]).sum(1) for m in self.modalities]
        mean = torch.cat(parts, 1)
        return Posterior(mean=mean, log_var=torch.full_like(mean, -2.0))

    def generative(
        self, z: Tensor, condition: Tensor, names: Collection[str] | None = None
    ) -> dict[str, Tensor]:
        return {"audio": z[:, None, :1], "text": z[:, None, 1:]}

    def reconstruction(self, batch: Batch, decoded: Mapping[str, Tensor]) -> dict[str, Tensor]:
        raise NotImplementedError

    def loss(self, batch: Batch, *, beta: float, generator: torch.Generator) -> LossOutput:
        raise NotImplementedError

    def noise(self) -> dict[str, Tensor]:
        return {"audio": torch.ones(1), "text": torch.ones(1)}

    def effective_beta(self, beta: float) -> float:
        return beta


def batch(audio: list[float], text: list[float | None]) -> Batch:
    has = torch.tensor([[x is not None] for x in text])
    values = torch.tensor([[[0.0 if x is None else x]] for x in text])
    return Batch(
        values={"audio": torch.tensor(audio)[:, None, None], "text": values},
        mask={"audio": torch.ones(len(audio), 1, dtype=torch.bool), "text": has},
        condition=torch.zeros(len(audio), 0),
    )


def placed(data: Batch, weights: Mapping[str, float] = WEIGHTS) -> Placement:
    return place(TwoSenses(), data, weights, SPACE)


def shares(data: Batch, weights: Mapping[str, float] = WEIGHTS) -> dict[str, list[float]]:
    n = data.n_tracks
    found = sense_shares(
        placed(data, weights), CENTRES, labels=np.zeros(n, int), second=np.ones(n, int)
    )
    return {sense: values.tolist() for sense, values in found.items()}


def test_the_sense_that_differs_decides() -> None:
    """Sound alone, words alone, both alike, three to one, words against, no words."""
    data = batch([1.0, 0.0, 1.0, 1.5, 2.0, 1.0], [0.0, 1.0, 1.0, 0.5, -1.0, None])
    found = shares(data)
    assert found["sound"] == pytest.approx([1, 0, 0.5, 0.75, 1, 1])
    assert found["lyrics"] == pytest.approx([0, 1, 0.5, 0.25, 0, 0])


def test_a_sense_that_is_not_heard_has_no_share() -> None:
    assert shares(batch([1.0], [1.0]), {"audio": 1.0, "text": 0.0}) == {"sound": [1.0]}


def test_without_a_second_or_anything_for_the_own_there_are_none() -> None:
    assert np.isnan(shares(batch([-1.0], [-1.0]))["sound"]).all()
    found = sense_shares(
        placed(batch([1.0, 1.0], [1.0, 1.0])),
        CENTRES,
        labels=np.array([0, -1]),
        second=np.array([-1, -1]),
    )
    assert np.isnan(found["lyrics"]).all()


def test_the_second_cluster_is_where_the_other_draws_fall() -> None:
    centres = np.array([[1.0, 0.0], [-1.0, 0.0], [9.0, 9.0]])
    data = batch([0.1, 1.0, 8.0], [0.0, 0.0, 8.0])
    found = find_membership(placed(data), centres, seed=0)
    assert found.labels.tolist() == [0, 0, 2]
    assert found.draws.sum(axis=1) == pytest.approx([1, 1, 1])
    assert found.second(found.labels).tolist() == [1, 1, 0]
    noise = np.random.default_rng(0).standard_normal((N_DRAWS, 2))
    other = (0.1 + noise[:, 0] * np.exp(-1.0) < 0).mean()
    assert found.draws[0, 1] == pytest.approx(other, abs=2 / N_DRAWS)
    assert found.draws[0, 0] == pytest.approx(1 - other, abs=2 / N_DRAWS)
