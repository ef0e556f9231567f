"""The files of a results folder that name tracks, written again after an update."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.config import Config
from songatlas.features.audio.descriptors import Descriptors
from songatlas.library.labels import encode_labels, label_values
from songatlas.listening.map import PAGE
from songatlas.listening.playlists import PLAYLISTS_FOLDER
from songatlas.models.trained import BEST_MODEL, FINAL_MODEL
from songatlas.report.readme import with_clusters, with_regions
from songatlas.results.arrays import write_arrays
from songatlas.results.corrections import Corrections, keep_corrections
from songatlas.results.descriptions import cluster_rows, write_clusters, write_reasons
from songatlas.results.descriptors import write_descriptors
from songatlas.results.model import read_model
from songatlas.results.record import RunRecord, counts_of, digests, write_run
from songatlas.results.skipped import write_skipped
from songatlas.results.staging import staged
from songatlas.results.tracks import TrackTable, read_tracks, write_tracks
from songatlas.results.tree import write_tree
from songatlas.revision.merge import rows_of_now
from songatlas.stages.prepare import input_hash
from songatlas.store.atomic import write_text
from songatlas.types import FloatArray, Library
from songatlas.types.atlas import AtlasData

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

    atlas: AtlasData
    library: Library
    changes: Changes
    mean: FloatArray
    fitted: tuple[str, ...]
    descriptors: Descriptors
    centres: FloatArray | None
    corrections: Corrections
    sentence: str
    config: Config


def rewrite(
    new: Rewritten, record: RunRecord, *, music: tuple[str, ...], metadata: str | None
) -> None:
    """Replace the files of ``new.atlas.folder`` together.

    Scores, pictures and models stay those of the run: the report says so.

    Parameters
    ----------
    record
        Of the run so far.
    music, metadata
        What was named this time.
    """
    folder, atlas = new.atlas.folder, new.atlas
    with staged(folder) as files:
        _write_tracks(new, files)
        write_tree(files, atlas.tree)
        write_clusters(files, atlas.clusters, atlas.tracks)
        write_reasons(files, atlas.reasons, atlas.tracks)
        write_descriptors(files, atlas.tracks, new.descriptors)
        write_skipped(files, new.library.skipped)
        if new.centres is not None:
            for name in (FINAL_MODEL, BEST_MODEL):
                model = read_model(folder / name)
                dataclasses.replace(model, centres=new.centres).save(files / name)
        readme = (folder / "README.md").read_text(encoding="utf-8")
        readme = with_clusters(readme, cluster_rows(atlas.clusters))
        readme = with_regions(readme, atlas.tree, new.config.tree.detail)
        write_text(files / "README.md", _with_note(readme, new))
        written = [
            path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()
        ]
        record = dataclasses.replace(
            record,
            input_hash=input_hash(new.library),
            root=str(new.library.root),
            music=music,
            metadata=metadata,
            counts=counts_of(new.library),
            files=lasting(record) | digests(files, written),
            fitted=new.fitted,
        )
        write_run(files, record)
        keep_corrections(folder, new.corrections, files)


def lasting(record: RunRecord) -> dict[str, str]:
    """Digests but of what is made for listening, which is written again by other commands."""
    return {
        name: digest
        for name, digest in record.files.items()
        if name != PAGE and not name.startswith(f"{PLAYLISTS_FOLDER}/")
    }


def _write_tracks(new: Rewritten, files: Path) -> None:
    """``tracks.csv`` and the arrays.

    The clusters of the first method are those of the atlas; any other did not see the new tracks,
    and has them in none.
    """
    atlas, column = new.atlas, new.config.evaluation.label_column
    labels = encode_labels(label_values(new.library.tracks, column))
    main, *others = read_tracks(atlas.folder, atlas.root).clusters.items()
    unseen = np.array(-1)
    table = TrackTable(
        tracks=new.library.tracks,
        seconds=atlas.seconds,
        confidence=atlas.confidence,
        clusters={main[0]: atlas.labels}
        | {method: rows_of_now(found, new.changes, unseen) for method, found in others},
        label_column=column,
        classes=labels.values,
        tree=atlas.tree,
    )
    write_tracks(files, table)
    write_arrays(
        files, latents=new.mean, labels=atlas.labels, classes=labels.codes, views=atlas.views
    )


def _with_note(readme: str, new: Rewritten) -> str:
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
