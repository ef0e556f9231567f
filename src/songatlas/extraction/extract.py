"""Fill the feature cache, and nothing else."""

from __future__ import annotations

from songatlas.config import Config, load_config
from songatlas.extraction.ear import choose_ear, without_ear
from songatlas.extraction.embeddings import gather_embeddings
from songatlas.extraction.gather import (
    ExtractionCounts,
    frames_job,
    gather,
    remarks_on,
    require_none_skipped,
    without_failures,
)
from songatlas.extraction.sentences import check_encoder, gather_sentences
from songatlas.extraction.workshop import open_workshop
from songatlas.library.read import Music, roots_of
from songatlas.machine import Machine
from songatlas.types import Library


def extract(
    music: Music,
    *,
    config: Config | None = None,
    strict: bool = False,
    machine: Machine | None = None,
) -> tuple[Library, ExtractionCounts]:
    """Fill the feature cache and do nothing else.

    Parameters
    ----------
    music, strict, machine
        As for :func:`songatlas.run`.
    config
        All settings, from :func:`songatlas.load_config`; None is the default.

    Returns
    -------
    library
        The tracks whose features are there now, and what was skipped.
    counts
        How many were in the cache before, were extracted now, and failed.

    Raises
    ------
    ConfigError, ModelError
        For an ear or a text encoder that is none or not here.
    StorageError
        When the cache cannot be written.
    UnusableFileError
        For the first file that cannot be used, when `strict`.
    ClusterError
        When the workers of dask cannot be reached or used.
    """
    config = config or load_config()
    check_encoder(config)
    with open_workshop(machine or Machine()) as shop:
        lacking = without_ear(config, shop.cache.folder)
        config, ear = choose_ear(config, shop.cache.folder, shop.limits)
        library = shop.read_music(roots_of(music), config)
        if strict:
            require_none_skipped(library)
        if lacking:
            shop.progress.say(lacking)
        job = frames_job(config.audio)
        results, counts = gather(library.tracks, job, dict, shop, strict=strict, read=False)
        library, metas = without_failures(library, results)
        notes = remarks_on(library.tracks, metas)
        if ear is not None:
            _, more = gather_embeddings(library.tracks, ear, config, shop)
            notes += more
        for note in notes:
            shop.progress.say(note)
        gather_sentences(library.tracks, config, shop)
    return library, counts
