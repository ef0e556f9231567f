"""Write the results folder: its files come together, ``run.json`` last.

So its presence means complete, and a run that is replaced stays until the new one is whole.
"""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Collection, Mapping
from importlib import metadata
from pathlib import Path

from songatlas.config import to_dict
from songatlas.config.views import describe
from songatlas.listening.write import write_listening
from songatlas.models.trained import BEST_MODEL, FINAL_MODEL, TrainedModel, training_record
from songatlas.plots.style import save
from songatlas.progress import Progress
from songatlas.report.pictures import PICTURES
from songatlas.report.readme import write_readme
from songatlas.results.arrays import forget_views, write_arrays
from songatlas.results.corrections import Corrections, keep_corrections
from songatlas.results.descriptions import write_clusters, write_reasons
from songatlas.results.descriptors import EMBEDDINGS_FILE, write_descriptors
from songatlas.results.metrics import write_history, write_metrics, write_selection
from songatlas.results.record import RecordedView, RunRecord, counts_of, digests, write_run
from songatlas.results.skipped import write_skipped
from songatlas.results.staging import staged
from songatlas.results.tracks import TrackTable, write_tracks
from songatlas.results.tree import write_tree
from songatlas.results.trust import write_trust
from songatlas.stages.prepare import identity, input_hash
from songatlas.stages.result import RunResult, atlas_of
from songatlas.store.arena import Arena
from songatlas.store.atomic import remove, write_text
from songatlas.version import __version__

_NOTES = "notes.txt"
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "umap-learn", "matplotlib", "soundfile")


def write_results(
    result: RunResult,
    arena: Arena,
    progress: Progress,
    *,
    corrections: Corrections | None = None,
    preview_seconds: float = 0.0,
) -> None:
    """Write every file of `result` below ``result.out``; see :func:`songatlas.run`.

    Parameters
    ----------
    arena
        Where the inputs are that do not fit in memory.
    corrections
        Those that were made, with paths as they are now; None where there are no others.
    """
    out, atlas = result.out, atlas_of(result)
    with staged(out) as files:
        result = dataclasses.replace(result, out=files)
        if corrections is not None:
            keep_corrections(out, corrections, files)
        written = [*_write_tables(result), *_write_models(result)]
        left_out = []
        with progress.stage("Drawing", total=len(PICTURES), unit="pictures") as bar:
            for name, picture in PICTURES.items():
                figure = picture.draw(result)
                if figure is None:
                    left_out.append(name)
                else:
                    save(figure, files / name)
                    written.append(name)
                bar.advance()
        arena.rest()  # the examples of reconstructions were chosen among many tracks
        notes = result.prepared.notes
        if notes:
            write_text(files / _NOTES, "".join(f"{note}\n" for note in notes))
            written.append(_NOTES)
        written.append(write_trust(files, result.trust, result.choice, result.opening))
        heard = write_listening(  # in place at once, among files of other people
            atlas, progress, preview_seconds=preview_seconds, nearest=result.nearest
        )
        write_readme(result, written=[*written, *heard], left_out=left_out)
        vouched = digests(files, [*written, "README.md"]) | digests(out, heard)
        write_run(files, _record(result, dict(sorted(vouched.items()))))
        _forget(out, {*PICTURES, _NOTES, EMBEDDINGS_FILE} - {*written}, [*result.views][1:])


def _forget(out: Path, names: Collection[str], views: Collection[str]) -> None:
    """Delete what an earlier run in this folder left and this one has not, before it is in place.

    Whatever stops it later leaves no file that the record beside it knows nothing of.
    """
    for name in names:
        remove(out / name)
    forget_views(out, {"audio", "lyrics"} - {*views})


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


def _record(result: RunResult, files: Mapping[str, str]) -> RunRecord:
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
        files=files,
    )
