"""``songatlas assign``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli.options import Cache, LyricsWeight, Memory, Music, Quiet, Timeout, View, Workers


def assign_command(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="Results folder of a run, or its .pth file.")
    ],
    music: Music,
    metadata: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Table with lyrics, titles …")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Table to write.  [standard output]")
    ] = None,
    view: View = None,
    lyrics_weight: LyricsWeight = None,
    cache: Cache = None,
    workers: Workers = None,
    timeout: Timeout = None,
    memory: Memory = None,
    quiet: Quiet = False,
) -> None:
    """Place other tracks in the clusters of a run, without training."""
    given = locals()
    from songatlas.cli.settings import machine_of
    from songatlas.cli.summary import exit_code, print_skipped, print_some
    from songatlas.revision.assign import assign, assignment_table

    machine = machine_of(given)
    found = assign(
        model, music, metadata=metadata, view=view, lyrics_weight=lyrics_weight, machine=machine
    )
    text = assignment_table(found, out)
    if out is None:
        typer.echo(text, nl=False)
    print_skipped(found.library, machine.progress, rest="")
    print_some("Notes", [*found.library.notes], "", machine.progress)
    raise typer.Exit(exit_code(found.library))
