"""A shard of places: what the model makes of a block of tracks.

What a worker needs lies on the shared storage too: the network, the space and the centres once, the
inputs of a block from when a worker becomes free until its places are read.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from songatlas.distances import blocks
from songatlas.errors import StorageError
from songatlas.extraction.cluster.client import Cluster
from songatlas.extraction.cluster.shard import ShardStore, content_name, shard_name
from songatlas.extraction.cluster.task import ShardTask, versions
from songatlas.extraction.job import Rows
from songatlas.models.base import Batch, Model
from songatlas.models.decision import Decision, decide
from songatlas.models.placement import Placement, place, space_for
from songatlas.models.posteriors import PIECE, Encoded
from songatlas.models.question import Question, arrays_of, given_by, part_of
from songatlas.models.senses import heard_rows
from songatlas.models.spaces import Space
from songatlas.store.cache import CacheRow
from songatlas.threads import arithmetic
from songatlas.types import FloatArray, IntArray

_ALONE = threading.Lock()  # how many threads may compute is said for a whole process


@dataclass(frozen=True, kw_only=True)
class PlacingTask(ShardTask):
    """The answer to a question for some tracks, as one record.

    Parameters
    ----------
    n
        Tracks, from `start` on.
    question
        What is asked, without its arrays.
    known, inputs
        Names of the shards of these, and of what the model is given of the tracks.
    arithmetic
        Of the machine that asks.
    """

    n: int
    question: Question
    known: str
    inputs: str
    arithmetic: str

    @property
    def name(self) -> str:
        """Named after what it is made from, and what with."""
        asked = self.question
        key = [self.versions, self.arithmetic, asked.space.name, asked.seed, dict(asked.weights)]
        return shard_name([self.known, self.inputs, str(self.start)], str(key))

    @property
    def n_tracks(self) -> int:
        """As many as the block has."""
        return self.n

    @property
    def n_records(self) -> int:
        """One, of all tracks."""
        return 1

    def records(self, host: str) -> Iterator[tuple[int, Rows]]:
        """The answer.

        Raises
        ------
        RuntimeError
            When this worker's numbers might not be, to the last bit, those of who asks.
        """
        if arithmetic() != self.arithmetic:
            raise RuntimeError(f"{host} computes with {arithmetic()}, not {self.arithmetic}")
        question = self.question.filled(_read(self.store, self.known))
        data, labels = given_by(_read(self.store, self.inputs))
        with _ALONE:
            return iter([(0, _rows(question.answer(data, labels)))])


@dataclass(frozen=True, kw_only=True)
class Workers:
    """The workers of a cluster as a :class:`~songatlas.models.placer.Placer`.

    A space is fitted here. With the network on another device than the processor, all of it is done
    here.
    """

    cluster: Cluster

    def place(
        self, network: Model, data: Batch, weights: Mapping[str, float], space: Space | str
    ) -> Placement:
        """As :func:`songatlas.models.placement.place`."""
        if not _travels(network, data):
            return place(network, data, weights, space)
        if isinstance(space, str):
            space = space_for(network, data, weights, space)
        found = self._answers(Question(network=network, weights=weights, space=space), data, None)
        return Placement(
            network=network,
            data=data,
            weights=weights,
            encoded=Encoded.from_arrays(found),
            decoded=part_of(found, "decoded "),
            space=space,
            coordinates=found["coordinates"],
            rows=heard_rows(data, weights),
        )

    def decide(
        self, places: Placement, centres: FloatArray, labels: IntArray | None, *, seed: int
    ) -> tuple[IntArray, Decision]:
        """As :func:`songatlas.models.decision.decide`."""
        network, data = places.network, places.data
        if not _travels(network, data):
            return decide(places, centres, labels, seed=seed)
        question = Question(
            network=network, weights=places.weights, space=places.space, centres=centres, seed=seed
        )
        found = self._answers(question, data, labels)
        alone = {x.name: found[x.name] for x in dataclasses.fields(Decision) if x.name in found}
        return found["labels"], Decision(shares=part_of(found, "shares "), **alone)

    def _answers(
        self, question: Question, data: Batch, labels: IntArray | None
    ) -> dict[str, npt.NDArray[Any]]:
        """Answers for all tracks, each (n_tracks, …), by name."""
        store, progress = self.cluster.store, self.cluster.progress
        known = _rows(question.arrays())
        parts: dict[int, Rows] = {}

        def here(task: PlacingTask, left: list[int]) -> Iterator[tuple[int, Rows]]:
            part = slice(task.start, task.start + task.n)
            made = question.answer(data.of(part), None if labels is None else labels[part])
            return iter([(0, _rows(made))])

        _write(store, content_name(known), known)
        try:
            with progress.stage("Placing", total=data.n_tracks, unit="tracks") as bar:
                tasks = self._tasks(question.bare(), content_name(known), data, labels)
                for task, _, rows in self.cluster.make(tasks, here):
                    parts[task.start] = _sound(rows)
                    store.remove(task.inputs)
                    bar.advance(task.n)
        finally:
            store.remove(content_name(known))
        whole = [parts[start] for start in sorted(parts)]
        return {name: np.concatenate([x[name].array for x in whole]) for name in whole[0]}

    def _tasks(
        self, question: Question, known: str, data: Batch, labels: IntArray | None
    ) -> Iterator[PlacingTask]:
        store, computed_with = self.cluster.store, arithmetic()
        for part in blocks(data.n_tracks, PIECE):
            given = arrays_of(data.of(part), None if labels is None else labels[part])
            inputs = _rows(given, start=part.start)
            task = PlacingTask(
                store=store,
                start=part.start,
                versions=versions(),
                n=part.stop - part.start,
                question=question,
                known=known,
                inputs=content_name(inputs),
                arithmetic=computed_with,
            )
            if not store.has(task.name):
                _write(store, task.inputs, inputs)
            yield task


def _travels(network: Model, data: Batch) -> bool:
    """Whether workers would come to the same numbers, and have anything to do."""
    return next(network.parameters()).device.type == "cpu" and data.n_tracks > 0


def _write(store: ShardStore, name: str, rows: Rows) -> None:
    try:
        store.write(name, [(0, rows)])
    except OSError as error:
        raise StorageError(
            f"What the workers need cannot be written to {store.url}: {error}. --shards must name "
            "storage that this machine and all workers can write."
        ) from error


def _read(store: ShardStore, name: str) -> dict[str, npt.NDArray[Any]]:
    return {key: row.array for key, row in _sound(dict(store.read(name))[0]).items()}


def _sound(rows: Rows | Exception) -> Rows:
    if isinstance(rows, Exception):  # files fail, blocks do not
        raise rows
    return rows


def _rows(arrays: Mapping[str, Any], **said: int) -> Rows:
    """Arrays as a shard has them; what is said with each keeps blocks of the same values apart."""
    return {name: CacheRow(array=array, meta=said) for name, array in arrays.items()}
