"""The files of a results folder that name tracks, written again after an update."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.atlas.corrections import Corrections, read_corrections, write_corrections
from songatlas.config import Config
from songatlas.extraction.descriptors import Descriptors, write_descriptors
from songatlas.library.labels import column_values, encode_labels
from songatlas.models.trained import BEST_MODEL, FINAL_MODEL, TrainedModel
from songatlas.report.readme import with_clusters
from songatlas.results.descriptions import cluster_rows, write_clusters, write_reasons
from songatlas.results.folder import RUN_FILE
from songatlas.results.read import VIEWS_FOLDER
from songatlas.results.staging import staged
from songatlas.stages.prepare import input_hash
from songatlas.store.arrays import write_array
from songatlas.store.atomic import write_json, write_text
from songatlas.store.tables import Cell, read_csv, write_csv
from songatlas.types import FloatArray, Library
from songatlas.types.atlas import Atlas

_BEGIN, _END = "<!-- update -->", "<!-- end of update -->"


@dataclass(frozen=True, kw_only=True)
class Rewritten:
    """Everything that an update changes.

    Parameters
    ----------
    library
        The same tracks with lyrics and columns, and what was skipped.
    changes
        From the files as they are to `atlas`.
    mean
        Shape (n_tracks, n_latent).
    fitted
        Contents that the model was fitted to.
    descriptors
        What every track sounds like.
    centres
        Of clusters that a person corrected, (n_clusters, n_coordinates); None where none was.
    corrections
        Of the folder, under the paths of now.
    sentence
        What happened.
    """

    atlas: Atlas
    library: Library
    changes: Changes
    mean: FloatArray
    fitted: list[str]
    descriptors: Descriptors
    centres: FloatArray | None
    corrections: Corrections
    sentence: str
    config: Config


def rewrite(
    new: Rewritten, record: dict[str, Any], *, music: list[str], metadata: str | None
) -> None:
    """Replace the files of ``new.atlas.folder`` together.

    Scores, pictures and models stay those of the run: the report says so.

    Parameters
    ----------
    record
        The contents of ``run.json`` so far.
    music, metadata
        What was named this time.
    """
    folder, atlas = new.atlas.folder, new.atlas
    with staged(folder) as files:
        _write_tracks(new, folder, files)
        _write_arrays(new, files)
        write_clusters(files, atlas.clusters, atlas.tracks)
        write_reasons(files, atlas.reasons, atlas.tracks)
        write_descriptors(files, atlas.tracks, new.descriptors)
        if new.centres is not None:
            for name in (FINAL_MODEL, BEST_MODEL):
                model = TrainedModel.load(folder / name)
                dataclasses.replace(model, centres=new.centres).save(files / name)
        write_csv(
            files / "skipped.csv",
            ("path", "stage", "code", "reason", "declared_seconds", "decoded_seconds"),
            [tuple(vars(skip).values()) for skip in new.library.skipped],
        )
        readme = (folder / "README.md").read_text(encoding="utf-8")
        readme = with_clusters(readme, cluster_rows(atlas.clusters))
        write_text(files / "README.md", _with_note(readme, new, record))
        record = record | {
            "input_hash": input_hash(new.library),
            "root": str(new.library.root),
            "music": music,
            "metadata": metadata,
            "fitted": new.fitted,
            "counts": {
                "discovered": new.library.n_discovered,
                "analysed": len(atlas.tracks),
                "skipped": len(new.library.skipped),
            },
        }
        written = [
            path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()
        ]
        # what is made for listening is written after this, and again by other commands
        kept = {
            name: digest
            for name, digest in record["files"].items()
            if name != "atlas.html" and not name.startswith("playlists/")
        }
        record["files"] = kept | {name: _digest(files / name) for name in written}
        write_json(files / RUN_FILE, record)
        if new.corrections != read_corrections(folder):
            write_corrections(files, new.corrections)


def _write_tracks(new: Rewritten, folder: Path, files: Path) -> None:
    """``tracks.csv``: a method that did not see a new track has it in no cluster, −1."""
    before = read_csv(folder / "tracks.csv")
    columns = list(before[0])
    methods = columns[columns.index("confidence") + 1 :]
    column = new.config.evaluation.label_column
    values = column_values(new.library.tracks, column)
    rows: list[list[Cell]] = []
    for row, (track, old) in enumerate(zip(new.library.tracks, new.changes.before, strict=True)):
        label = int(new.atlas.labels[row])
        seconds = float(new.atlas.seconds[row])
        cells: dict[str, Cell] = {
            **{name: getattr(track, name, "") for name in columns},
            column: values[row],
            "has_lyrics": bool(track.lyrics),
            "seconds": seconds if np.isfinite(seconds) else None,
            "confidence": float(new.atlas.confidence[row]) if label >= 0 else None,
        }
        for number, method in enumerate(methods):
            known = label if number == 0 else -1
            cells[method] = known if old < 0 else int(before[old][method])
        rows.append([cells[name] for name in columns])
    write_csv(files / "tracks.csv", columns, rows)


def _write_arrays(new: Rewritten, files: Path) -> None:
    labels = encode_labels(column_values(new.library.tracks, new.config.evaluation.label_column))
    arrays: dict[str, Any] = {
        "latent_features.npy": new.mean.astype(np.float32),
        "cluster_labels_kmeans.npy": new.atlas.labels.astype(np.int64),
        "genre_labels.npy": labels.codes.astype(np.int64),
    }
    for name, view in new.atlas.views.items():
        prefix = "" if name == new.atlas.main_view else f"{VIEWS_FOLDER}/{name}/"
        arrays[f"{prefix}coordinates.npy"] = view.coordinates
        arrays |= {f"{prefix}{kind}_2d.npy": xy for kind, xy in view.maps.items()}
    for name, array in arrays.items():
        write_array(files / name, array)


def _with_note(readme: str, new: Rewritten, record: dict[str, Any]) -> str:
    """The report with a note on what has happened since, in place of an earlier one."""
    head, _, rest = readme.partition("\n")
    if _BEGIN in rest:
        rest = rest.partition(_BEGIN)[0].rstrip("\n") + "\n" + rest.partition(_END)[2]
    fitted = len(new.fitted)
    note = (
        f"{_BEGIN}\n**Updated.** {new.sentence} There are {len(new.atlas.tracks):,} tracks now; "
        f"verdict, scores, pictures and model below are those of the run on {fitted:,} tracks.\n"
        f"{_END}"
    )
    return "\n".join([head, "", note, "", rest.lstrip("\n")])


def _digest(path: Path) -> str:
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
