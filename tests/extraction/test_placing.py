"""A block of tracks that is placed as a shard: nothing is lost on the way."""

import dataclasses

import numpy as np
import pytest
import torch

from songatlas.extraction.cluster.client import Cluster
from songatlas.extraction.cluster.placing import PlacingTask, Workers
from songatlas.extraction.cluster.shard import ShardStore
from songatlas.extraction.cluster.task import make_shard
from songatlas.extraction.pool import LocalPool
from songatlas.models.base import Batch
from songatlas.models.placer import HERE
from songatlas.models.track_vae import TrackVAE
from songatlas.progress import Silent


class InTurn(Cluster):
    """Makes every shard at once, here, last first, and leaves each third to the one who asked."""

    def make(self, tasks, here):  # type: ignore[no-untyped-def]
        for i, task in reversed([*enumerate(tasks)]):
            if i % 3 == 2:
                yield from ((task, *record) for record in here(task, [0]))
                continue
            make_shard(task)
            yield from ((task, *record) for record in self.store.read(task.name))


@pytest.mark.parametrize("space", ["mean", "information", "decoded"])
@pytest.mark.parametrize("n_tracks", [5, 256, 900])
def test_places_and_decisions_are_those_of_one_machine(
    space: str, n_tracks: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    rng = np.random.default_rng(n_tracks)
    shapes = {"audio": (3, 20), "text": (1, 6)}
    network = TrackVAE(shapes, n_latent=4, hidden=16, n_conditions=2)
    values = {k: torch.from_numpy(rng.normal(size=(n_tracks, *s)).astype("f4")) for k, s in shapes.items()}  # fmt: skip  # noqa: E501
    mask = {k: torch.from_numpy(rng.random((n_tracks, s[0])) < 0.6) for k, s in shapes.items()}
    data = Batch(values=values, mask=mask, condition=torch.eye(2)[rng.integers(2, size=n_tracks)])
    cluster = InTurn(
        client=None, address="", store=ShardStore(str(folder)), size=1, keep=True,
        pool=LocalPool(1), progress=Silent(),
    )  # fmt: skip
    weights = {"audio": 1.0, "text": 0.5}

    def everything(placer: object) -> list[bytes]:
        places = placer.place(network, data, weights, space)  # type: ignore[attr-defined]
        given = places.coordinates[:3]
        found = []
        for labels in (None, np.arange(n_tracks) % 3 - 1):
            got, decision = placer.decide(places, given, labels, seed=7)  # type: ignore[attr-defined]
            found += [got, decision.confidence, decision.second, *decision.shares.values()]
        found += [*places.encoded.arrays().values(), *places.decoded.values(), places.rows]
        return [f"{x.dtype}{x.shape}".encode() + x.tobytes() for x in [*found, places.coordinates]]

    assert everything(Workers(cluster=cluster)) == everything(HERE)
    assert not list(folder.rglob("*.given"))


def test_a_worker_of_other_arithmetic_leaves_the_block(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    seen: list[PlacingTask] = []

    class Seeing(InTurn):
        def make(self, tasks, here):  # type: ignore[no-untyped-def]
            for task in tasks:
                seen.append(task)
                with pytest.raises(RuntimeError, match=r"computes with numpy .* not numpy 0"):
                    make_shard(dataclasses.replace(task, arithmetic="numpy 0"))
                yield from ((task, *record) for record in here(task, [0]))

    store = ShardStore(str(tmp_path_factory.mktemp("shards")))
    cluster = Seeing(
        client=None, address="", store=store, size=1, keep=True, pool=LocalPool(1),
        progress=Silent(),
    )  # fmt: skip
    data = Batch(
        values={"audio": torch.ones(2, 1, 4)},
        mask={"audio": torch.ones(2, 1, dtype=torch.bool)},
        condition=torch.zeros(2, 0),
    )
    network = TrackVAE({"audio": (1, 4)}, n_latent=2, hidden=8)
    Workers(cluster=cluster).place(network, data, {"audio": 1.0}, "mean")
    assert [task.n_tracks for task in seen] == [2]
    assert seen[0].name != dataclasses.replace(seen[0], arithmetic="numpy 0").name
