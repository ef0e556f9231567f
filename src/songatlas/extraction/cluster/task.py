"""What a worker does: make one shard, unless it is there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from songatlas.errors import AudioError, ClusterError, ModelError, StorageError
from songatlas.extraction.cluster.shard import ShardStore, shard_name
from songatlas.extraction.job import Job, Rows
from songatlas.extraction.pool import extract_all
from songatlas.features.audio import frames
from songatlas.features.embedding import extract as embedding
from songatlas.features.embedding.description import read_description
from songatlas.machine import FileLimits
from songatlas.types import Part
from songatlas.version import __version__


@dataclass(frozen=True, kw_only=True)
class ShardTask:
    """One shard to make.

    Parameters
    ----------
    sources, contents
        Absolute path and content hash of every track.
    parts
        What of its file every track is; nothing is all of all.
    limits
        Of every file; None takes those of the worker's environment.
    versions
        Of the songatlas that asks.
    """

    store: ShardStore
    job: Job
    sources: tuple[Path, ...]
    contents: tuple[str, ...]
    limits: FileLimits | None
    versions: str
    parts: tuple[Part | None, ...] = ()

    @property
    def name(self) -> str:
        """Name of the shard."""
        return shard_name(self.contents, self.job.key)


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
    ModelError
        When the pretrained network is not here under the same path.
    StorageError
        When the shared storage cannot be written.
    """
    host = socket.gethostname()
    require_same(host, versions(), task.versions)
    if task.store.is_complete(task.name, len(task.sources)):
        return host
    _require_network(host, task.job)
    try:
        task.store.write(task.name, _records(host, task))
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


def _require_network(host: str, job: Job) -> None:
    if not job.fingerprint:
        return
    path = Path(str(job.request.settings["model"]))
    try:
        found = read_description(path).fingerprint
    except ModelError as error:
        raise ModelError(
            f"Worker {host} cannot use the pretrained network: {error} Install it there under the "
            "same path, or share the cache folder."
        ) from error
    if found != job.fingerprint:
        raise ModelError(
            f"Worker {host} has another pretrained network in {path}. Install the same there, or "
            "share the cache folder."
        )


def _records(host: str, task: ShardTask) -> Iterator[tuple[int, Rows | AudioError]]:
    there = []
    for position, source in enumerate(task.sources):
        if source.exists():
            there.append(position)
        else:
            yield position, AudioError("E-NOTREGULAR", f"it was not found on worker {host}")
    # One decoding process: dask runs as many tasks at once as the worker has threads.
    sources = [task.sources[position] for position in there]
    parts = [task.parts[position] for position in there] if task.parts else ()
    found = extract_all(sources, task.job.request, parts=parts, n_workers=1, limits=task.limits)
    for i, rows in found if sources else ():
        yield there[i], rows
