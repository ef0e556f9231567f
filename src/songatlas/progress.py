"""How long stages say what they do, and how long they took; the library itself never prints."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Protocol

_LEAST_DONE, _LEAST_SECONDS = 10, 1.0  # for a rate


class Bar(Protocol):
    """One running stage."""

    def advance(
        self, n: int = 1, *, total: int | None = None, failures: int = 0, note: str = ""
    ) -> None:
        """Count `n` more units; `total`, `failures` and `note` replace what was shown before."""


class Progress(Protocol):
    """Where stages and messages go."""

    def stage(self, title: str, *, total: int, unit: str) -> contextlib.AbstractContextManager[Bar]:
        """Show one stage while the context lasts."""

    def say(self, message: str) -> None:
        """Show one line."""


class _Nothing:
    def advance(
        self, n: int = 1, *, total: int | None = None, failures: int = 0, note: str = ""
    ) -> None:
        """Show nothing."""


class Silent:
    """Shows nothing: the default of the Python interface."""

    @contextlib.contextmanager
    def stage(self, title: str, *, total: int, unit: str) -> Iterator[Bar]:
        """Run the stage unseen."""
        yield _Nothing()

    def say(self, message: str) -> None:
        """Drop the line."""


def tells_rate(done: float, seconds: float) -> bool:
    """Whether a rate says something: not of a handful, nor of what was there at once.

    Examples
    --------
    >>> tells_rate(500, 20.0), tells_rate(6, 60.0), tells_rate(500, 0.1)
    (True, False, False)
    """
    return done >= _LEAST_DONE and seconds >= _LEAST_SECONDS


class Stopwatch:
    """Seconds by stage, in the order in which stages began; no time ever enters a result."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Add the time that the context takes to `stage`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start
