"""The whole job, stage by stage; only this module knows their order."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from songatlas.config import Config, load_config, replace
from songatlas.config.limits import check_limits
from songatlas.config.views import with_view
from songatlas.errors import ConfigError
from songatlas.extraction.executor import open_executor
from songatlas.jobs.analysis import analyse
from songatlas.location import Music, cache_folder, roots_of
from songatlas.machine import FileLimits
from songatlas.models.training import choose_device
from songatlas.progress import Progress, Silent
from songatlas.results.folder import open_folder
from songatlas.stages.choices import check_choices
from songatlas.stages.prepare import identity, prepare
from songatlas.stages.result import RunResult
from songatlas.stopwatch import Stopwatch
from songatlas.store.arena import Arena
from songatlas.store.cache import FeatureCache
from songatlas.types.atlas import Atlas


def run(
    music: Music,
    *,
    metadata: str | Path | None = None,
    out: str | Path = "results",
    preset: str | None = None,
    clusters: int | None = None,
    seed: int | None = None,
    config: Config | None = None,
    columns: Mapping[str, str] | None = None,
    cache: str | Path | None = None,
    workers: int | None = None,
    limits: FileLimits | None = None,
    dask: str | None = None,
    shards: str | None = None,
    device: str = "auto",
    view: str | None = None,
    lyrics_weight: float | None = None,
    model: str | Path | None = None,
    preview_seconds: float = 0.0,
    strict: bool = False,
    overwrite: bool = False,
    previous: Atlas | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Folders of music in, the complete results folder out.

    Parameters
    ----------
    music
        One or several folders (or audio files); nothing in them is ever written.
    metadata
        CSV or TSV with lyrics, labels and titles; it takes precedence over tags and sidecars.
    out
        Results folder; made if missing.
    preset
        ``"default"`` or ``"original"``; not together with `config`.
    clusters
        Number of clusters, in [2, n_tracks − 1]; None chooses it by silhouette, stability and
        size together.
    seed
        Seed of everything random; None keeps that of the preset, 42.
    config
        All settings, from :func:`songatlas.load_config`.
    columns
        Field → column name where the metadata's own names are not recognised, such as
        ``{"title": "Song Name"}``.
    cache
        Folder of the feature cache; None is ``SONGATLAS_CACHE`` or the user's cache folder.
    workers
        Processes that decode; None is one a core. With more than one, the maps are made beside
        the training of the models for comparison. Changes no number.
    limits
        Time and memory of one file, from :func:`songatlas.machine.file_limits`; None takes
        those of the environment. Changes no number.
    dask
        Scheduler of a dask cluster that extracts instead of this machine, such as
        ``"tcp://10.0.0.5:8786"``, or ``"local:N"`` for N worker processes here. Every file must
        be reachable under the same path by all workers. Changes no number.
    shards
        fsspec URL of a folder that this machine and all workers share, where shards of features
        are kept; None is ``shards`` in the cache folder, emptied when they are read.
    device
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    view
        ``"joint"``, ``"audio"`` or ``"lyrics"``: what every track's place is made from.
    lyrics_weight
        In [0, 1]: 0 is the audio view, 1 the lyrics view, 0.5 as trained.
    model
        Results folder of a finished run on the same music whose model is used; nothing is trained.
        None uses that in `out` if there is one, and trains otherwise.
    preview_seconds
        Length of the pieces of every track that ``atlas.html`` holds, for sharing; 0 links to the
        files instead.
    strict
        Stop at the first file that cannot be used, instead of going on without it.
    overwrite
        Replace another finished run in `out`.
    previous
        A finished run whose clusters give theirs their numbers and names.
    progress
        Where stages are shown; None shows nothing.

    Returns
    -------
    RunResult
        Tracks, latents, clusterings, scores and trust, row *i* of everything being
        ``library.tracks[i]``.

    Raises
    ------
    ConfigError, MetadataError
        For settings or tables that cannot be used, or a `model` of other inputs or settings.
    UnusableFileError
        For the first file that cannot be used, when `strict`.
    TooFewTracksError
        With fewer than 10 usable tracks, or no more tracks than clusters.
    StorageError
        When the cache or `out` cannot be written.
    ClusterError
        When the cluster cannot be reached or used.
    """
    config = _resolve(config, preset, clusters=clusters, seed=seed, columns=columns)
    config = with_view(config, view, lyrics_weight)
    check_choices(config)
    choose_device(device)  # one that is not there must not cost an extraction
    n_workers = workers or os.cpu_count() or 1
    progress = progress or Silent()
    watch = Stopwatch()
    with (
        open_folder(Path(out), overwrite=overwrite) as folder,
        closing(FeatureCache(cache_folder(cache))) as store,
        open_executor(
            workers, dask, shards, limits=limits, cache=store.folder, progress=progress
        ) as executor,
    ):
        arena = Arena(folder.work)
        with watch.time("reading and features"):
            prepared = prepare(
                roots_of(music),
                config,
                store,
                metadata=None if metadata is None else Path(metadata),
                executor=executor,
                progress=progress,
                arena=arena,
                strict=strict,
            )
        folder.claim(identity(prepared))
        result = analyse(
            prepared,
            folder,
            device=device,
            model=None if model is None else Path(model),
            arena=arena,
            apart=n_workers > 1,
            preview_seconds=preview_seconds,
            progress=progress,
            watch=watch,
            previous=previous,
        )
    return dataclasses.replace(result, seconds=watch.seconds)


def _resolve(
    config: Config | None,
    preset: str | None,
    *,
    clusters: int | None,
    seed: int | None,
    columns: Mapping[str, str] | None,
) -> Config:
    if config is not None and preset is not None:
        raise ConfigError(
            "config and preset cannot both be given; load_config(preset=…) makes one."
        )
    given = {
        "seed": seed,
        "clustering": None if clusters is None else {"k": clusters},
        "metadata": columns,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    config = replace(config or load_config(preset=preset), changes)
    check_limits(config)
    return config
