"""A finished run brought up to date with its music, without training."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songatlas.atlas.changes import find_changes, find_renamed
from songatlas.atlas.corrections import apply_names, followed, read_corrections
from songatlas.config import load_config
from songatlas.errors import StorageError
from songatlas.extraction.descriptors import gather_descriptors, read_descriptors
from songatlas.extraction.ear import choose_ear
from songatlas.extraction.executor import LocalPool
from songatlas.jobs.run import run
from songatlas.library.read import read_music
from songatlas.listening.map import PAGE
from songatlas.listening.page import preview_seconds_of
from songatlas.listening.write import write_listening
from songatlas.location import cache_folder
from songatlas.machine import FileLimits
from songatlas.models.persistence import load_model
from songatlas.progress import Progress, Silent
from songatlas.results.folder import open_folder
from songatlas.results.read import read_atlas, read_run
from songatlas.results.staging import finish_staged
from songatlas.revision.advice import advise_refit
from songatlas.revision.deciding import decide_again
from songatlas.revision.merge import (
    corrected,
    corrected_centres,
    find_moved,
    merge,
    merge_descriptors,
    rows_of_now,
)
from songatlas.revision.place import place_changes
from songatlas.revision.redescribe import redescribe
from songatlas.revision.write import Rewritten, rewrite
from songatlas.stages.describe import read_evidence
from songatlas.stages.result import atlas_of
from songatlas.store.cache import FeatureCache
from songatlas.types.atlas import Atlas

_MOST_SHOWN = 5  # clusters with another number
_MOST_GONE = 0.5  # of the tracks, before it is asked whether a disk is missing


@dataclass(frozen=True, kw_only=True)
class UpdateReport:
    """What an update did.

    Parameters
    ----------
    new, changed, gone
        Tracks that were not there, that hold something else now, that are no longer there.
    moved
        Tracks of before, changed ones among them, that are in another cluster now.
    renumbered
        Number before → number now, of clusters that have another.
    skipped
        New files that cannot be used.
    advice
        Reasons to train again; empty where there are none.
    atlas
        What the folder holds now.
    """

    new: int
    changed: int
    gone: int
    moved: int
    renumbered: Mapping[int, int]
    skipped: int
    advice: tuple[str, ...]
    atlas: Atlas

    def sentence(self) -> str:
        """As a person reads it."""
        parts = [f"{self.new} new", f"{self.changed} changed", f"{self.moved} moved"]
        text = ", ".join([*parts, f"{self.gone} gone"])
        if self.skipped:
            text += f", {self.skipped} skipped"
        if self.renumbered:
            text += f"; {_renumbered(self.renumbered)}"
        if self.advice:
            return f"{text}; refit advised because {'; '.join(self.advice)}."
        return f"{text}."


def _renumbered(numbers: Mapping[int, int]) -> str:
    said = [f"cluster {old} is now {new}" for old, new in sorted(numbers.items())]
    more = f" and {len(said) - _MOST_SHOWN} more" if len(said) > _MOST_SHOWN else ""
    return ", ".join(said[:_MOST_SHOWN]) + more


def update(
    results: str | Path,
    music: Sequence[str | Path] = (),
    *,
    metadata: str | Path | None = None,
    accept_gone: bool = False,
    cache: str | Path | None = None,
    workers: int | None = None,
    limits: FileLimits | None = None,
    progress: Progress | None = None,
) -> UpdateReport:
    """Place what is new, forget what is gone, leave everything else where it was.

    Parameters
    ----------
    results
        Folder of a finished run.
    music
        As for :func:`songatlas.run`; nothing takes what the run was given.
    metadata
        Table of the tracks; None takes that of the run.
    accept_gone
        Whether more than half of the tracks may have gone.
    limits
        Time and memory of one file; None takes those of the environment.

    Raises
    ------
    StorageError
        When `results` is no finished run or cannot be written.
    SongatlasError
        When the music is not there, or most of it is not and `accept_gone` is False.
    """
    progress, executor = progress or Silent(), LocalPool(workers, limits)
    read_run(results)
    with open_folder(Path(results), overwrite=True) as folder:
        if finish_staged(folder.path):
            progress.say("An update that was interrupted has been finished.")
        record, atlas = read_run(results), read_atlas(results)
        saved = load_model(folder.path / "best_model.pth")
        config = load_config(overrides=saved["config"])
        roots = [Path(root) for root in (music or record["music"])]
        table = metadata or record["metadata"]
        columns = {field: name for field, name in vars(config.metadata).items() if name}
        with closing(FeatureCache(cache_folder(cache))) as store:
            library = read_music(
                roots,
                store,
                progress,
                metadata=None if table is None else Path(table),
                columns=columns,
            )
            changes = find_changes(atlas.tracks, library.tracks)
            if not accept_gone:
                _require_present(atlas, len(changes.gone), roots)
            library, placement, seconds = place_changes(
                atlas, library, changes, saved, store, executor=executor, progress=progress
            )
            changes = find_changes(atlas.tracks, library.tracks)
            ear = choose_ear(config, store.folder)[1] if saved["embedding"] else None
            fresh = tuple(
                track for track, old in zip(library.tracks, changes.before, strict=True) if old < 0
            )
            descriptors = merge_descriptors(
                read_descriptors(folder.path),
                changes,
                gather_descriptors(fresh, config, store, ear=ear),
            )
            evidence = read_evidence(library.tracks, descriptors, config)
            merged = merge(atlas, library, changes, placement, seconds)
            corrections = followed(
                read_corrections(folder.path), find_renamed(atlas.tracks, library.tracks)
            )
            merged = corrected(merged, corrections)
            centres = corrected_centres(
                merged, atlas, changes, saved["clusters"]["centres"].numpy()
            )
            again = None
            if centres is not None:
                again = decide_again(
                    merged, saved, library, centres, store, executor=executor, progress=progress
                )
        merged = redescribe(merged, atlas, changes, placement, evidence, again)
        named = apply_names(merged.clusters, merged.labels, merged.tracks, corrections)
        merged = dataclasses.replace(merged, clusters=named)
        fitted = {*record.get("fitted", [track.content_hash for track in atlas.tracks])}
        is_new = np.array([track.content_hash not in fitted for track in merged.tracks])
        coordinates = merged.views[merged.main_view].coordinates
        n_moved, renumbered = find_moved(atlas, merged, changes)
        report = UpdateReport(
            new=changes.n_new,
            changed=changes.n_changed,
            gone=len(changes.gone),
            moved=n_moved,
            renumbered=renumbered,
            skipped=sum(skip.code != "DUPLICATE" for skip in library.skipped),
            advice=tuple(advise_refit(coordinates, merged.confidence, is_new)),
            atlas=merged,
        )
        rewrite(
            Rewritten(
                atlas=merged,
                library=library,
                changes=changes,
                mean=rows_of_now(
                    np.load(folder.path / "latent_features.npy"), changes, placement.mean
                ),
                fitted=sorted(fitted),
                descriptors=descriptors,
                centres=centres,
                corrections=corrections,
                sentence=report.sentence(),
                config=config,
            ),
            record,
            music=[str(root.resolve()) for root in roots],
            metadata=None if table is None else str(Path(table).resolve()),
        )
        write_listening(merged, progress, preview_seconds=None)
    return report


def refit(
    results: str | Path,
    music: Sequence[str | Path] = (),
    *,
    metadata: str | Path | None = None,
    accept_gone: bool = False,
    cache: str | Path | None = None,
    workers: int | None = None,
    limits: FileLimits | None = None,
    progress: Progress | None = None,
) -> UpdateReport:
    """Train again with the settings of the run; clusters keep their numbers and names.

    Parameters and errors are those of :func:`update`.
    """
    record, before = read_run(results), read_atlas(results)
    roots = [Path(root) for root in (music or record["music"])]
    if not accept_gone:
        gone = [row for row, track in enumerate(before.tracks) if not track.source.exists()]
        if not music:
            _require_present(before, len(gone), roots)
    found = run(
        roots,
        metadata=metadata or record["metadata"],
        out=results,
        config=load_config(overrides=record["config"]),
        cache=cache,
        workers=workers,
        limits=limits,
        overwrite=True,
        preview_seconds=preview_seconds_of(Path(results) / PAGE),
        previous=before,
        progress=progress,
    )
    after = atlas_of(found)
    changes = find_changes(before.tracks, after.tracks)
    n_moved, renumbered = find_moved(before, after, changes)
    return UpdateReport(
        new=changes.n_new,
        changed=changes.n_changed,
        gone=len(changes.gone),
        moved=n_moved,
        renumbered=renumbered,
        skipped=sum(skip.code != "DUPLICATE" for skip in found.prepared.library.skipped),
        advice=(),
        atlas=after,
    )


def _require_present(atlas: Atlas, n_gone: int, roots: Sequence[Path]) -> None:
    n_before = len(atlas.tracks)
    if n_gone > _MOST_GONE * n_before:
        raise StorageError(
            f"{n_gone} of {n_before} tracks of {atlas.folder} are no longer in "
            f"{', '.join(str(root) for root in roots)}. Connect the disk or name the folder where "
            "they are; if they have gone for good, add --accept-gone."
        )
