"""Tracks placed by two workers of dask, one of which is killed, and by this machine alone."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.killing.cluster import Process, two_workers
from benchmarks.scale.collection import groups, library, windows
from songatlas.clustering import CLUSTERERS
from songatlas.config import Config, load_config
from songatlas.distances import blocks
from songatlas.extraction.cluster.client import open_cluster
from songatlas.extraction.cluster.placing import Workers
from songatlas.extraction.pool import LocalPool
from songatlas.features.inputs import Extracted, build_inputs
from songatlas.geometry import cluster_means
from songatlas.models.placement import Placement
from songatlas.models.placer import HERE, Placer
from songatlas.models.posteriors import PIECE
from songatlas.progress import Silent
from songatlas.stages.fit import FittedModel, Studio, TrainingData, fit_main
from songatlas.store.arena import Arena

_PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True)
class Placed:
    """How it went.

    Parameters
    ----------
    here, there
        Digest of every array, by name, as this machine and as the workers made it.
    seconds_here, seconds_there
        Wall-clock time of either.
    n_shards, killed_after
        Shards in all, and how many there were when the worker was killed.
    said
        What the workers left to this machine, a sentence each.
    """

    here: Mapping[str, str]
    there: Mapping[str, str]
    seconds_here: float
    seconds_there: float
    n_shards: int
    killed_after: int
    said: tuple[str, ...]


def place_and_kill(n_tracks: int, folder: Path, *, epochs: int, seed: int = 0) -> Placed:
    """Train on synthetic tracks, then place them both ways.

    Parameters
    ----------
    folder
        Empty; takes shards, inputs and logs.
    seed
        Of the moment at which a worker is killed with −9.
    """
    config = load_config(overrides={"training": {"epochs": epochs}})
    model = _trained(n_tracks, folder, config)
    start = time.monotonic()
    here = _arrays(HERE, model.placement, config)
    seconds_here = time.monotonic() - start
    n_shards = 2 * len([*blocks(n_tracks, PIECE)])  # places, then decisions
    shards, notes = folder / "shards", _Notes()
    with two_workers(folder) as (address, workers):
        killer = _Killer(workers[0], shards, after=random.Random(seed).randrange(1, n_shards - 1))
        with open_cluster(
            address, str(shards), cache=folder, pool=LocalPool(1), progress=notes
        ) as cluster:
            killer.start()
            start = time.monotonic()
            there = _arrays(Workers(cluster=cluster), model.placement, config)
            seconds_there = time.monotonic() - start
        killer.join()
        if workers[1].poll() is not None:
            raise SystemExit("the other worker died too")
    return Placed(
        here=_digests(here),
        there=_digests(there),
        seconds_here=seconds_here,
        seconds_there=seconds_there,
        n_shards=n_shards,
        killed_after=killer.found,
        said=tuple(notes.said),
    )


def _trained(n_tracks: int, folder: Path, config: Config) -> FittedModel:
    planted = groups(n_tracks, 0)
    arena = Arena(folder)
    frames = [arena.keep(x) for x in windows(planted, 0)]
    inputs = build_inputs(
        Extracted(tracks=library(planted, 0).tracks, frames=frames), config, arena
    )
    data = TrainingData(features=inputs.features, condition=np.zeros((n_tracks, 0), np.float32))
    return fit_main(data, config, Studio(device=torch.device("cpu"), progress=Silent()))


def _arrays(placer: Placer, known: Placement, config: Config) -> dict[str, Any]:
    """Everything that placing gives: windows to posterior to coordinates to cluster."""
    places = placer.place(known.network, known.data, known.weights, config.clustering.space)
    labels = CLUSTERERS["K-Means"](places.points, 6, config.clustering, config.seed)
    centres = cluster_means(places.coordinates, labels)
    nearest, found = placer.decide(places, centres, None, seed=config.seed)
    parts = {
        "posterior": places.encoded.arrays(),
        "decoded": places.decoded,
        "space": places.space.state,
        "places": {"coordinates": places.coordinates, "rows": places.rows, "centres": centres},
        "shares": found.shares,
        "decision": {k: x for k, x in vars(found).items() if k != "shares"} | {"labels": nearest},
    }
    return {f"{of}: {name}": x for of, arrays in parts.items() for name, x in arrays.items()}


def _digests(arrays: Mapping[str, Any]) -> dict[str, str]:
    """SHA-256 of type, shape and bytes."""
    return {
        name: hashlib.sha256(f"{x.dtype} {x.shape} ".encode() + x.tobytes()).hexdigest()
        for name, x in arrays.items()
    }


class _Killer(threading.Thread):
    """Kills a worker when there are more than `after` shards."""

    def __init__(self, worker: Process, shards: Path, *, after: int) -> None:
        super().__init__(daemon=True)
        self._worker, self._shards, self._after = worker, shards, after
        self.found = 0

    def run(self) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while self.found < self._after and time.monotonic() < end:
            time.sleep(0.005)
            self.found = len([*self._shards.rglob("*.shard")])
        self._worker.kill()


class _Notes(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, message: str) -> None:
        """Keep it."""
        self.said.append(message)
