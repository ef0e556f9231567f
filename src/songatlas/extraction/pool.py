"""A pool of decoding processes that no file can bring down.

A file whose process crashed, hung, was killed or ran out of memory is tried once more when all
others are done: alone, in a process that has seen nothing else. So what befell it by chance costs
nothing, and what it does by itself is reported of that file only.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from songatlas.errors import AudioError, SongatlasError
from songatlas.extraction.child import Child, Lost
from songatlas.extraction.job import Job, Request, Rows
from songatlas.machine import FileLimits, file_limits
from songatlas.types import Part, Track

_T = TypeVar("_T")
_Result = Rows | AudioError | Lost


def extract_all(
    sources: Sequence[Path],
    request: Request,
    *,
    parts: Sequence[Part | None] = (),
    n_workers: int,
    limits: FileLimits | None = None,
) -> Iterator[tuple[int, Rows | AudioError]]:
    """Extract every file, yielding (position in `sources`, rows or error) as they finish.

    Parameters
    ----------
    parts
        What of every file is wanted; nothing is all of all.
    limits
        Of every file; None takes those of the environment.

    Raises
    ------
    SongatlasError
        When no decoding process can be started.
    """
    limits = limits or file_limits()
    suspects = []
    wanted = [*zip(sources, parts or [None] * len(sources), strict=True)]
    for i, result in _side_by_side(wanted, request, limits, n_workers):
        if isinstance(result, Lost):
            suspects.append(i)
        else:
            yield i, result
    for i in sorted(suspects):
        with Child(request, limits) as child:
            result = child.extract(*wanted[i])
        yield i, result.error if isinstance(result, Lost) else result


def _side_by_side(
    wanted: Sequence[tuple[Path, Part | None]], request: Request, limits: FileLimits, n_workers: int
) -> Iterator[tuple[int, _Result]]:
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    # The longest first: one process would be busy with a two-hour mix when the others are done.
    for i in sorted(range(len(wanted)), key=lambda i: -limits.seconds_for(wanted[i][0])):
        todo.put(i)
    # Bounded, so that finished rows never pile up in memory.
    done: queue.Queue[tuple[int, _Result] | SongatlasError] = queue.Queue(maxsize=4 * n_workers)
    stop = threading.Event()
    children: list[Child] = []

    def serve() -> None:
        try:
            with Child(request, limits) as child:
                children.append(child)
                while not stop.is_set():
                    i = todo.get_nowait()
                    done.put((i, child.extract(*wanted[i])))
        except queue.Empty:
            return
        except SongatlasError as error:
            done.put(error)

    threads = [
        threading.Thread(target=serve, daemon=True)
        for _ in range(max(1, min(n_workers, len(wanted))))
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in wanted:
            item = _next(done, threads)
            if isinstance(item, SongatlasError):
                raise item
            yield item
    finally:
        stop.set()
        for child in children:  # what is not done yet is of no use to anybody
            child.stop()
        while any(thread.is_alive() for thread in threads):
            with contextlib.suppress(queue.Empty):
                done.get(timeout=0.05)


def _next(done: queue.Queue[_T], threads: Sequence[threading.Thread]) -> _T:
    """The next item; an error instead of waiting for ever when nobody is left to bring one."""
    while True:
        with contextlib.suppress(queue.Empty):
            return done.get(timeout=1.0)
        if not any(thread.is_alive() for thread in threads) and done.empty():
            raise RuntimeError("the threads of the decoding processes ended before their work")


class LocalPool:
    """Decoding processes on this machine.

    Parameters
    ----------
    n_workers
        Of them, at least 1.
    limits
        Of every file; None takes those of the environment, on each machine its own.
    """

    def __init__(self, n_workers: int, limits: FileLimits | None = None) -> None:
        self._n_workers = n_workers
        self.limits = limits

    def extract(self, tracks: Sequence[Track], job: Job) -> Iterator[tuple[int, Rows | AudioError]]:
        """Yield (position in `tracks`, rows or error), each position once, as they finish."""
        return extract_all(
            [track.source for track in tracks],
            job.request,
            parts=[track.part for track in tracks],
            n_workers=self._n_workers,
            limits=self.limits,
        )
