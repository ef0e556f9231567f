"""The process that makes maps while the parent trains: points in, maps out.

Standard input carries a line of JSON, ``{"shapes": {view: [n_tracks, n_features]}, "settings":
{…}, "seed": …}``, that many float64 values, view by view, then a line ``[view, kind]`` a map.
Standard output answers each with the number of bytes of an ``.npy`` on a line, and that.
The process ends with its standard input.

Run as ``python -m songatlas.projection.worker``.
"""

from __future__ import annotations

import io
import json
import os
import queue
import sys
import threading
import traceback
from types import TracebackType

import numpy as np

from songatlas.allocation import STEP, keep_freed
from songatlas.config.stages import ProjectionConfig
from songatlas.projection import PROJECTIONS


def main() -> None:
    """Serve until standard input ends."""
    keep_freed(STEP)
    if hasattr(os, "nice"):  # models are waited for before maps are
        os.nice(10)
    # Whatever a library prints must not get between the arrays.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    request = json.loads(sys.stdin.buffer.readline())
    settings = ProjectionConfig(**request["settings"])
    views = {}
    for name, shape in request["shapes"].items():
        payload = sys.stdin.buffer.read(8 * int(np.prod(shape)))
        views[name] = np.frombuffer(payload, dtype="<f8").reshape(shape)
    sys.excepthook = _end
    asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    while True:
        view, kind = json.loads(asked.get())
        buffer = io.BytesIO()
        np.save(buffer, PROJECTIONS[kind].project(views[view], settings, request["seed"]))
        channel.write(b"%d\n" % buffer.tell())
        channel.write(buffer.getvalue())
        channel.flush()


def _listen(asked: queue.SimpleQueue[bytes]) -> None:
    """Take what is asked, even while a map is being made, and end with the parent."""
    for line in sys.stdin.buffer:
        asked.put(line)
    os._exit(1)


def _end(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    """At once: an orderly end would wait for the thread that reads."""
    traceback.print_exception(kind, error, where)  # its last line is what the parent says
    os._exit(1)


if __name__ == "__main__":
    main()
