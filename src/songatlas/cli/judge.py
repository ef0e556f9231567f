"""``songatlas judge``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def judge_command(
    vectors: Annotated[
        Path, typer.Argument(metavar="VECTORS", help="What was clustered: npy, npz, CSV, Parquet.")
    ],
    labels: Annotated[
        str, typer.Argument(metavar="LABELS", help="Cluster of every row: FILE or FILE:COLUMN.")
    ],
    groups: Annotated[
        str, typer.Option(metavar="COLUMN", help="Artists or other groups, in LABELS.  [none]")
    ] = "",
    key: Annotated[
        str, typer.Option("--id", metavar="COLUMN", help="Joins both files.  [found, or in order]")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write the page there.  [none]")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Of everything random.")] = 42,
) -> None:
    """Say whether anybody's clusters of anything can be trusted.

    As a run judges its own: from any program, of music or not.
    """
    from songatlas.jobs.judge import judge_files
    from songatlas.text import printable

    trust = judge_files(vectors, labels, key=key, groups=groups, out=out, seed=seed)
    typer.echo(f"Verdict: {trust.verdict}")
    for found in trust.findings:
        mark = "+" if found.verdict == "trustworthy" else "!"
        typer.echo(f"  {mark} {printable(found.sentence)}")
    if trust.left_out:
        typer.echo("Not checked, for want of what it needs:")
        for name, needs in trust.left_out:
            typer.echo(f"  {name}: {needs}")
    if out is not None:
        typer.echo(f"Page: {out}/README.md")
