"""Where features are extracted: in decoding processes here, or on a cluster of machines."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from songatlas.errors import AudioError, ConfigError
from songatlas.extraction.pool import Request, Rows, extract_all
from songatlas.machine import FileLimits
from songatlas.progress import Progress
from songatlas.types import Track


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is extracted of every track.

    Parameters
    ----------
    key
        Names everything that determines the numbers, but for the file itself.
    fingerprint
        Of the network that ``request.settings["model"]`` leads to; empty without one.
    """

    request: Request
    key: str
    fingerprint: str = ""


class Executor(Protocol):
    """Makes rows of tracks."""

    def extract(self, tracks: Sequence[Track], job: Job) -> Iterator[tuple[int, Rows | AudioError]]:
        """Yield (position in `tracks`, rows or error), each position once, as they finish."""


class LocalPool:
    """Decoding processes on this machine.

    Parameters
    ----------
    n_workers
        Of them, at least 1; None is one a core.
    limits
        Of every file; None takes those of the environment.
    """

    def __init__(self, n_workers: int | None, limits: FileLimits | None = None) -> None:
        self._n_workers = n_workers or os.cpu_count() or 1
        self.limits = limits

    def extract(self, tracks: Sequence[Track], job: Job) -> Iterator[tuple[int, Rows | AudioError]]:
        """Yield (position in `tracks`, rows or error), each position once, as they finish."""
        sources = [track.source for track in tracks]
        return extract_all(sources, job.request, n_workers=self._n_workers, limits=self.limits)


@contextlib.contextmanager
def open_executor(
    workers: int | None,
    dask: str | None,
    shards: str | None,
    *,
    limits: FileLimits | None,
    cache: Path,
    progress: Progress,
) -> Iterator[Executor]:
    """Where this run extracts, for the length of a ``with`` block.

    Parameters
    ----------
    workers
        Decoding processes here; None is one a core.
    dask
        Address of a scheduler, or ``"local:N"``; None extracts here.
    shards
        fsspec URL of shared storage; None is a folder in `cache`.
    limits
        Of every file; None takes those of the environment, on each machine its own.

    Raises
    ------
    ConfigError
        For `shards` without `dask`, or an address or URL that is none.
    ClusterError
        When the cluster cannot be reached or used.
    """
    pool = LocalPool(workers, limits)
    if dask is None:
        if shards is not None:
            raise ConfigError("--shards is where a cluster leaves its results: it needs --dask.")
        yield pool
        return
    from songatlas.extraction.cluster.client import open_cluster

    with open_cluster(dask, shards, cache=cache, pool=pool, progress=progress) as cluster:
        yield cluster
