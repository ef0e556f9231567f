"""``songatlas tag``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli.options import ListDetail, Quiet, Results

_MOST_SHOWN = 20


def tag_command(
    results: Results,
    write: Annotated[
        bool, typer.Option("--write", help="Change the files; without it nothing is touched.")
    ] = False,
    field: Annotated[
        str, typer.Option(metavar="GROUPING|NAME", help="Where the name goes.")
    ] = "GROUPING",
    detail: ListDetail = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Put back every byte that --write has changed.")
    ] = False,
    journal: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was changed.  [RESULTS/tags.journal]"),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write the name of its list into every file.

    A trial unless --write; --undo takes it back. Needs songatlas[tag]. Exit code 3 when some files
    were left as they are.
    """
    given = locals()
    from songatlas.cli.settings import machine_of
    from songatlas.cli.tables import aligned, innermost
    from songatlas.errors import EXIT_SKIPPED
    from songatlas.tagging.tag import tag

    machine = machine_of(given)
    found = tag(
        results,
        field=field,
        detail=detail,
        write=write,
        undo=undo,
        journal=journal,
        machine=machine,
    )
    left = [item for item in found if item.refused]
    done = [item for item in found if not item.refused]
    if not undo:
        rows = [("file", field), *((it.path, innermost(it.text)) for it in done[:_MOST_SHOWN])]
        typer.echo(aligned(rows), nl=False)
        if len(done) > _MOST_SHOWN:
            typer.echo(f"… and {len(done) - _MOST_SHOWN:,} more")
    if left:
        rows = [("left as it is", "why"), *((i.path, i.refused) for i in left[:_MOST_SHOWN])]
        typer.echo(aligned(rows), nl=False)
    trial = "would be written, unless they say it already; add --write to do so"
    said = "restored" if undo else "written" if write else trial
    n_same = sum(item.same for item in done)
    same = f", {n_same:,} say it already" if n_same else ""
    typer.echo(f"{len(done) - n_same:,} files {said}{same}, {len(left):,} left as they are.")
    if left:
        raise typer.Exit(EXIT_SKIPPED)
