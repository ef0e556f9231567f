"""The side that asks: shards go to the workers in windows and are read as they finish."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from songatlas.distances import blocks
from songatlas.errors import AudioError, ClusterError, ConfigError, SongatlasError, StorageError
from songatlas.extraction.cluster.reading import ReadingTask
from songatlas.extraction.cluster.shard import DamagedShardError, ShardStore
from songatlas.extraction.cluster.task import ShardTask, make_shard, require_same, versions
from songatlas.extraction.job import Job, Rows
from songatlas.extraction.pool import LocalPool
from songatlas.progress import Progress
from songatlas.types import Track

CONNECT_SECONDS = 8.0
SHARD_TRACKS = 128
_SHARDS_A_THREAD = 2  # one running, one waiting: the window of tasks that are submitted


Record = tuple[int, Rows | AudioError]
Task = TypeVar("Task", bound=ShardTask)


@contextlib.contextmanager
def open_cluster(
    address: str, shards: str | None, *, cache: Path, pool: LocalPool, progress: Progress
) -> Iterator[Cluster]:
    """Connect to a scheduler, or start workers here for ``"local:N"``, and check the workers.

    Raises
    ------
    ClusterError
        Without dask, without a scheduler or worker there, or with workers of another songatlas.
    ConfigError
        For an address, or a URL of `shards`, that is none.
    """
    n_local = _local_workers(address)
    size = shard_tracks()
    try:
        import distributed
        import fsspec  # noqa: F401
    except ModuleNotFoundError as error:
        raise ClusterError(
            "--dask needs dask.distributed, which is not installed: "
            "python -m pip install 'songatlas[dask]'"
        ) from error
    url = str((cache / "shards").absolute()) if shards is None else shards
    store = ShardStore(url if "://" in url else str(Path(url).expanduser().absolute()))
    store.locate()
    with contextlib.ExitStack() as stack:
        if n_local:
            import logging

            local = distributed.LocalCluster(
                n_workers=n_local,
                threads_per_worker=1,
                dashboard_address=None,
                silence_logs=logging.CRITICAL,
            )
            address = stack.enter_context(local).scheduler_address
        client = stack.enter_context(_connect(distributed, address))
        _check_workers(client, address)
        yield Cluster(
            client=client,
            address=address,
            store=store,
            size=size,
            keep=shards is not None,
            pool=pool,
            progress=progress,
        )


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The workers of a dask scheduler, which make shards.

    Parameters
    ----------
    size
        Tracks a shard of features.
    keep
        Whether shards stay on the storage after they were read.
    pool
        Where tracks go that the workers could not do.
    """

    client: Any
    address: str
    store: ShardStore
    size: int
    keep: bool
    pool: LocalPool
    progress: Progress

    def extract(self, tracks: Sequence[Track], job: Job) -> Iterator[tuple[int, Rows | AudioError]]:
        """Yield (position in `tracks`, rows or error), each position once, as they finish."""

        def here(task: ReadingTask, left: list[int]) -> Iterator[Record]:
            found = self.pool.extract([tracks[task.start + position] for position in left], job)
            return ((left[i], rows) for i, rows in found)

        tasks = (
            ReadingTask(
                store=self.store,
                start=part.start,
                versions=versions(),
                job=job,
                sources=tuple(track.source.absolute() for track in tracks[part]),
                parts=tuple(track.part for track in tracks[part]),
                contents=tuple(track.content_hash for track in tracks[part]),
                limits=self.pool.limits,
            )
            for part in blocks(len(tracks), self.size)
        )
        for task, position, rows in self.make(tasks, here):
            yield task.start + position, rows

    def make(
        self, tasks: Iterator[Task], here: Callable[[Task, list[int]], Iterator[Record]]
    ) -> Iterator[tuple[Task, int, Rows | AudioError]]:
        """Yield the records of every shard, each once, as they finish.

        Parameters
        ----------
        tasks
            Drawn as workers become free.
        here
            Makes those records of a task on this machine that the workers could not.
        """
        from distributed import as_completed

        finished = as_completed([], loop=self.client.loop)
        running: dict[str, tuple[Task, Any]] = {}
        try:
            while True:
                free = self._window() - len(running)
                for task in itertools.islice(tasks, max(0, free)):
                    key = f"songatlas-{self.store.url}/{task.name}"
                    future = self.client.submit(make_shard, task, key=key)
                    running[key] = task, future
                    finished.add(future)
                if not running:
                    return
                future = next(finished)
                task, _ = running.pop(future.key)
                left = set(range(task.n_records))
                for position, rows in self._deliver(task, future):
                    left.remove(position)
                    yield task, position, rows
                for position, rows in here(task, sorted(left)) if left else ():
                    yield task, position, rows
        finally:
            self.client.cancel([future for _, future in running.values()])

    def _window(self) -> int:
        try:
            n_threads = sum(self.client.nthreads().values())
        except OSError as error:
            raise self._lost() from error
        return max(1, _SHARDS_A_THREAD * int(n_threads))

    def _deliver(self, task: ShardTask, future: Any) -> Iterator[Record]:
        """Yield what the shard holds, and say what it lacks."""
        n_left = task.n_records
        trouble = self._trouble(future)
        if not trouble:
            try:
                for record in self.store.read(task.name):
                    n_left -= 1
                    yield record
            except DamagedShardError:
                trouble = f"shard {task.name} is damaged"
            except OSError as error:
                raise StorageError(
                    f"Worker {future.result()} wrote {task.name} to {self.store.url}, but it "
                    f"cannot be read here: {error}. --shards must name storage that this machine "
                    "and all workers share."
                ) from error
            if not self.keep:
                self.store.remove(task.name)
        if n_left:
            why = trouble or "its shard lacks them"
            n_tracks = task.n_tracks * n_left // task.n_records
            self.progress.say(f"{n_tracks} tracks are done here instead of by the workers: {why}.")

    def _trouble(self, future: Any) -> str:
        """Why there is no shard; empty where there is one."""
        if future.status == "finished":
            return ""
        if future.status != "error":
            raise self._lost()
        error = future.exception()
        if isinstance(error, SongatlasError):
            raise error
        return f"workers failed on them ({type(error).__name__}: {str(error)[:200]})"

    def _lost(self) -> ClusterError:
        return ClusterError(
            f"The scheduler {self.address} was lost. Start it again and run the same command: "
            "it goes on from here."
        )


def shard_tracks() -> int:
    """Tracks a shard: the environment's ``SONGATLAS_SHARD_TRACKS``, else 128."""
    given = os.environ.get("SONGATLAS_SHARD_TRACKS", str(SHARD_TRACKS))
    if not re.fullmatch(r"[1-9]\d{0,5}", given):
        raise ConfigError(f"SONGATLAS_SHARD_TRACKS must be a number of tracks. Got {given!r}.")
    return int(given)


def _local_workers(address: str) -> int:
    """N of ``"local:N"``, 0 for the address of a scheduler."""
    if local := re.fullmatch(r"local:([1-9]\d{0,3})", address):
        return int(local[1])
    if not re.fullmatch(r"\w+://.+:\d+", address):
        raise ConfigError(f"--dask must be tcp://HOST:PORT or local:N. Got {address!r}.")
    return 0


def _connect(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"No dask scheduler answers at {address} within {CONNECT_SECONDS:.0f} s. Start one "
            "with 'dask scheduler', or check host, port and firewall."
        ) from error


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise ClusterError(
            f"The dask scheduler at {address} has no worker. Start one on each machine: "
            f"dask worker {address}"
        ) from error
    for worker, found in client.run(versions, on_error="return").items():
        require_same(worker, found if isinstance(found, str) else f"none ({found})", versions())
