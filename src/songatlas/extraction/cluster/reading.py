"""A shard of features: what a worker reads from the files of some tracks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from songatlas.errors import AudioError, ModelError
from songatlas.extraction.cluster.shard import shard_name
from songatlas.extraction.cluster.task import ShardTask
from songatlas.extraction.job import Job, Rows
from songatlas.extraction.pool import extract_all
from songatlas.features.embedding.description import read_description
from songatlas.machine import FileLimits
from songatlas.types import Part


@dataclass(frozen=True, kw_only=True)
class ReadingTask(ShardTask):
    """Features of some tracks.

    Parameters
    ----------
    sources, contents
        Absolute path and content hash of every track.
    parts
        What of its file every track is; nothing is all of all.
    limits
        Of every file; None takes those of the worker's environment.
    """

    job: Job
    sources: tuple[Path, ...]
    contents: tuple[str, ...]
    limits: FileLimits | None
    parts: tuple[Part | None, ...] = ()

    @property
    def name(self) -> str:
        """Named after the files' contents and the extractor."""
        return shard_name(self.contents, self.job.key)

    @property
    def n_tracks(self) -> int:
        """One a file."""
        return len(self.sources)

    def records(self, host: str) -> Iterator[tuple[int, Rows | AudioError]]:
        """One a track; a file that is not there is a failure of that track.

        Raises
        ------
        ModelError
            When the pretrained network is not here under the same path.
        """
        _require_network(host, self.job)
        return self._read(host)

    def _read(self, host: str) -> Iterator[tuple[int, Rows | AudioError]]:
        there = []
        for position, source in enumerate(self.sources):
            if source.exists():
                there.append(position)
            else:
                yield position, AudioError("E-NOTREGULAR", f"it was not found on worker {host}")
        # One decoding process: dask runs as many tasks at once as the worker has threads.
        sources = [self.sources[position] for position in there]
        parts = [self.parts[position] for position in there] if self.parts else ()
        found = extract_all(sources, self.job.request, parts=parts, n_workers=1, limits=self.limits)
        for i, rows in found if sources else ():
            yield there[i], rows


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
