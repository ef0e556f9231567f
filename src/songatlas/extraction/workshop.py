"""A machine at work: its cache is open, and what decodes for it is known."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from songatlas.config import Config
from songatlas.errors import ConfigError
from songatlas.extraction.job import Executor
from songatlas.extraction.pool import LocalPool
from songatlas.library.read import read_library
from songatlas.library.scan import content_hash
from songatlas.machine import FileLimits, Machine
from songatlas.progress import Progress
from songatlas.store.cache import FeatureCache
from songatlas.text import printable
from songatlas.types import Library

if TYPE_CHECKING:
    from songatlas.models.placer import Placer


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What every step of a job works with.

    Parameters
    ----------
    cache
        Open.
    executor
        Decoding processes here, or the workers of dask.
    progress
        Where stages are shown.
    limits
        Of every file; None takes those of the environment.
    """

    cache: FeatureCache
    executor: Executor
    progress: Progress
    limits: FileLimits | None = None

    def placer(self) -> Placer:
        """Who places tracks: the workers of dask, if there are any."""
        from songatlas.extraction.cluster.client import Cluster

        if isinstance(self.executor, Cluster):
            from songatlas.extraction.cluster.placing import Workers

            return Workers(cluster=self.executor)
        from songatlas.models.placer import HERE  # loads torch

        return HERE

    def read_music(
        self, roots: Sequence[Path], config: Config, *, metadata: Path | None = None
    ) -> Library:
        """Tracks of folders and files, and what tags and the table `metadata` say of them."""
        library = read_library(
            roots,
            metadata=metadata,
            columns=config.metadata.given,
            exclude=config.library.exclude,
            hash_of=self.cache.remembered(content_hash),
            progress=self.progress,
        )
        if library.unjoined:  # before the long work, so that a mistake in it shows at once
            self.progress.say(printable(library.unjoined))
        return library


@contextlib.contextmanager
def open_workshop(machine: Machine) -> Iterator[Workshop]:
    """What `machine` has, for the length of a ``with`` block.

    Raises
    ------
    ConfigError
        For `shards` without `dask`, or an address or URL that is none.
    ClusterError
        When the workers of dask cannot be reached or used.
    StorageError
        When the cache cannot be opened.
    """
    pool, progress = LocalPool(machine.n_workers, machine.limits), machine.progress
    with contextlib.closing(FeatureCache(machine.cache_folder)) as cache:
        if machine.dask is None:
            if machine.shards is not None:
                raise ConfigError("--shards is where workers leave their results: it needs --dask.")
            yield Workshop(cache=cache, executor=pool, progress=progress, limits=machine.limits)
            return
        from songatlas.extraction.cluster.client import open_cluster

        with open_cluster(
            machine.dask, machine.shards, cache=cache.folder, pool=pool, progress=progress
        ) as cluster:
            yield Workshop(cache=cache, executor=cluster, progress=progress, limits=machine.limits)
