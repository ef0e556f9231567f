"""``songatlas extract``."""

from __future__ import annotations

import typer

from songatlas.cli import options


def extract_command(
    music: options.Music,
    exclude: options.Exclude = None,
    preset: options.Preset = None,
    embedding: options.Embedding = None,
    excerpt: options.Excerpt = None,
    text_encoder: options.TextEncoder = None,
    config: options.ConfigFile = None,
    settings: options.Set = None,
    cache: options.Cache = None,
    workers: options.Workers = None,
    timeout: options.Timeout = None,
    memory: options.Memory = None,
    dask: options.Dask = None,
    shards: options.Shards = None,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
) -> None:
    """Fill the cache with audio features, and do nothing else.

    What a pretrained network hears is among them, where one is installed.

    A later 'songatlas run' with the same audio settings then starts training at once.
    """
    given = locals()
    from songatlas.cli.settings import machine_of, resolve_config
    from songatlas.cli.summary import exit_code, print_skipped, print_some
    from songatlas.extraction.extract import extract

    resolved, machine = resolve_config(given), machine_of(given)
    library, counts = extract(music, config=resolved, strict=strict, machine=machine)
    machine.progress.say(
        f"{library.n_discovered:,} audio files: {counts.extracted:,} extracted now, "
        f"{counts.cached:,} in the cache before."
    )
    print_skipped(library, machine.progress, "a run tells all")
    print_some("Notes", [*library.notes], "a run tells all", machine.progress)
    raise typer.Exit(exit_code(library))
