"""Write the results folder; ``run.json`` comes last, so that its presence means complete."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.config import to_dict
from songatlas.config.views import describe
from songatlas.evaluation.record import COLUMNS
from songatlas.extraction.descriptors import DESCRIPTORS_FILE, write_descriptors
from songatlas.listening.write import write_listening
from songatlas.models.trained import BEST_MODEL, FINAL_MODEL, TrainedModel, training_record
from songatlas.plots.style import save
from songatlas.progress import Progress
from songatlas.report.pictures import PICTURES
from songatlas.report.readme import write_readme
from songatlas.results.descriptions import (
    CLUSTERS_FILE,
    REASONS_FILE,
    write_clusters,
    write_reasons,
)
from songatlas.results.folder import RUN_FILE
from songatlas.results.read import MAPS, VIEWS_FOLDER
from songatlas.results.record import write_run_file
from songatlas.results.staging import discard_staged
from songatlas.stages.prepare import identity, input_hash
from songatlas.stages.result import RunResult, atlas_of
from songatlas.store.arena import Arena
from songatlas.store.arrays import write_array
from songatlas.store.atomic import remove, write_text
from songatlas.store.tables import write_csv
from songatlas.types import FloatArray, IntArray
from songatlas.version import __version__

_LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch", "umap-learn", "matplotlib", "soundfile")
_HISTORY_FIRST = ("epoch", "loss", "audio", "text", "kl", "beta", "learning_rate")


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
    written = [*_write_tables(result), *_write_arrays(result), *_write_models(result)]
    write_clusters(out, result.clusters, result.tracks)
    write_reasons(out, result.reasons, result.tracks)
    write_descriptors(out, result.tracks, result.descriptors)
    written += [CLUSTERS_FILE, REASONS_FILE, DESCRIPTORS_FILE]
    skipped_pictures = []
    with progress.stage("Drawing", total=len(PICTURES), unit="pictures") as bar:
        for name, draw in PICTURES.items():
            figure = draw(result)
            if figure is None:
                skipped_pictures.append(name)
                remove(out / name)
            else:
                save(figure, out / name)
                written.append(name)
            bar.advance()
    arena.rest()  # the examples of reconstructions were chosen among all tracks
    notes = result.prepared.notes
    if notes:
        write_text(out / "notes.txt", "".join(f"{note}\n" for note in notes))
        written.append("notes.txt")
    write_text(out / "trust.json", _trust_json(result))
    written.append("trust.json")
    written += write_listening(atlas_of(result), progress, preview_seconds=preview_seconds)
    write_readme(result, written=written, left_out=skipped_pictures)
    write_run_file(out, _record(result), [*written, "README.md"])


def _write_tables(result: RunResult) -> list[str]:
    out = result.out
    rows = [evaluation.row() for evaluation in result.evaluations]
    write_csv(out / "clustering_metrics.csv", COLUMNS, rows)
    history = result.model.fit.history
    others = sorted({key for row in history for key in row} - {*_HISTORY_FIRST})
    columns = [*_HISTORY_FIRST, *others]
    write_csv(
        out / "training_history.csv",
        columns,
        [[int(row["epoch"]), *(row.get(name) for name in columns[1:])] for row in history],
    )
    _write_tracks(result)
    selection = result.selection
    write_csv(
        out / "cluster_selection.csv",
        (
            "Clusters",
            "Silhouette",
            "Calinski-Harabasz",
            "Davies-Bouldin",
            "Inertia",
            "Smallest cluster",
        ),
        zip(
            selection.ks,
            selection.silhouette,
            selection.calinski_harabasz,
            selection.davies_bouldin,
            selection.inertia,
            selection.smallest_cluster,
            strict=True,
        ),
    )
    write_csv(
        out / "skipped.csv",
        ("path", "stage", "code", "reason", "declared_seconds", "decoded_seconds"),
        [tuple(vars(skip).values()) for skip in result.prepared.library.skipped],
    )
    return [
        "clustering_metrics.csv",
        "cluster_selection.csv",
        "training_history.csv",
        "tracks.csv",
        "skipped.csv",
    ]


def _write_tracks(result: RunResult) -> None:
    column = result.config.evaluation.label_column
    labels = result.prepared.labels
    fields = ["path", "title", "artist", "album", "year", "genre", "language"]
    columns = [*fields, "has_lyrics", "seconds", "content_hash"]
    extra = [] if column in columns else [column]
    methods = [clustering.method for clustering in result.clusterings]
    seconds = result.prepared.seconds
    rows = []
    for i, track in enumerate(result.tracks):
        cells = [getattr(track, name) for name in fields]
        cells.append(bool(track.lyrics))
        cells.append(float(seconds[i]) if np.isfinite(seconds[i]) else None)
        cells.append(track.content_hash)
        cells += ["" if labels.codes[i] < 0 else labels.names[labels.codes[i]] for _ in extra]
        cells.append(float(result.confidence[i]) if result.labels[i] >= 0 else None)
        rows.append([*cells, *(int(c.labels[i]) for c in result.clusterings)])
    write_csv(result.out / "tracks.csv", [*columns, *extra, "confidence", *methods], rows)


def _write_arrays(result: RunResult) -> list[str]:
    arrays: dict[str, FloatArray | IntArray] = {
        "latent_features.npy": result.placement.encoded.mean.astype(np.float32),
        "cluster_labels_kmeans.npy": result.labels.astype(np.int64),
        "genre_labels.npy": result.prepared.labels.codes.astype(np.int64),
    }
    for number, (view, found) in enumerate(result.views.items()):
        folder = "" if number == 0 else f"{VIEWS_FOLDER}/{view}/"
        arrays[f"{folder}coordinates.npy"] = found.coordinates
        for name in MAPS:
            arrays[f"{folder}{name}_2d.npy"] = found.maps[name]
    for name in {"audio", "lyrics"} - {*result.views}:  # of an earlier run in this folder
        _forget_view(result.out / VIEWS_FOLDER / name)
    for name, array in arrays.items():
        write_array(result.out / name, array)
    return list(arrays)


def _forget_view(folder: Path) -> None:
    if folder.is_dir():
        for name in ("coordinates.npy", *(f"{name}_2d.npy" for name in MAPS)):
            remove(folder / name)
        with contextlib.suppress(OSError):  # somebody put a file there
            folder.rmdir()


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


def _trust_json(result: RunResult) -> str:
    trust, choice = result.trust, result.choice
    record = {
        "verdict": trust.verdict,
        "findings": [vars(found) for found in trust.findings],
        "measurements": trust.measurements,
        "numbers_of_clusters": [
            {
                "k": k,
                "silhouette": choice.silhouette[i],
                "half_sample_agreement": choice.agreement[i],
                "smallest_cluster": choice.smallest_cluster[i],
                "votes": choice.votes[i],
            }
            for i, k in enumerate(choice.ks)
        ],
        "duplicates": [list(pair) for pair in trust.duplicates],
    }
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _record(result: RunResult) -> dict[str, Any]:
    """What stands in ``run.json``, but for the digests of the files."""
    ear = result.prepared.ear
    return {
        "songatlas": __version__,
        "identity": identity(result.prepared),
        "input_hash": input_hash(result.prepared.library),
        "root": str(result.prepared.library.root),
        "music": [str(root) for root in result.prepared.roots],
        "metadata": None if result.prepared.metadata is None else str(result.prepared.metadata),
        "seed": result.config.seed,
        "config": to_dict(result.config),
        "view": {
            "name": describe(result.config.view),
            "key": result.config.view.name,
            "weights": dict(result.placement.weights),
            "tracks_without_a_place": int((~result.placement.rows).sum()),
        },
        "embedding": None if ear is None else ear.facts(),
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _LIBRARIES},
        },
        "counts": {
            "discovered": result.prepared.library.n_discovered,
            "analysed": len(result.tracks),
            "skipped": len(result.prepared.library.skipped),
        },
    }
