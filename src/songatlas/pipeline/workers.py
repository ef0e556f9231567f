"""A pool of decoding processes that no file can bring down.

Each worker is a child process with its own input and output; it is started again after a file
that crashed or hung it, and that file is reported.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from songatlas.errors import AudioError
from songatlas.store.cache import CacheRow

_TIMEOUT_SECONDS = 120.0
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


Rows = Mapping[str, CacheRow]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is extracted of every file.

    Parameters
    ----------
    extractor
        Row of :data:`songatlas.features.worker.EXTRACTORS`.
    settings
        Its keyword arguments, ready for JSON.
    """

    extractor: str
    settings: Mapping[str, Any]


def extract_all(
    sources: Sequence[Path], request: Request, *, n_workers: int
) -> Iterator[tuple[int, Rows | AudioError]]:
    """Extract every file, yielding (position in `sources`, rows or error) as they finish."""
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    for i in range(len(sources)):
        todo.put(i)
    # Bounded, so that finished rows never pile up in memory.
    done: queue.Queue[tuple[int, Rows | AudioError]] = queue.Queue(maxsize=4 * n_workers)
    stop = threading.Event()

    def serve() -> None:
        with _Worker(request) as worker:
            while not stop.is_set():
                try:
                    i = todo.get_nowait()
                except queue.Empty:
                    return
                done.put((i, worker.extract(sources[i])))

    threads = [
        threading.Thread(target=serve, daemon=True)
        for _ in range(max(1, min(n_workers, len(sources))))
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in sources:
            yield done.get()
    finally:
        stop.set()
        while any(thread.is_alive() for thread in threads):
            with contextlib.suppress(queue.Empty):
                done.get(timeout=0.05)


class _Worker:
    """One child process, started when first needed and again after it died."""

    def __init__(self, request: Request) -> None:
        self._request = {"extractor": request.extractor, "settings": dict(request.settings)}
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: IO[bytes] | None = None

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def extract(self, source: Path) -> Rows | AudioError:
        """Rows of one file, or why there are none."""
        process = self._process or self._start()
        timer = threading.Timer(_TIMEOUT_SECONDS, process.kill)
        timer.start()
        try:
            return self._exchange(process, source)
        except (BrokenPipeError, EOFError):
            timed_out = not timer.is_alive()
            said = self._last_message()
            self._end()
            if timed_out:
                return AudioError(
                    "E-TIMEOUT", f"decoding it took longer than {_TIMEOUT_SECONDS:.0f} s"
                )
            return AudioError("E-DECODE", f"the decoder crashed on it{said}")
        finally:
            timer.cancel()

    def _exchange(self, process: subprocess.Popen[bytes], source: Path) -> Rows | AudioError:
        assert process.stdin is not None
        assert process.stdout is not None
        request = {"source": str(source), **self._request}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        header = json.loads(line)
        if "code" in header:
            return AudioError(
                header["code"],
                header["reason"],
                declared_seconds=header.get("declared"),
                decoded_seconds=header.get("decoded"),
            )
        rows = {}
        for name, shape, meta in header["arrays"]:
            n_bytes = 4 * int(np.prod(shape))
            payload = process.stdout.read(n_bytes)
            if len(payload) != n_bytes:
                raise EOFError
            rows[name] = CacheRow(array=np.frombuffer(payload, "<f4").reshape(shape), meta=meta)
        return rows

    def _start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | dict.fromkeys(_ONE_THREAD, "1")
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        self._process = subprocess.Popen(
            [sys.executable, "-m", "songatlas.features.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent, which ends its children in order
        )
        return self._process

    def _last_message(self) -> str:
        if self._messages is None:
            return ""
        self._messages.seek(0)
        lines = self._messages.read().decode("utf-8", "replace").strip().splitlines()
        return f" ({lines[-1][:200]})" if lines else ""

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._messages is not None:
            self._messages.close()
            self._messages = None
