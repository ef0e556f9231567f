"""Progress on a terminal as bars, elsewhere as plain lines."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from songatlas.cli.interrupts import stop_if_asked
from songatlas.progress import Bar, Progress, Silent, tells_rate

if TYPE_CHECKING:
    from rich.console import Console

_SECONDS_BETWEEN_LINES = 10.0


class QuietProgress(Silent):
    """Shows nothing; a wish to stop is still taken up."""

    @contextlib.contextmanager
    def stage(self, title: str, *, total: int, unit: str) -> Iterator[Bar]:
        """Run the stage unseen."""
        stop_if_asked()
        with super().stage(title, total=total, unit=unit) as bar:
            yield bar


class PlainProgress:
    """One line at the end of a stage, and one every ten seconds before."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, message: str) -> None:
        """Print one line."""
        self.console.print(message, markup=False, emoji=False, highlight=False, soft_wrap=True)

    @contextlib.contextmanager
    def stage(self, title: str, *, total: int, unit: str) -> Iterator[Bar]:
        """Print how the stage goes."""
        stop_if_asked()
        bar = _PlainBar(self, title, total, unit)
        yield bar
        bar.finish()


class _PlainBar:
    def __init__(self, progress: PlainProgress, title: str, total: int, unit: str) -> None:
        self._say = progress.say
        self._title, self._total, self._unit = title, total, unit
        self._done = self._failures = 0
        self._note = ""
        self._start = self._last = time.monotonic()

    def advance(
        self, n: int = 1, *, total: int | None = None, failures: int = 0, note: str = ""
    ) -> None:
        self._done += n
        self._total = self._total if total is None else total
        self._failures, self._note = failures, note
        due = time.monotonic() - self._last > _SECONDS_BETWEEN_LINES
        if due and self._done < self._total:  # the last line is said at the end
            self._last = time.monotonic()
            self._say(self._line())

    def finish(self) -> None:
        if self._done:
            self._say(self._line())

    def _line(self) -> str:
        seconds = time.monotonic() - self._start
        rate = self._done / seconds if seconds > 0 else 0.0
        line = f"{self._title}: {self._done:,} of {max(self._total, self._done):,} {self._unit}"
        if tells_rate(self._done, seconds):
            line += f", {rate:.1f} a second"
        if 0 < self._done < self._total and rate:
            line += f", {(self._total - self._done) / rate:.0f} s left"
        if self._failures:
            line += f", {self._failures:,} failed"
        return f"{line}, {self._note}" if self._note else line


class RichProgress(PlainProgress):
    """A bar a stage, with rate, time left and failures."""

    @contextlib.contextmanager
    def stage(self, title: str, *, total: int, unit: str) -> Iterator[Bar]:
        """Show the stage's bar."""
        stop_if_asked()
        from songatlas.cli.bars import bar_of  # loads what lines can spare

        with bar_of(title, total=total, unit=unit, console=self.console) as bar:
            yield bar


def make_progress(*, quiet: bool) -> Progress:
    """Bars on a terminal, lines in a pipe, nothing when quiet; all on standard error."""
    if quiet:
        return QuietProgress()
    from rich.console import Console  # a tenth of a second run, which a quiet one can spare

    console = Console(stderr=True)
    return RichProgress(console) if console.is_terminal else PlainProgress(console)
