"""``songatlas similar`` and ``songatlas path``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from songatlas.cli.options import Results

if TYPE_CHECKING:
    from songatlas.atlas.opened import Atlas
    from songatlas.atlas.similar import Listed

_FORMATS = ("table", "json", "m3u8", "xspf")

View = Annotated[
    str | None,
    typer.Option(metavar="joint|audio|lyrics", help="By which view.  [that of the run]"),
]
Format = Annotated[
    str, typer.Option("--format", metavar="|".join(_FORMATS), help="What is printed or written.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write it here instead; paths are relative to its folder."),
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
    _check(form)
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
    _check(form)
    from songatlas.atlas.opened import open_atlas

    atlas = open_atlas(results)
    name = f"{_name(atlas, track_a)} to {_name(atlas, track_b)}"
    _show(atlas, atlas.path(track_a, track_b, length, view=view), form, name, out)


def _check(form: str) -> None:
    from songatlas.config import did_you_mean
    from songatlas.errors import ConfigError

    if form not in _FORMATS:
        raise ConfigError(
            f"--format must be one of {', '.join(_FORMATS)}. Got {form!r}."
            f"{did_you_mean(form, _FORMATS)}"
        )


def _show(atlas: Atlas, listed: Listed, form: str, name: str, out: Path | None) -> None:
    from songatlas.atlas.similar import as_json, as_playlist
    from songatlas.store.atomic import write_text

    if form == "json":
        text = as_json(atlas, listed)
    elif form == "table":
        text = _table(atlas, listed)
    else:
        folder = out.resolve().parent if out else Path.cwd()
        text = as_playlist(atlas, listed, form, name, folder)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        typer.echo(f"{len(listed.rows)} tracks: {out}")


def _table(atlas: Atlas, listed: Listed) -> str:
    from songatlas.cli.tables import aligned
    from songatlas.listening.choice import PlaylistOptions
    from songatlas.listening.lists import names_of

    lists = names_of(atlas, PlaylistOptions())
    rows = [("", "distance", "artist", "title", "list" if atlas.tree.depth else "cluster")]
    for rank, (row, distance) in enumerate(
        zip(listed.rows, listed.distances, strict=True), start=1
    ):
        track = atlas.tracks[row]
        far = "" if distance != distance else f"{distance:.2f}"
        held = lists.get(row, "none")
        rows.append((f"{rank}", far, track.artist, track.title or track.path, held))
    return aligned(rows, right=(0, 1))


def _name(atlas: Atlas, asked: str) -> str:
    from songatlas.text import track_name

    track = atlas.tracks[atlas.find(asked)]
    return track_name(track.artist, track.title, track.path)
