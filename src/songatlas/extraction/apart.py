"""A stranger's network, run once in a process that it may bring down."""

from __future__ import annotations

from pathlib import Path

from songatlas.errors import AudioError, ModelError
from songatlas.extraction.job import Request, Rows
from songatlas.extraction.pool import extract_all
from songatlas.machine import FileLimits


def run_apart(path: Path, request: Request, limits: FileLimits | None, *, task: str) -> Rows:
    """What comes of a request about the network that `path` describes.

    Parameters
    ----------
    limits
        Of the process; None takes those of the environment.
    task
        What takes too long when it does, such as ``"one patch"``.

    Raises
    ------
    ModelError
        When the network cannot be used, needs too much, or takes its process with it.
    """
    ((_, rows),) = extract_all([path], request, n_workers=1, limits=limits)
    if not isinstance(rows, AudioError):
        return rows
    if rows.code == "E-MODEL":
        raise ModelError(rows.reason)
    remedy = {
        "E-MEMORY": "needs more memory than allowed: --memory MB allows more",
        "E-TIMEOUT": f"takes too long for {task}: --timeout SECONDS allows more",
    }.get(rows.code, f"cannot be run: {rows.reason}. Export it again")
    raise ModelError(f"The network of {path} {remedy}.")
