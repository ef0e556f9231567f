"""``songatlas doctor``."""

from __future__ import annotations

import typer

from songatlas.cli.options import Cache


def doctor_command(cache: Cache = None) -> None:
    """Say what is missing here, and what mends it.

    It looks at decoders, models, tags, fonts, cache and machine. Nothing is changed or fetched.
    Exit codes: 0 when 'songatlas run' can work here, 1 when something that it needs is missing.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from songatlas.errors import EXIT_UNFIT
    from songatlas.jobs.doctor import examine

    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for _ in ("area", "name", "mark"):  # they need no heading
        table.add_column(no_wrap=True)
    table.add_column("What was found", overflow="fold")
    troubles, area = [], ""
    with console.status("Looking …"):
        for found in examine(cache):
            mark = Text("✗", "red") if found.needed else Text("–", "yellow")
            mark = Text("✓", "green") if found.fine else mark
            heading = Text(found.area if found.area != area else "", style="bold")
            table.add_row(heading, found.name, mark, Text(found.detail))
            area = found.area
            if not found.fine:
                troubles.append(found)
    console.print(table)
    for found in troubles:
        console.print(f"{found.area}, {found.name}: {found.remedy}", markup=False, soft_wrap=True)
    if unfit := [f"{found.area} ({found.name})" for found in troubles if found.needed]:
        console.print(f"\n'songatlas run' cannot work here: {', '.join(unfit)}.", markup=False)
        raise typer.Exit(EXIT_UNFIT)
    console.print("\n'songatlas run' can work here.")
