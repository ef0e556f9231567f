"""Tracks in an order, as several commands print or write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from songatlas.atlas.opened import Atlas

_FORMATS = ("table", "json", "m3u8", "xspf")

Format = Annotated[
    str, typer.Option("--format", metavar="|".join(_FORMATS), help="What is printed or written.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write it here instead; paths are relative to its folder."),
]


def check_format(form: str) -> None:
    """Refuse an unknown format, before anything is read."""
    from songatlas.config import require_one_of

    require_one_of("--format", form, _FORMATS)


def show(
    atlas: Atlas,
    rows: Sequence[int],
    form: str,
    out: Path | None,
    *,
    name: str,
    columns: Mapping[str, Sequence[str]],
    said: Sequence[Mapping[str, object]],
) -> None:
    """Print or write some tracks.

    Parameters
    ----------
    name
        Of a playlist.
    columns
        Of a table, before artist and title: one cell a track.
    said
        Of every track in JSON.
    """
    from songatlas.atlas.similar import as_json, as_playlist
    from songatlas.store.atomic import write_text

    if form == "json":
        text = as_json(atlas, rows, said)
    elif form == "table":
        text = _table(atlas, rows, columns)
    else:
        folder = out.resolve().parent if out else Path.cwd()
        text = as_playlist(atlas, rows, form, name, folder)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_text(out, text)
        typer.echo(f"{len(rows)} tracks: {out}")


def _table(atlas: Atlas, rows: Sequence[int], columns: Mapping[str, Sequence[str]]) -> str:
    from songatlas.cli.tables import aligned, innermost
    from songatlas.listening.choice import PlaylistOptions
    from songatlas.listening.lists import names_of

    lists = names_of(atlas, PlaylistOptions())
    place = "list" if atlas.tree.depth else "cluster"
    lines = [("", *columns, "artist", "title", place)]
    for rank, row in enumerate(rows, start=1):
        track = atlas.tracks[row]
        cells = (cell[rank - 1] for cell in columns.values())
        held = innermost(lists.get(row, "none"))
        lines.append((f"{rank}", *cells, track.artist, track.title or track.path, held))
    return aligned(lines, right=(0, 1))
