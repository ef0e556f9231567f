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
    from songatlas.cli.progress import make_progress
    from songatlas.cli.settings import resolve_config, resolve_machine
    from songatlas.cli.summary import exit_code, print_skipped
    from songatlas.extraction.extract import extract

    resolved = resolve_config(
        path=config,
        preset=preset,
        embedding=embedding,
        excerpt=excerpt,
        text_encoder=text_encoder,
        settings=settings,
    )
    progress = make_progress(quiet=quiet)
    library, counts = extract(
        music,
        config=resolved,
        strict=strict,
        machine=resolve_machine(
            progress,
            cache=cache,
            workers=workers,
            timeout=timeout,
            memory=memory,
            dask=dask,
            shards=shards,
        ),
    )
    progress.say(
        f"{library.n_discovered:,} audio files: {counts.extracted:,} extracted now, "
        f"{counts.cached:,} in the cache before."
    )
    print_skipped(library, progress)
    raise typer.Exit(exit_code(library))
