"""Write the results folder; ``run.json`` comes last, so that its presence means complete."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Sequence
from importlib import metadata

from songatlas.config import to_dict
from songatlas.config.views import describe
from songatlas.listening.write import write_listening
from songatlas.models.trained import BEST_MODEL, FINAL_MODEL, TrainedModel, training_record
from songatlas.plots.style import save
from songatlas.progress import Progress
from songatlas.report.pictures import PICTURES
from songatlas.report.readme import write_readme
from songatlas.results.arrays import forget_views, write_arrays
from songatlas.results.descriptions import write_clusters, write_reasons
from songatlas.results.descriptors import write_descriptors
from songatlas.results.folder import RUN_FILE
from songatlas.results.metrics import write_history, write_metrics, write_selection
from songatlas.results.record import RecordedView, RunRecord, counts_of, digests, write_run
from songatlas.results.skipped import write_skipped
from songatlas.results.staging import discard_staged
from songatlas.results.tracks import TrackTable, write_tracks
from songatlas.results.tree import write_tree
from songatlas.results.trust import write_trust
from songatlas.stages.prepare import identity, input_hash
from songatlas.stages.result import RunResult, atlas_of
from songatlas.store.arena import Arena
from songatlas.store.atomic import remove, write_text
from songatlas.version import __version__

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "umap-learn", "matplotlib", "soundfile")


def write_results(
    result: RunResult, arena: Arena, progress: Progress, *, preview_seconds: float = 0.0
) -> None:
    """Write every file of `result` below ``result.out``; see :func:`songatlas.run`.

    Parameters
    ----------
    arena
        Where the inputs are that do not fit in memory.
    """
    out = result.out
    remove(out / RUN_FILE)
    discard_staged(out)
    written = [*_write_tables(result), *_write_models(result)]
    skipped_pictures = []
    with progress.stage("Drawing", total=len(PICTURES), unit="pictures") as bar:
        for name, picture in PICTURES.items():
            figure = picture.draw(result)
            if figure is None:
                skipped_pictures.append(name)
                remove(out / name)
            else:
                save(figure, out / name)
                written.append(name)
            bar.advance()
    arena.rest()  # the examples of reconstructions were chosen among many tracks
    notes = result.prepared.notes
    if notes:
        write_text(out / "notes.txt", "".join(f"{note}\n" for note in notes))
        written.append("notes.txt")
    written.append(write_trust(out, result.trust, result.choice, result.opening))
    written += write_listening(
        atlas_of(result), progress, preview_seconds=preview_seconds, nearest=result.nearest
    )
    write_readme(result, written=written, left_out=skipped_pictures)
    write_run(out, _record(result, [*written, "README.md"]))


def _write_tables(result: RunResult) -> list[str]:
    out, labels = result.out, result.prepared.labels
    table = TrackTable(
        tracks=result.tracks,
        seconds=result.prepared.seconds,
        confidence=result.confidence,
        clusters={found.method: found.labels for found in result.clusterings},
        label_column=result.config.evaluation.label_column,
        classes=labels.values,
        tree=result.tree,
    )
    forget_views(out, {"audio", "lyrics"} - {*result.views})  # of an earlier run in this folder
    return [
        write_metrics(out, result.evaluations),
        write_selection(out, result.selection),
        write_history(out, result.model.fit.history),
        write_skipped(out, result.prepared.library.skipped),
        write_tracks(out, table),
        write_tree(out, result.tree),
        write_clusters(out, result.clusters, result.tracks),
        write_reasons(out, result.reasons, result.tracks),
        *write_descriptors(out, result.tracks, result.descriptors),
        *write_arrays(
            out,
            latents=result.placement.encoded.mean,
            labels=result.labels,
            classes=labels.codes,
            views=result.views,
        ),
    ]


def _write_models(result: RunResult) -> list[str]:
    fitted, ear = result.model, result.prepared.ear
    fit = fitted.fit
    best = TrainedModel(
        config=result.config,
        shapes=fitted.shapes,
        state=fit.best_state,
        epoch=fit.best_epoch,
        inputs=result.prepared.inputs.state,
        condition=result.prepared.condition.names,
        spaces=result.spaces,
        method=result.clusterings[0].method,
        centres=result.centres,
        ear=None if ear is None else ear.facts(),
        training=training_record(fitted.key, fit),
    )
    last = dataclasses.replace(best, state=fit.final_state, epoch=len(fit.history))
    for name, model in {FINAL_MODEL: last, BEST_MODEL: best}.items():
        model.save(result.out / name)
    return [FINAL_MODEL, BEST_MODEL]


def _record(result: RunResult, written: Sequence[str]) -> RunRecord:
    ear, library = result.prepared.ear, result.prepared.library
    return RunRecord(
        songatlas=__version__,
        identity=identity(result.prepared),
        input_hash=input_hash(library),
        root=str(library.root),
        music=tuple(str(root) for root in result.prepared.roots),
        metadata=None if result.prepared.metadata is None else str(result.prepared.metadata),
        seed=result.config.seed,
        config=to_dict(result.config),
        view=RecordedView(
            name=describe(result.config.view),
            key=result.config.view.name,
            weights=result.placement.weights,
            tracks_without_a_place=int((~result.placement.rows).sum()),
        ),
        embedding=None if ear is None else ear.record(),
        versions={
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _LIBRARIES},
        },
        counts=counts_of(library),
        files=digests(result.out, written),
    )
