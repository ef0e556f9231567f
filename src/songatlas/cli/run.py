"""``songatlas run``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from songatlas.cli import options


def run_command(
    music: options.Music,
    metadata: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Table with lyrics, labels, titles …")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Results folder.")] = Path("results"),
    exclude: options.Exclude = None,
    preset: options.Preset = None,
    clusters: Annotated[
        int | None, typer.Option(metavar="K", min=2, help="Number of clusters.  [chosen]")
    ] = None,
    detail: Annotated[
        str | None,
        typer.Option(
            metavar="coarse|medium|fine",
            help="Level of the tree that lists and names are about.  [by the number of tracks]",
        ),
    ] = None,
    seed: options.Seed = None,
    label_column: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Column that clusters are judged against, or NAME:4 for four ranges of its "
            "numbers.  [genre]",
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=NAME",
            help="Column of a field whose name is not recognised, such as title='Song Name'. "
            "Repeatable.",
        ),
    ] = None,
    modalities: Annotated[
        str | None,
        typer.Option(
            metavar="audio,embedding,text",
            help="What the model may see: one or more of these, with commas.",
        ),
    ] = None,
    embedding: options.Embedding = None,
    excerpt: options.Excerpt = None,
    text_encoder: options.TextEncoder = None,
    condition: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="What the clusters are to say nothing of: a column, such as language, or "
            "bandwidth or noise; never the label.",
        ),
    ] = None,
    autoencoder: Annotated[
        bool, typer.Option("--autoencoder", help="A plain autoencoder instead of a VAE.")
    ] = False,
    view: options.View = None,
    lyrics_weight: options.LyricsWeight = None,
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Results folder whose model is used, trained on the same music and settings.  "
            "[that in --out, if there is one]",
        ),
    ] = None,
    config: options.ConfigFile = None,
    settings: options.Set = None,
    cache: options.Cache = None,
    workers: options.Workers = None,
    timeout: options.Timeout = None,
    memory: options.Memory = None,
    dask: options.Dask = None,
    shards: options.Shards = None,
    device: Annotated[
        str, typer.Option(metavar="auto|cpu|cuda|mps", help="Where to train.")
    ] = "auto",
    embed_previews: options.Previews = 0.0,
    strict: options.Strict = False,
    overwrite: options.Overwrite = False,
    quiet: options.Quiet = False,
) -> None:
    """Learn, cluster and judge a collection of music.

    Leaves the complete results folder. Your music is only read. Exit codes: 0 complete, 3 complete
    with skipped files, 2 a wrong option or table, 4 too few usable tracks, 5 a storage error, 130
    interrupted.
    """
    given = locals()
    from songatlas.cli.settings import machine_of, resolve_config

    resolved = resolve_config(given)  # a mistake shows before anything heavy is loaded
    from songatlas.cli.ear import offer_ear
    from songatlas.cli.summary import exit_code, print_summary
    from songatlas.jobs.run import run
    from songatlas.stages.choices import check_choices

    check_choices(resolved)  # before a network is fetched
    machine = machine_of(given)
    if all(path.exists() for path in (*music, *filter(None, [metadata]))):  # or run says so
        offer_ear(resolved, machine, quiet=quiet)
    result = run(
        music,
        metadata=metadata,
        out=out,
        config=resolved,
        model=model,
        preview_seconds=embed_previews,
        strict=strict,
        overwrite=overwrite,
        machine=machine,
    )
    print_summary(result, machine.progress)
    raise typer.Exit(exit_code(result.prepared.library))
