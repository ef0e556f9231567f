"""The order of a run: only this module knows it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from songatlas.allocation import STEP, keep_freed
from songatlas.config import Config, load_config, replace
from songatlas.config.limits import check_limits
from songatlas.extraction.workshop import open_workshop
from songatlas.jobs.site import Site
from songatlas.library.read import Music, roots_of
from songatlas.machine import Machine
from songatlas.models.training import choose_device
from songatlas.progress import Stopwatch
from songatlas.results.corrections import Corrections
from songatlas.results.folder import open_folder
from songatlas.stages.baselines import simple_baselines
from songatlas.stages.beside import train_beside
from songatlas.stages.by_hand import corrections_for, tree_by_hand
from songatlas.stages.choices import check_choices
from songatlas.stages.cluster import decide_for, group
from songatlas.stages.content import with_notes_on
from songatlas.stages.describe import describe, name_clusters, read_evidence
from songatlas.stages.fit import TrainingData, comparison_plans, fit_main
from songatlas.stages.growing import start_growing
from songatlas.stages.judge import judge, trust_of
from songatlas.stages.prepare import Prepared, Sources, identity, prepare, settle
from songatlas.stages.projecting import start_projecting
from songatlas.stages.recordings import with_flaws
from songatlas.stages.result import RunResult
from songatlas.stages.reuse import require_model
from songatlas.stages.tree import tree_of
from songatlas.stages.views import draw_views, view_all
from songatlas.store.arena import Arena
from songatlas.threads import allow_threads
from songatlas.types.atlas import AtlasData


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be run.

    Parameters
    ----------
    sources
        Music and table.
    config
        All settings.
    out
        Results folder; made if missing.
    model
        Results folder of a finished run whose model is used; None uses that in `out` if there is
        one, and trains otherwise.
    preview_seconds
        Length of the pieces of every track that ``atlas.html`` holds; 0 links to the files.
    overwrite
        Whether another finished run in `out` may be replaced.
    previous
        A finished run whose clusters give theirs their numbers and names.
    """

    sources: Sources
    config: Config
    out: Path
    model: Path | None = None
    preview_seconds: float = 0.0
    overwrite: bool = False
    previous: AtlasData | None = None


def run(
    music: Music,
    *,
    metadata: str | Path | None = None,
    out: str | Path = "results",
    config: Config | Mapping[str, Any] | str | None = None,
    clusters: int | None = None,
    seed: int | None = None,
    model: str | Path | None = None,
    preview_seconds: float = 0.0,
    strict: bool = False,
    overwrite: bool = False,
    machine: Machine | None = None,
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
    config
        The name of a preset, ``"default"`` or ``"original"``; or single settings by stage, such
        as ``{"view": {"name": "lyrics"}}``; or all of them, from :func:`songatlas.load_config`.
    clusters
        Number of clusters, in [2, n_tracks − 1]; None is that of `config`, which chooses it by
        silhouette, stability and size together.
    seed
        Seed of everything random; None is that of `config`, 42.
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
    machine
        Device, workers, cache and where progress is shown; None is this machine's usual.

    Returns
    -------
    RunResult
        Tracks, places, clusterings, scores and trust, row *i* of everything being ``tracks[i]``.

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
        When the workers of dask cannot be reached or used.
    """
    order = Order(
        sources=Sources(
            roots=tuple(roots_of(music)),
            metadata=None if metadata is None else Path(metadata),
            strict=strict,
        ),
        config=_settle(config, clusters, seed),
        out=Path(out),
        model=None if model is None else Path(model),
        preview_seconds=preview_seconds,
        overwrite=overwrite,
    )
    return carry_out(order, machine or Machine())


def carry_out(order: Order, machine: Machine) -> RunResult:
    """Read, extract, analyse."""
    check_choices(order.config)
    choose_device(machine.device)  # one that is not there must not cost an extraction
    if order.model is not None:
        require_model(order.model, order.config)
    with (
        open_folder(order.out, overwrite=order.overwrite) as folder,
        open_workshop(machine) as shop,
    ):
        site = Site(
            folder=folder,
            arena=Arena(folder.work),
            machine=machine,
            watch=Stopwatch(),
            placer=shop.placer(),
        )
        with site.stage("reading and features"):
            prepared = prepare(order.sources, order.config, shop, site.arena)
        folder.claim(identity(prepared))
        return analyse(
            prepared,
            site,
            model=order.model,
            preview_seconds=order.preview_seconds,
            previous=order.previous,
        )


def analyse(
    prepared: Prepared,
    site: Site,
    *,
    model: Path | None = None,
    preview_seconds: float = 0.0,
    previous: AtlasData | None = None,
) -> RunResult:
    """Everything after the features, ending with the files of a finished run.

    Parameters
    ----------
    model, preview_seconds, previous
        See :class:`Order`.
    """
    keep_freed(STEP)
    config, folder, arena = prepared.config, site.folder, site.arena
    progress, stage, n_workers = site.machine.progress, site.stage, site.machine.n_workers
    data = TrainingData(features=prepared.inputs.features, condition=prepared.condition.one_hot)
    plans, studio = comparison_plans(data, config), site.studio(model)
    with contextlib.ExitStack() as beside, allow_threads(n_workers, data.features.n_tracks):
        training = train_beside(plans, data, config, studio, n_workers=n_workers)
        comparisons = beside.enter_context(training)
        with stage("training"):
            main = fit_main(data, config, studio).kept(arena)
            prepared = settle(prepared, main.placement.rows)
            tracks = prepared.library.tracks
            places = view_all(main, config, site.placer)
        points = {name: found.points for name, found in places.items()}
        projecting = beside.enter_context(start_projecting(points, config, apart=n_workers > 1))
        with stage("training"):
            others = comparisons.baselines()
        with stage("clusters and scores"):
            simple = simple_baselines(prepared.inputs, main.placement, config, arena.zeros)
            baselines = [baseline.kept(arena) for baseline in (*simple, *others)]
            del simple, others  # as large as the inputs
            corrections = corrections_for(prepared, folder.path, previous)
            grouping = group(prepared, main, baselines, corrections, previous)
            plot = (places, main.placement, grouping.tried.duplicates.kept, config)
            growing = beside.enter_context(start_growing(*plot, apart=n_workers > 1))
            evaluations = judge(grouping.clusterings, baselines[0], prepared, progress)
            trust = trust_of(main, grouping, evaluations, prepared, progress)
            centres, decision = decide_for(main.placement, grouping, config, site.placer)
        with stage("projections"):
            views = draw_views(places, projecting.maps(progress))
            nearest = projecting.nearest({name: found.rows for name, found in places.items()})
        with stage("words"):
            first, X = grouping.clusterings[0], main.placement.coordinates
            descriptors = prepared.descriptors()
            evidence = read_evidence(tracks, descriptors, config)
            description = describe(evidence, tracks, first, decision, centres)
            clusters = name_clusters(description.clusters, first, tracks, corrections, previous)
            tree = tree_of(growing.branches(progress), main.placement.rows, tracks, previous)
            tree = tree_by_hand(tree, X, evidence, tracks, corrections, previous)
            tree = with_flaws(tree, prepared.flaws, prepared.labels.judging.codes)
    result = RunResult(
        prepared=with_notes_on(tree, descriptors, prepared),
        model=main,
        grouping=grouping,
        evaluations=tuple(evaluations),
        centres=centres,
        confidence=decision.confidence,
        views=views,
        spaces={name: view.space for name, view in places.items()},
        descriptors=descriptors,
        clusters=clusters,
        reasons=description.reasons,
        tree=tree,
        trust=trust,
        out=folder.path,
        nearest=nearest,
    )
    with stage("pictures and files"):
        _write(result, corrections, site, preview_seconds)
    return dataclasses.replace(result, seconds=site.watch.seconds)


def _write(result: RunResult, corrections: Corrections, site: Site, preview_seconds: float) -> None:
    from songatlas.report.write import write_results  # loads matplotlib

    write_results(
        result,
        site.arena,
        site.machine.progress,
        corrections=corrections,
        preview_seconds=preview_seconds,
    )


def _settle(
    config: Config | Mapping[str, Any] | str | None, clusters: int | None, seed: int | None
) -> Config:
    if isinstance(config, str):
        config = load_config(preset=config)
    elif not isinstance(config, Config):
        config = load_config(overrides=config)
    given = {"seed": seed, "clustering": None if clusters is None else {"k": clusters}}
    config = replace(config, {key: value for key, value in given.items() if value is not None})
    check_limits(config)
    return config
