"""From prepared inputs to the results folder: training, clusters, scores, maps, files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from songatlas.atlas.corrections import apply_names
from songatlas.atlas.keeping import keep_names, keep_numbers
from songatlas.evaluation.trust import find_duplicates
from songatlas.models.membership import cluster_centres, find_membership
from songatlas.models.training import choose_device
from songatlas.progress import Progress
from songatlas.projection.apart import start_projecting
from songatlas.results.corrections import keep_corrections
from songatlas.results.folder import ResultsFolder
from songatlas.seeds import stage_seed
from songatlas.stages.baselines import simple_baselines
from songatlas.stages.by_hand import corrected, corrections_for
from songatlas.stages.cluster import cluster_all
from songatlas.stages.describe import describe
from songatlas.stages.fit import fit_main, fit_others
from songatlas.stages.halves import half_tracks
from songatlas.stages.judge import number_of_clusters, trust_of
from songatlas.stages.judging import judge
from songatlas.stages.placing import (
    among_all,
    note_unplaced,
    placed,
    placed_tracks,
    require_placed,
)
from songatlas.stages.prepare import Prepared
from songatlas.stages.result import RunResult
from songatlas.stages.sizes import size_notes
from songatlas.stages.views import view_all
from songatlas.stopwatch import Stopwatch
from songatlas.store.arena import Arena
from songatlas.types.atlas import Atlas, View


def analyse(
    prepared: Prepared,
    folder: ResultsFolder,
    *,
    device: str,
    model: Path | None,
    arena: Arena,
    apart: bool,
    preview_seconds: float = 0.0,
    progress: Progress,
    watch: Stopwatch,
    previous: Atlas | None = None,
) -> RunResult:
    """Everything after the features, ending with the files of a finished run.

    Parameters
    ----------
    device
        As for :func:`songatlas.run`.
    model
        Results folder whose model is used; None uses that in `folder` if there is one.
    arena
        Where the inputs are that do not fit in memory.
    apart
        Whether the maps are made beside all that follows, in another process.
    preview_seconds
        As for :func:`songatlas.run`.
    watch
        Takes the time of every stage.
    previous
        A run whose clusters give theirs their numbers and names.
    """
    config, where = prepared.config, choose_device(device)
    with watch.time("training"):
        main = fit_main(
            prepared,
            config,
            where,
            folder.work,
            progress,
            finished=folder.path if model is None else model,
            must_reuse=model is not None,
        )
        require_placed(main.rows, config)
        prepared = note_unplaced(prepared, main.rows, config)
        heard, rows = placed(main), main.rows
        limits = size_notes(int(rows.sum()), config)
        prepared = dataclasses.replace(prepared, notes=(*prepared.notes, *limits))
        viewed = view_all(main, config)
        arena.rest()
    points = {name: view.coordinates[view.rows] for name, view in viewed.items()}
    with start_projecting(points, config, apart=apart) as maps:
        with watch.time("training"):
            baselines = fit_others(prepared, main, config, where, folder.work, progress)
            arena.rest()
        with watch.time("clusters and scores"):
            simple = simple_baselines(prepared.inputs, main.space.noise, rows, config)
            arena.rest()
            baselines = [
                dataclasses.replace(baseline, X=arena.keep(baseline.X))
                for baseline in (*simple, *baselines)
            ]
            del simple  # as large as the inputs
            arena.rest()
            shared = baselines[0]  # PCA of the inputs: no method's own space
            duplicates = find_duplicates(shared.X if rows.all() else shared.X[rows])
            selection, half_samples, choice = number_of_clusters(
                heard.latents.coordinates, duplicates, config
            )
            clusterings = cluster_all(main, baselines, choice.k, config)
            if previous is not None:
                clusterings[0] = keep_numbers(clusterings[0], prepared.library.tracks, previous)
            corrections = corrections_for(prepared, folder.path, previous)
            by_hand = corrected(clusterings[0], prepared, corrections)
            clusterings = [*by_hand, *clusterings]
            evaluations = judge(clusterings, shared, prepared, config, progress)
            arena.rest()  # the scores have read all baselines
            halves = half_tracks(heard, config)
            arena.rest()  # the checks see a sample of the inputs
            trust = trust_of(
                heard,
                clusterings[len(by_hand)].labels[rows],  # the method's own are judged
                evaluations[len(by_hand)],
                placed_tracks(prepared, rows),
                config,
                duplicates=duplicates,
                halves=halves,
                half_samples=half_samples,
                choice=choice,
                progress=progress,
            )
            centres = cluster_centres(main.latents.coordinates, clusterings[0].labels)
            membership = find_membership(
                main.model,
                main.encoded,
                main.data.condition,
                main.space,
                centres,
                seed=stage_seed(config.seed, "membership"),
            )
        with watch.time("projections"):
            views = {
                name: View(
                    coordinates=among_all(points[name], viewed[name].rows).astype(np.float32),
                    maps={
                        kind: among_all(xy, viewed[name].rows).astype(np.float32)
                        for kind, xy in of_view.items()
                    },
                )
                for name, of_view in maps.result(progress).items()
            }
    with watch.time("words"):
        confidence = np.where(rows, membership.confidence, 0.0)
        descriptors = prepared.descriptors()
        description = describe(
            prepared.library.tracks,
            descriptors,
            main,
            membership,
            clusterings[0].labels,
            config,
            centres=centres,
            confidence=confidence,
        )
        clusters = description.clusters
        if previous is not None:
            clusters = keep_names(
                clusters, clusterings[0].labels, prepared.library.tracks, previous
            )
        clusters = apply_names(
            clusters, clusterings[0].labels, prepared.library.tracks, corrections
        )
        arena.rest()  # the shares of every track have read all inputs; pictures read a few
    result = RunResult(
        config=config,
        prepared=prepared,
        model=main,
        selection=selection,
        choice=choice,
        clusterings=tuple(clusterings),
        evaluations=tuple(evaluations),
        centres=centres,
        confidence=confidence,
        views=views,
        spaces={name: view.space for name, view in viewed.items()},
        descriptors=descriptors,
        clusters=clusters,
        reasons=description.reasons,
        trust=trust,
        out=folder.path,
    )
    with watch.time("pictures and files"):
        from songatlas.report.write import write_results  # loads matplotlib

        keep_corrections(folder.path, corrections)  # first: the paths of tracks.csv are new now
        write_results(result, arena, progress, preview_seconds=preview_seconds)
    return result
