"""``songatlas update``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli.options import Cache, Exclude, Memory, Quiet, Results, Timeout, Workers
from songatlas.errors import EXIT_SKIPPED


def update_command(
    results: Results,
    music: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[MUSIC]", help="Folders of music.  [those of the run]"),
    ] = None,
    metadata: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Table of the tracks.  [that of the run]")
    ] = None,
    exclude: Exclude = None,
    refit: Annotated[
        bool,
        typer.Option("--refit", help="Train again; clusters keep their numbers and names."),
    ] = False,
    accept_gone: Annotated[
        bool, typer.Option("--accept-gone", help="More than half of the tracks may have gone.")
    ] = False,
    cache: Cache = None,
    workers: Workers = None,
    timeout: Timeout = None,
    memory: Memory = None,
    quiet: Quiet = False,
) -> None:
    """Bring a finished run up to date, without training.

    Only what is new or changed is read. New tracks are placed by the saved model; all others keep
    cluster, place and name.
    """
    given = locals()
    from songatlas.cli.settings import machine_of
    from songatlas.cli.summary import print_lists, print_some
    from songatlas.revision.update import update

    machine = machine_of(given)
    report = update(
        results,
        music or (),
        metadata=metadata,
        exclude=exclude or (),
        refit=refit,
        accept_gone=accept_gone,
        machine=machine,
    )
    print_some("Notes", list(report.notes), "mend these first", machine.progress)
    print_lists(report.atlas.tree, report.atlas.detail, results, machine.progress)
    typer.echo(report.sentence())
    if report.skipped:
        raise typer.Exit(EXIT_SKIPPED)
