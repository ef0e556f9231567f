"""``songatlas demo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli.options import Cache, Overwrite, Quiet, Seed, Workers


def demo_command(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Results folder.")] = Path(
        "results-demo"
    ),
    music: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Where the synthetic collection is written.  [OUT-music]"
        ),
    ] = None,
    seed: Seed = None,
    cache: Cache = None,
    workers: Workers = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Do the whole job on a small collection that it synthesises."""
    given = locals()
    from songatlas.cli.settings import machine_of
    from songatlas.cli.summary import exit_code, print_summary
    from songatlas.jobs.demo import demo

    machine = machine_of(given)
    result = demo(out=out, music=music, seed=seed, overwrite=overwrite, machine=machine)
    print_summary(result, machine.progress)
    machine.progress.say(
        "This music and these lyrics are synthetic, made to try songatlas out; the scores say "
        "nothing about real music. For your own:"
    )
    machine.progress.say("  songatlas run ~/Music --out results")
    raise typer.Exit(exit_code(result.prepared.library))
