"""``songatlas compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli.options import Json


def compare_command(
    run1: Annotated[Path, typer.Argument(metavar="RUN1", help="Folder of a finished run.")],
    run2: Annotated[Path, typer.Argument(metavar="RUN2", help="Folder of another.")],
    as_json: Json = False,
) -> None:
    """Say what two runs make of the same tracks.

    Which cluster and which part of the tree is which, and what moved.
    """
    from songatlas.atlas.compare import compare
    from songatlas.cli.tables import aligned
    from songatlas.numerals import minus, percent

    found = compare(run1, run2)
    if as_json:
        typer.echo(found.to_json(), nl=False)
        return
    typer.echo(
        f"{found.shared:,} tracks in both, {found.only_first:,} only in {run1}, "
        f"{found.only_second:,} only in {run2}."
    )
    if found.ari is not None and found.ami is not None:
        typer.echo(
            f"{found.same_cluster:,} stay in their cluster; ARI {minus(f'{found.ari:.3f}')}, "
            f"AMI {minus(f'{found.ami:.3f}')} (1 is the same partition, 0 chance)."
        )
    typer.echo(f"Verdicts: {found.verdicts[0]}, {found.verdicts[1]}.\n")
    clusters = [(a, b or "gone", f"{n:,}") for a, b, n in found.clusters]
    typer.echo(aligned([("cluster", "is now", "tracks of both"), *clusters], right=(2,)))
    if found.nodes:
        nodes = [(a, b or "gone", f"{n:,}", percent(x)) for a, b, n, x in found.nodes]
        head = ("region or part", "is now", "shared", "of all")
        typer.echo(aligned([head, *nodes], right=(2, 3), most=30))  # 80 columns
    if found.moves:
        moves = [(a, b, f"{n:,}") for a, b, n in found.moves[:20]]
        typer.echo(aligned([("moved from", "to", "tracks"), *moves], right=(2,)))
    if found.settings:
        settings = [(key, f"{a}", f"{b}") for key, (a, b) in found.settings.items()]
        typer.echo(aligned([("setting", "first", "second"), *settings]))
