"""``songatlas map``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli.options import Previews, Quiet, Results


def map_command(
    results: Results,
    embed_previews: Previews = 0.0,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The page.  [RESULTS/atlas.html]")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write the map of a finished run as one page.

    It opens in any browser, without network. It links to your files where they are. With
    --embed-previews it holds a piece of every track instead, and no path: to be shared.
    """
    given = locals()
    from songatlas.atlas.opened import write_map
    from songatlas.cli.settings import machine_of
    from songatlas.errors import ConfigError

    if out is not None and not embed_previews:
        raise ConfigError(
            "--out needs --embed-previews SECONDS: without previews the page links to the files "
            "from RESULTS, and stays there."
        )
    machine = machine_of(given)
    path = write_map(results, preview_seconds=embed_previews, out=out, machine=machine)
    machine.progress.say(f"Map: {path} ({path.stat().st_size / 1e6:.1f} MB)")
