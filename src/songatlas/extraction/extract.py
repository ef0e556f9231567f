"""Fill the feature cache, and nothing else."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from songatlas.config import Config, load_config
from songatlas.extraction.ear import choose_ear, gather_embeddings, without_ear
from songatlas.extraction.executor import open_executor
from songatlas.extraction.gather import (
    ExtractionCounts,
    fill,
    frames_extraction,
    require_none_skipped,
    without_failures,
)
from songatlas.extraction.sentences import gather_sentences
from songatlas.library.read import read_music
from songatlas.location import Music, cache_folder, roots_of
from songatlas.machine import FileLimits
from songatlas.progress import Progress, Silent
from songatlas.store.cache import FeatureCache
from songatlas.types import Library


def extract(
    music: Music,
    *,
    config: Config | None = None,
    cache: str | Path | None = None,
    workers: int | None = None,
    limits: FileLimits | None = None,
    dask: str | None = None,
    shards: str | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> tuple[Library, ExtractionCounts]:
    """Fill the feature cache and do nothing else; parameters as for :func:`run`."""
    progress = progress or Silent()
    with (
        closing(FeatureCache(cache_folder(cache))) as store,
        open_executor(
            workers, dask, shards, limits=limits, cache=store.folder, progress=progress
        ) as executor,
    ):
        config = config or load_config()
        lacking = without_ear(config, store.folder)
        config, ear = choose_ear(config, store.folder)
        library = read_music(roots_of(music), store, progress)
        if strict:
            require_none_skipped(library)
        if lacking:
            progress.say(lacking)
        results, counts = fill(
            library.tracks,
            frames_extraction(config.audio),
            store,
            executor=executor,
            progress=progress,
            strict=strict,
        )
        library, _ = without_failures(library, results)
        if ear is not None:
            _, _, notes = gather_embeddings(
                library.tracks, ear, config, store, executor=executor, progress=progress
            )
            for note in notes:
                progress.say(note)
        gather_sentences(library.tracks, config, store, progress)
    return library, counts
