"""A finished run brought up to date with its music, without training."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songatlas.atlas.changes import Changes, find_changes, find_renamed
from songatlas.atlas.corrections import apply_names, followed
from songatlas.atlas.keeping import without_old_names
from songatlas.config import load_config, replace
from songatlas.errors import StorageError
from songatlas.extraction.workshop import Workshop, open_workshop
from songatlas.jobs.run import Order, carry_out
from songatlas.library.read import Music, roots_of
from songatlas.listening.map import PAGE
from songatlas.listening.page import preview_seconds_of
from songatlas.listening.write import write_listening
from songatlas.machine import Machine
from songatlas.results.arrays import read_latents
from songatlas.results.corrections import read_corrections
from songatlas.results.model import read_model
from songatlas.results.read import read_atlas
from songatlas.results.record import read_run
from songatlas.results.staging import changing
from songatlas.revision.advice import advise_refit
from songatlas.revision.descriptors import descriptors_of_now
from songatlas.revision.merge import (
    corrected,
    corrected_centres,
    find_moved,
    merge,
    rows_of_now,
)
from songatlas.revision.place import decide_again, place_changes
from songatlas.revision.redescribe import redescribe
from songatlas.revision.write import Rewritten, rewrite
from songatlas.stages.by_hand import tree_by_hand
from songatlas.stages.content import with_notes_on_new
from songatlas.stages.describe import read_evidence
from songatlas.stages.prepare import Sources
from songatlas.stages.result import atlas_of
from songatlas.text import some
from songatlas.types import Library
from songatlas.types.atlas import AtlasData

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
    renamed
        Tracks of before whose file is elsewhere, or called otherwise, now.
    renumbered
        Number before → number now, of clusters that have another.
    skipped
        New files that cannot be used.
    advice
        Reasons to train again; empty where there are none.
    atlas
        What the folder holds now.
    notes
        On what was left out, and on rows of the table that describe nothing.
    """

    new: int
    changed: int
    gone: int
    moved: int
    renamed: int
    renumbered: Mapping[int, int]
    skipped: int
    advice: tuple[str, ...]
    atlas: AtlasData
    notes: tuple[str, ...] = ()

    def sentence(self) -> str:
        """As a person reads it."""
        always, sometimes = ("new", "changed", "moved", "gone"), ("renamed", "skipped")
        counted = {name: getattr(self, name) for name in (*always, *sometimes)}
        text = ", ".join(f"{n} {name}" for name, n in counted.items() if n or name in always)
        again = [f"cluster {old} is now {new}" for old, new in sorted(self.renumbered.items())]
        if again:
            text += f"; {some(again)}"
        if self.advice:
            text += f"; refit advised because {'; '.join(self.advice)}"
        return f"{text}."


def update(
    results: str | Path,
    music: Music = (),
    *,
    metadata: str | Path | None = None,
    exclude: Sequence[str] = (),
    refit: bool = False,
    accept_gone: bool = False,
    machine: Machine | None = None,
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
    exclude
        Globs of files and folders to leave out from now on, beside those of the run.
    refit
        Train again, with the settings of the run; clusters keep their numbers and names.
    accept_gone
        Whether more than half of the tracks may have gone.
    machine
        As for :func:`songatlas.run`.

    Raises
    ------
    StorageError
        When `results` is no finished run or cannot be written.
    SongatlasError
        When the music is not there, or most of it is not and `accept_gone` is False.
    """
    machine = machine or Machine()
    if refit:
        with changing(results, machine.progress, keep=True):  # what was begun is finished first
            sources = _sources(results, music, metadata, exclude)
            before = without_old_names(read_atlas(results), read_corrections(Path(results)))
        accept_gone = accept_gone or bool(music)
        return _refit(Path(results), before, sources, machine, accept_gone=accept_gone)
    with changing(results, machine.progress) as folder, open_workshop(machine) as shop:
        sources = _sources(results, music, metadata, exclude)
        report = _update(folder.path, sources, shop, accept_gone=accept_gone)
        write_listening(report.atlas, shop.progress, preview_seconds=None)
    return report


def _sources(
    results: str | Path, music: Music, metadata: str | Path | None, exclude: Sequence[str]
) -> Sources:
    """What was named now, else what was named for the run; what either left out."""
    record = read_run(results)
    roots = roots_of(music) or [Path(root) for root in record.music]
    table = metadata or record.metadata
    globs = dict.fromkeys([*record.config.get("library", {}).get("exclude", ()), *exclude])
    return Sources(
        roots=tuple(roots),
        metadata=None if table is None else Path(table),
        exclude=tuple(globs),
    )


def _update(folder: Path, sources: Sources, shop: Workshop, *, accept_gone: bool) -> UpdateReport:
    record, atlas, model = read_run(folder), read_atlas(folder), read_model(folder)
    changed = {"library": {"exclude": [*sources.exclude]}}
    record = dataclasses.replace(record, config={**record.config, **changed})
    config = replace(model.config, changed)
    library = shop.read_music(sources.roots, config, metadata=sources.metadata)
    changes = find_changes(atlas.tracks, library.tracks)
    if not accept_gone:
        _require_present(atlas, len(changes.gone), sources.roots)
    library, new = place_changes(atlas, library, changes, model, shop)
    changes = find_changes(atlas.tracks, library.tracks)
    descriptors, record = descriptors_of_now(record, atlas, library, changes, model, shop)
    corrections = followed(read_corrections(folder), find_renamed(atlas.tracks, library.tracks))
    merged = corrected(merge(atlas, library, changes, new), corrections)
    centres = corrected_centres(merged, atlas, changes, model.centres)
    again = None if centres is None else decide_again(merged, library, centres, model, shop)
    evidence = read_evidence(library.tracks, descriptors, model.config)
    merged = redescribe(merged, atlas, changes, new.decision, evidence, again)
    named = apply_names(merged.clusters, merged.labels, merged.tracks, corrections)
    X = merged.views[merged.main_view].coordinates
    tree = tree_by_hand(merged.tree, X, evidence, merged.tracks, corrections)
    merged = dataclasses.replace(merged, clusters=named, tree=tree)
    library = with_notes_on_new(library, changes.before, descriptors, merged.seconds)
    fitted = {*(record.fitted or (track.content_hash for track in atlas.tracks))}
    report = _report(atlas, merged, changes, library, advice=_advice(merged, fitted))
    table = sources.metadata
    rewrite(
        Rewritten(
            atlas=merged,
            library=library,
            changes=changes,
            mean=rows_of_now(read_latents(folder), changes, new.mean),
            fitted=tuple(sorted(fitted)),
            descriptors=descriptors,
            centres=centres,
            corrections=corrections,
            sentence=report.sentence(),
            config=model.config,
        ),
        record,
        music=tuple(os.path.abspath(root) for root in sources.roots),  # noqa: PTH100 - links stay
        metadata=None if table is None else os.path.abspath(table),  # noqa: PTH100
    )
    return report


def _advice(merged: AtlasData, fitted: Collection[str]) -> tuple[str, ...]:
    is_new = np.array([track.content_hash not in fitted for track in merged.tracks])
    coordinates = merged.views[merged.main_view].coordinates
    return tuple(advise_refit(coordinates, merged.confidence, is_new))


def _refit(
    results: Path, before: AtlasData, sources: Sources, machine: Machine, *, accept_gone: bool
) -> UpdateReport:
    """Train again with the settings of the run; clusters keep their numbers and names."""
    record = read_run(results)
    if not accept_gone:
        n_gone = sum(not track.source.exists() for track in before.tracks)
        _require_present(before, n_gone, sources.roots)
    order = Order(
        sources=sources,
        config=load_config(overrides={**record.config, "library": {"exclude": [*sources.exclude]}}),
        out=results,
        overwrite=True,
        preview_seconds=preview_seconds_of(results / PAGE),
        previous=before,
    )
    found = carry_out(order, machine)
    after = atlas_of(found)
    changes = find_changes(before.tracks, after.tracks)
    return _report(before, after, changes, found.prepared.library)


def _report(
    before: AtlasData,
    after: AtlasData,
    changes: Changes,
    library: Library,
    advice: tuple[str, ...] = (),
) -> UpdateReport:
    n_moved, renumbered = find_moved(before, after, changes)
    return UpdateReport(
        new=changes.n_new,
        changed=changes.n_changed,
        gone=len(changes.gone),
        moved=n_moved,
        renamed=len(find_renamed(before.tracks, after.tracks)),
        renumbered=renumbered,
        skipped=sum(skip.code != "DUPLICATE" for skip in library.skipped),
        advice=advice,
        atlas=after,
        notes=library.notes,
    )


def _require_present(atlas: AtlasData, n_gone: int, roots: Sequence[Path]) -> None:
    n_before = len(atlas.tracks)
    if n_gone > _MOST_GONE * n_before:
        raise StorageError(
            f"{n_gone} of {n_before} tracks of {atlas.folder} are no longer in "
            f"{', '.join(str(root) for root in roots)}. Connect the disk or name the folder where "
            "they are; if they have gone for good, add --accept-gone."
        )
