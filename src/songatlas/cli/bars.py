"""A stage as a bar on a terminal."""

from __future__ import annotations

import contextlib
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

from songatlas.progress import Bar, tells_rate


@contextlib.contextmanager
def bar_of(title: str, *, total: int, unit: str, console: Console) -> Iterator[Bar]:
    """The bar of a stage, with rate, time left and failures, while the context lasts."""
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
    with Progress(*columns, console=console) as progress:
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
        if speed is None or not tells_rate(task.completed, task.elapsed or 0.0):
            return Text(" " * 16)
        shown = f"{speed:,.1f} {self._unit}/s"
        return Text(f"{shown:>16}", style="progress.data.speed")
