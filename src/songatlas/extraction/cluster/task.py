"""What a worker does: make one shard, unless it is there."""

from __future__ import annotations

import abc
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from songatlas.errors import AudioError, ClusterError, StorageError
from songatlas.extraction.cluster.shard import ShardStore
from songatlas.extraction.job import Rows
from songatlas.features.audio import version as frames
from songatlas.features.embedding import extract as embedding
from songatlas.version import __version__


@dataclass(frozen=True, kw_only=True)
class ShardTask(abc.ABC):
    """One shard to make, of some tracks that follow each other.

    Parameters
    ----------
    start
        Which of all tracks is its first.
    versions
        Of the songatlas that asks.
    """

    store: ShardStore
    start: int
    versions: str

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Name of the shard, after all that determines its records."""

    @property
    @abc.abstractmethod
    def n_tracks(self) -> int:
        """Tracks that it is about."""

    @property
    def n_records(self) -> int:
        """Records of the shard: one a track, where a task says nothing else."""
        return self.n_tracks

    @abc.abstractmethod
    def records(self, host: str) -> Iterator[tuple[int, Rows | AudioError]]:
        """Position and content of every record, made on this worker, `host`."""


def versions() -> str:
    """What must be the same on every machine for the numbers to be."""
    return (
        f"songatlas {__version__}, extractors {frames.EXTRACTOR_VERSION}"
        f".{embedding.EXTRACTOR_VERSION}"
    )


def make_shard(task: ShardTask) -> str:
    """Write the shard; returns the name of the worker's host. Doing it again changes nothing.

    Raises
    ------
    ClusterError
        When this worker has another songatlas than the one that asks.
    StorageError
        When the shared storage cannot be written.
    """
    host = socket.gethostname()
    require_same(host, versions(), task.versions)
    if task.store.is_complete(task.name, task.n_records):
        return host
    records = task.records(host)
    try:
        task.store.write(task.name, records)
    except OSError as error:
        raise StorageError(
            f"Worker {host} cannot write a shard to {task.store.url}: {error}. --shards must name "
            "storage that every worker can write."
        ) from error
    return host


def require_same(host: str, found: str, wanted: str) -> None:
    """Refuse a worker with another songatlas."""
    if found != wanted:
        raise ClusterError(
            f"All machines must have {wanted}. Worker {host} has {found}: install the same there, "
            "and start the worker again."
        )
