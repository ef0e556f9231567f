"""``songatlas similar`` and ``songatlas path``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from songatlas.cli.listing import Format, Out, check_format, show
from songatlas.cli.options import Results

if TYPE_CHECKING:
    from songatlas.atlas.opened import Atlas
    from songatlas.atlas.similar import Listed

View = Annotated[
    str | None,
    typer.Option(metavar="joint|audio|lyrics", help="By which view.  [that of the run]"),
]


def similar_command(
    results: Results,
    track: Annotated[str, typer.Argument(metavar="TRACK", help="Path, title, 'artist - title'.")],
    n: Annotated[int, typer.Option("-n", min=1, metavar="N", help="How many.")] = 20,
    view: View = None,
    form: Format = "table",
    out: Out = None,
) -> None:
    """List the tracks that are most like one.

    A distance of 1 is that of typical neighbours in this collection.
    """
    check_format(form)
    from songatlas.atlas.opened import open_atlas

    atlas = open_atlas(results)
    _show(atlas, atlas.similar(track, n, view=view), form, f"Like {_name(atlas, track)}", out)


def path_command(
    results: Results,
    track_a: Annotated[str, typer.Argument(metavar="TRACK_A", help="Where it begins.")],
    track_b: Annotated[str, typer.Argument(metavar="TRACK_B", help="Where it ends.")],
    length: Annotated[
        int | None, typer.Option(min=2, metavar="N", help="Tracks, both ends included.  [as it is]")
    ] = None,
    view: View = None,
    form: Format = "table",
    out: Out = None,
) -> None:
    """Find a journey from one track to another in small steps.

    A step of 1 is the distance of typical neighbours in this collection.
    """
    check_format(form)
    from songatlas.atlas.opened import open_atlas

    atlas = open_atlas(results)
    name = f"{_name(atlas, track_a)} to {_name(atlas, track_b)}"
    _show(atlas, atlas.path(track_a, track_b, length, view=view), form, name, out)


def _show(atlas: Atlas, listed: Listed, form: str, name: str, out: Path | None) -> None:
    known = [None if distance != distance else distance for distance in listed.distances]
    show(
        atlas,
        listed.rows,
        form,
        out,
        name=name,
        columns={"distance": ["" if far is None else f"{far:.2f}" for far in known]},
        said=[{"distance": None if far is None else round(far, 4)} for far in known],
    )


def _name(atlas: Atlas, asked: str) -> str:
    from songatlas.text import track_name

    track = atlas.tracks[atlas.find(asked)]
    return track_name(track.artist, track.title, track.path)
