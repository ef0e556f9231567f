"""``songatlas cache``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli.options import Cache, Json, Quiet

cache_app = typer.Typer(
    no_args_is_help=True,
    help="The cache of features: what it holds, and what may go.",
    epilog="Example:  songatlas cache info",
)


@cache_app.command("info", epilog="Example:  songatlas cache info")
def info_command(cache: Cache = None, as_json: Json = False) -> None:
    """Print where the cache is, and what is in it.

    Rows by extractor and version, and remembered failures by code.
    """
    from rich.filesize import decimal

    from songatlas.extraction.upkeep import info, is_outdated

    found = info(cache)
    if as_json:
        record = {
            "folder": str(found.folder),
            "bytes": found.n_bytes,
            "rows": {
                key: {"rows": n, "bytes": size, "outdated": is_outdated(key)}
                for key, (n, size) in found.rows.items()
            },
            "failures": dict(found.failures),
            "files": found.n_files,
        }
        typer.echo(json.dumps(record, indent=2))
        return
    typer.echo(f"{found.folder}: {decimal(found.n_bytes)}, {found.n_files:,} files known")
    for key, (n, size) in found.rows.items():
        old = ", of an older songatlas: 'songatlas cache prune' removes it"
        typer.echo(f"  {key}: {n:,} rows, {decimal(size)}{old if is_outdated(key) else ''}")
    for code, n in found.failures.items():
        typer.echo(f"  {code}: {n:,} remembered failures")


@cache_app.command("verify", epilog="Example:  songatlas cache verify --repair")
def verify_command(
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove what is damaged; it is made again when needed.")
    ] = False,
    cache: Cache = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare every row with its checksum; find lost and stray files.

    Exit codes: 0 all is well, or was repaired; 5 something is damaged.
    """
    from songatlas.cli.progress import make_progress
    from songatlas.errors import EXIT_STORAGE
    from songatlas.extraction.upkeep import verify

    damage = verify(cache, mend=repair, progress=make_progress(quiet=quiet or as_json))
    counts = {
        "damaged": len(damage.damaged),
        "missing": len(damage.missing),
        "unsealed": damage.unsealed,
        "orphans": len(damage.orphans),
    }
    if as_json:
        typer.echo(json.dumps({"checked": damage.n_checked, **counts, "repaired": repair}))
    else:
        typer.echo(
            f"{damage.n_checked:,} rows checked: {counts['damaged']:,} damaged, "
            f"{counts['missing']:,} without their file; {counts['unsealed']:,} changed entries in "
            f"the manifest; {counts['orphans']:,} files that belong to no row."
        )
        if not damage.nothing:
            typer.echo(
                "They were removed; the next run makes what it needs again."
                if repair
                else "No run uses them. Remove them: songatlas cache verify --repair"
            )
    if not damage.nothing and not repair:
        raise typer.Exit(EXIT_STORAGE)


@cache_app.command("prune", epilog="Example:  songatlas cache prune --older-than 365 --dry-run")
def prune_command(
    older_than: Annotated[
        float | None,
        typer.Option(
            metavar="DAYS",
            min=0,
            max=1e9,  # not inf
            help="Also rows that served no run for so long; those of files that are not there now "
            "stay, for their disk may not be mounted.",
        ),
    ] = None,
    gone: Annotated[
        Path | None,
        typer.Option(
            metavar="MUSIC",
            help="Also rows of files that are no longer in this folder, which must be mounted.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go.")] = False,
    cache: Cache = None,
) -> None:
    """Remove what older versions extracted and this one does not use."""
    from songatlas.extraction.upkeep import prune

    pruned = prune(cache, older_than=older_than, gone=gone, dry_run=dry_run)
    typer.echo(
        f"{pruned.total:,} rows {'would be' if dry_run else 'were'} removed: "
        f"{pruned.old_version:,} of older versions, {pruned.unused:,} unused, {pruned.gone:,} of "
        "files that are gone."
    )
    if pruned.kept:
        typer.echo(
            f"{pruned.kept:,} unused rows stay: their files are not there now, and their disk may "
            "not be mounted. If they were deleted: songatlas cache prune --gone MUSIC"
        )
