"""Resident memory of this process and of those that it started, watched while it works (Linux)."""

from __future__ import annotations

import contextlib
import re
import resource
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from songatlas.progress import Stopwatch

_PAUSE = 0.1  # seconds
_PATIENCE = 20  # times as long as asking took, until what other processes hold is asked for again
_PAGE = resource.getpagesize()


class WatchedStopwatch(Stopwatch):
    """Time by stage, and the greatest resident memory seen in each, bytes.

    ``memory`` is that of this process, mapped pages of files included; ``with_maps`` adds what the
    processes that it has started, such as the one that makes the maps, have for themselves.
    """

    def __init__(self) -> None:
        super().__init__()
        self.memory: dict[str, int] = {}
        self.with_maps: dict[str, int] = {}
        self.stage = ""
        threading.Thread(target=self._watch, daemon=True).start()

    @contextlib.contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Add the time that the context takes to `stage`."""
        self.stage = stage
        with super().time(stage):
            yield
        self._take(_private_of_children())

    def _watch(self) -> None:
        children, wanted = 0, 0.0
        while True:
            start = time.monotonic()
            if start >= wanted:  # to ask costs what is measured its time
                children = _private_of_children()
                now = time.monotonic()
                wanted = now + _PATIENCE * (now - start)
            self._take(children)
            time.sleep(_PAUSE)

    def _take(self, children: int) -> None:
        own = _resident()
        for found, value in ((self.memory, own), (self.with_maps, own + children)):
            found[self.stage] = max(found.get(self.stage, 0), value)


def peak() -> int:
    """Greatest resident memory of this process so far, bytes.

    ``ru_maxrss`` would begin with the memory of the process that started this one.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024


def _private_of_children() -> int:
    return sum(private(child) for child in _children())


def _children() -> list[str]:
    found: list[str] = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that has ended
            found += (task / "children").read_text().split()
    return found


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def private(process: str) -> int:
    """Resident memory that a process shares with no other, bytes: of libraries, their data alone.

    Adding up whole resident memories would count twice what both have mapped.
    """
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it has ended
        return 0
    return 1024 * sum(int(n) for n in re.findall(r"^Private_\w+: +(\d+) kB", text, re.MULTILINE))
