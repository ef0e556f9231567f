"""Two-dimensional pictures of the latent space, made beside the training of the baselines.

A map needs nothing but its points and a seed: wherever it is made, its bytes are the same. The maps
of a thousand tracks keep one core busy for longer than everything else after training takes.
"""

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
from collections import deque
from collections.abc import Iterator, Mapping
from typing import IO

import numpy as np

from songatlas.config import Config
from songatlas.progress import Progress
from songatlas.projection import PROJECTIONS
from songatlas.seeds import stage_seed
from songatlas.types import FloatArray

MIN_HELPED = 2_000  # tracks; the maps of fewer are made before UMAP's libraries are loaded here
Maps = dict[str, FloatArray]  # by the names of PROJECTIONS


class Projecting:
    """Maps that are being made.

    Parameters
    ----------
    views, settings
        As for :func:`start_projecting`.
    apart
        Whether a process makes them, beginning at once.

    Attributes
    ----------
    process
        The one that makes them, if any.
    """

    def __init__(self, views: Mapping[str, FloatArray], config: Config, *, apart: bool) -> None:
        self._settings, self._seed = config.projection, stage_seed(config.seed, "projection")
        self._views = {
            name: np.ascontiguousarray(X, dtype="<f8") if apart else X for name, X in views.items()
        }
        jobs = [(view, kind) for kind in PROJECTIONS for view in views]
        # t-SNE takes longest: both begin with one, the process with that of the first view
        jobs.append(jobs.pop(len(views) - 1))
        self._left, self._n_maps = deque(jobs), len(jobs)
        self._helps = not apart or any(len(X) > MIN_HELPED for X in views.values())
        self._done: dict[tuple[str, str], FloatArray] = {}
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = _start(self._said) if apart else None
        self._thread = threading.Thread(target=self._serve, daemon=True)
        if self.process is not None:
            self._thread.start()

    def maps(self, progress: Progress) -> dict[str, Maps]:
        """Make here what nobody has begun, if it is worth it, and wait for the rest.

        Raises
        ------
        RuntimeError
            When the process failed, with the last line that it wrote.
        """
        with progress.stage("Projecting", total=self._n_maps, unit="maps") as bar:
            while self._helps and (job := self._next(last=True)) is not None:
                view, kind = job
                X = self._views[view]
                self._done[job] = PROJECTIONS[kind].project(X, self._settings, self._seed)
                bar.advance()
            if self.process is not None:
                self._thread.join()
        if len(self._done) < self._n_maps:
            raise RuntimeError(self._reason())
        return {
            view: {kind: self._done[view, kind] for kind in PROJECTIONS} for view in self._views
        }

    def stop(self) -> None:
        """End the process."""
        self._left.clear()
        if self.process is not None:
            self.process.kill()
            self._thread.join()
            self.process.communicate()
        self._said.close()

    def _next(self, *, last: bool = False) -> tuple[str, str] | None:
        """A map that nobody has begun: the process takes the first, this one the last."""
        try:
            return self._left.pop() if last else self._left.popleft()
        except IndexError:
            return None

    def _serve(self) -> None:
        """Have the process make one map after the other; what it cannot make stays undone."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        head = {
            "shapes": {name: X.shape for name, X in self._views.items()},
            "settings": dataclasses.asdict(self._settings),
            "seed": self._seed,
        }
        try:
            _send(self.process.stdin, head)
            for X in self._views.values():
                self.process.stdin.write(X.data if X.size else b"")
            while (job := self._next()) is not None:
                _send(self.process.stdin, job)
                size = int(self.process.stdout.readline())
                found = io.BytesIO(self.process.stdout.read(size))
                self._done[job] = np.load(found, allow_pickle=False)
        except (OSError, ValueError):  # it has ended
            self._left.clear()

    def _reason(self) -> str:
        assert self.process is not None
        code = self.process.wait()
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        said = lines[-1] if lines else "no message"
        return f"The maps could not be made (exit {code}): {said}"


@contextlib.contextmanager
def start_projecting(
    views: Mapping[str, FloatArray], config: Config, *, apart: bool
) -> Iterator[Projecting]:
    """Begin every projection of every view, for the length of a ``with`` block.

    Parameters
    ----------
    views
        Points by the name of the view, each of shape (n_tracks, n_features).
    apart
        In a process of their own, at once, and here as well when the result is asked for;
        otherwise here alone.
    """
    projecting = Projecting(views, config, apart=apart)
    try:
        yield projecting
    finally:
        projecting.stop()


def _start(messages: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "songatlas.projection.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=messages,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        process_group=0,  # Ctrl-C is for the parent, which ends its children in order
    )


def _send(stream: IO[bytes], line: object) -> None:
    stream.write(json.dumps(line).encode() + b"\n")
    stream.flush()
