"""A scheduler of dask and two workers, each a process of its own, so that one can be killed."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

Process = subprocess.Popen[bytes]


@contextlib.contextmanager
def two_workers(folder: Path) -> Iterator[tuple[str, list[Process]]]:
    """Address of the scheduler, and the workers; all end with the ``with`` block.

    Parameters
    ----------
    folder
        For their logs and what else they write.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    options = ["--host", "127.0.0.1", "--no-dashboard"]
    processes = [_dask("scheduler", *options, "--port", port, cwd=folder)]
    worker = ["worker", address, *options, "--no-nanny", "--nthreads", 1]
    processes += [
        _dask(*worker, "--local-directory", folder / f"scratch{i}", cwd=folder) for i in (0, 1)
    ]
    try:
        yield address, processes[1:]
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def _dask(*arguments: object, cwd: Path) -> Process:
    command = [sys.executable, "-m", "dask", *map(str, arguments)]
    with (cwd / f"{arguments[0]}.log").open("ab") as log:
        return subprocess.Popen(command, cwd=cwd, stdout=log, stderr=log)
