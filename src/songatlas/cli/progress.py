"""Progress on a terminal as bars, elsewhere as plain lines."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from songatlas.cli.interrupts import stop_if_asked
from songatlas.progress import Bar

_SECONDS_BETWEEN_LINES = 10.0
_LEAST_DONE, _LEAST_SECONDS = 10, 1.0  # for a rate


class PlainProgress:
    """One line at the start and the end of a stage, and one every ten seconds between."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def say(self, message: str) -> None:
        """Print one line."""
        self.console.print(message, markup=False, highlight=False, soft_wrap=True)

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
        if time.monotonic() - self._last > _SECONDS_BETWEEN_LINES:
            self._last = time.monotonic()
            self._say(self._line())

    def finish(self) -> None:
        if self._done:
            self._say(self._line())

    def _line(self) -> str:
        seconds = time.monotonic() - self._start
        rate = self._done / seconds if seconds > 0 else 0.0
        line = f"{self._title}: {self._done:,} of {max(self._total, self._done):,} {self._unit}"
        if _tells(self._done, seconds):
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
        columns = (
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description:<26}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:>6,.0f}/{task.total:,.0f}"),
            _Rate(unit),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=self.console) as progress:
            task = progress.add_task(title, total=total, note="")
            yield _RichBar(progress, task)


class _RichBar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(
        self, n: int = 1, *, total: int | None = None, failures: int = 0, note: str = ""
    ) -> None:
        failed = f"[red]{failures} failed[/] " if failures else ""
        self._progress.update(self._task, advance=n, total=total, note=failed + escape(note))


class _Rate(TextColumn):
    """Units a second."""

    def __init__(self, unit: str) -> None:
        super().__init__("")
        self._unit = unit

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if speed is None or not _tells(task.completed, task.elapsed or 0.0):
            return Text(" " * 16)
        shown = f"{speed:,.1f} {self._unit}/s"
        return Text(f"{shown:>16}", style="progress.data.speed")


def _tells(done: float, seconds: float) -> bool:
    """Whether a rate says something: not of a handful, nor of what was there at once."""
    return done >= _LEAST_DONE and seconds >= _LEAST_SECONDS


def make_progress(*, quiet: bool) -> PlainProgress:
    """Bars on a terminal, lines in a pipe, nothing when quiet; all on standard error."""
    console = Console(stderr=True, quiet=quiet)
    return RichProgress(console) if console.is_terminal and not quiet else PlainProgress(console)
