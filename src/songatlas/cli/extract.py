"""``songatlas extract``."""

from __future__ import annotations

import typer

from songatlas.cli.options import (
    Cache,
    ConfigFile,
    Dask,
    Embedding,
    Excerpt,
    Memory,
    Music,
    Preset,
    Quiet,
    Set,
    Shards,
    Strict,
    TextEncoder,
    Timeout,
    Workers,
)


def extract_command(
    music: Music,
    preset: Preset = None,
    embedding: Embedding = None,
    excerpt: Excerpt = None,
    text_encoder: TextEncoder = None,
    config: ConfigFile = None,
    settings: Set = None,
    cache: Cache = None,
    workers: Workers = None,
    timeout: Timeout = None,
    memory: Memory = None,
    dask: Dask = None,
    shards: Shards = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Fill the cache with audio features, and do nothing else.

    Embeddings are among them where a pretrained ear is installed.

    A later 'songatlas run' with the same audio settings then starts training at once.
    """
    given = locals()
    from songatlas.cli.settings import machine_of, resolve_config
    from songatlas.cli.summary import exit_code, print_skipped
    from songatlas.extraction.extract import extract

    resolved, machine = resolve_config(given), machine_of(given)
    library, counts = extract(music, config=resolved, strict=strict, machine=machine)
    machine.progress.say(
        f"{library.n_discovered:,} audio files: {counts.extracted:,} extracted now, "
        f"{counts.cached:,} in the cache before."
    )
    print_skipped(library, machine.progress)
    raise typer.Exit(exit_code(library))
