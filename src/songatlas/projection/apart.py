"""Two-dimensional pictures of the latent space, made beside the training of the baselines."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import IO

import numpy as np

from songatlas.config import Config
from songatlas.progress import Progress
from songatlas.projection import PROJECTIONS
from songatlas.projection.worker import maps_of
from songatlas.seeds import stage_seed
from songatlas.types import FloatArray

Maps = dict[str, FloatArray]  # by the names of PROJECTIONS
Projecting = Callable[[Progress], dict[str, Maps]]  # waits for the maps of every view


def _make(views: Mapping[str, FloatArray], config: Config, progress: Progress) -> dict[str, Maps]:
    maps, n_maps = {}, len(PROJECTIONS) * len(views)
    with progress.stage("Projecting", total=n_maps, unit="maps") as bar:
        for name, X in views.items():
            maps[name] = maps_of(X, config.projection, _seed(config))
            bar.advance(len(PROJECTIONS))
    return maps


def _wait(
    views: Collection[str], process: subprocess.Popen[bytes], said: IO[bytes], progress: Progress
) -> dict[str, Maps]:
    """The maps that another process is making, or its last line as an error."""
    assert process.stdout is not None
    n_maps = len(PROJECTIONS) * len(views)
    with progress.stage("Projecting", total=n_maps, unit="maps") as bar:
        data = process.stdout.read()
        if process.wait() != 0:
            said.seek(0)
            lines = said.read().decode("utf-8", "replace").strip().splitlines()
            raise RuntimeError(
                f"The maps could not be made (exit {process.returncode}): "
                f"{lines[-1] if lines else 'no message'}"
            )
        bar.advance(n_maps)
    with np.load(io.BytesIO(data), allow_pickle=False) as maps:
        return {name: {kind: maps[f"{name}/{kind}"] for kind in PROJECTIONS} for name in views}


@contextlib.contextmanager
def start_projecting(
    views: Mapping[str, FloatArray], config: Config, *, apart: bool
) -> Iterator[Projecting]:
    """Begin every projection of every view.

    Parameters
    ----------
    views
        Points by the name of the view, each of shape (n_tracks, n_features).
    apart
        At once, in a process of their own; otherwise here, when the result is asked for. Both give
        the same maps, which need nothing but the latent space and keep one core busy for longer
        than everything else after training takes.

    Raises
    ------
    RuntimeError
        When the result is asked for and the process failed, with the last line that it wrote.
    """
    if not apart:
        yield partial(_make, views, config)
        return
    points = {name: np.ascontiguousarray(X, dtype="<f8") for name, X in views.items()}
    request = {
        "shapes": {name: X.shape for name, X in points.items()},
        "settings": dataclasses.asdict(config.projection),
        "seed": _seed(config),
    }
    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(
            [sys.executable, "-m", "songatlas.projection.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=messages,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            process_group=0,  # Ctrl-C is for the parent, which ends its children in order
        )
        payload = json.dumps(request).encode() + b"\n"
        payload += b"".join(X.tobytes() for X in points.values())
        sender = threading.Thread(target=_send, args=(process, payload), daemon=True)
        sender.start()
        try:
            yield partial(_wait, tuple(views), process, messages)
        finally:
            process.kill()
            sender.join()
            process.communicate()


def _send(process: subprocess.Popen[bytes], payload: bytes) -> None:
    """Hand over the points and leave the pipe open: its end would be the child's end."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(payload)
        process.stdin.flush()


def _seed(config: Config) -> int:
    return stage_seed(config.seed, "projection")
