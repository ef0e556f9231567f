"""Keep what C libraries write to the terminal off it."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator

_lock = threading.Lock()
_depth = 0
_saved = -1
_kept = False


def keep_stderr() -> None:
    """Let decoders speak from now on: somebody collects what this process writes there."""
    global _kept
    _kept = True


@contextlib.contextmanager
def silent_stderr() -> Iterator[None]:
    """Send file descriptor 2 of the whole process to nowhere meanwhile.

    libmpg123 inside libsndfile writes its complaints about damaged MP3 files straight there and
    offers no switch. Safe among threads: the first to enter redirects, the last to leave restores.
    What Python itself writes to standard error meanwhile is lost too, so decode in a worker
    process where that matters.
    """
    global _depth, _saved
    if _kept:
        yield
        return
    with _lock:
        if _depth == 0:
            _saved = os.dup(2)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
        _depth += 1
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                os.dup2(_saved, 2)
                os.close(_saved)
