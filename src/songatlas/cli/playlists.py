"""``songatlas playlists``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli.options import ListDetail, NodeOption, Results


def playlists_command(
    results: Results,
    detail: ListDetail = "",
    node: NodeOption = None,
    size: Annotated[int, typer.Option(min=0, metavar="N", help="Most tracks; 0: all.")] = 0,
    max_per_artist: Annotated[
        int, typer.Option(min=0, metavar="N", help="Most tracks by one artist; 0: no limit.")
    ] = 0,
    duration: Annotated[
        float, typer.Option(min=0, metavar="MINUTES", help="Longest playlist; 0: no limit.")
    ] = 0.0,
    without_versions: Annotated[
        bool,
        typer.Option(
            "--without-versions",
            help="One version of a song: no live, remastered or second copy beside it.",
        ),
    ] = False,
    name: Annotated[
        str, typer.Option(metavar="TEMPLATE", help="File names, with {name} and {number} (or id).")
    ] = "{name}",
    form: Annotated[
        str, typer.Option("--format", metavar="m3u8|xspf|both", help="Kind of playlists.")
    ] = "both",
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Where.  [RESULTS/playlists]")
    ] = None,
) -> None:
    """Write playlists of all regions and their parts.

    Tracks come in an order that flows.

    The tracks nearest to the centre of each come in first. Playlists of other people in the
    folder, and those of ours that were changed, are left alone.
    """
    from songatlas.atlas.opened import write_playlists
    from songatlas.config import require_one_of
    from songatlas.listening.choice import PlaylistOptions
    from songatlas.listening.formats import FORMATS

    formats = {**{name: (name,) for name in FORMATS}, "both": tuple(FORMATS)}
    require_one_of("--format", form, formats)
    options = PlaylistOptions(
        size=size,
        max_per_artist=max_per_artist,
        minutes=duration,
        versions=not without_versions,
        name=name,
        formats=formats[form],
        detail=detail,
        nodes=tuple(node or ()),
    )
    for path in write_playlists(results, options, out=out):
        typer.echo(f"{path}")
