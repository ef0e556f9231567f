"""What every track of now sounds like: as it was written, and of new ones from the cache."""

from __future__ import annotations

import dataclasses

import numpy as np

from songatlas.atlas.changes import Changes
from songatlas.extraction.descriptors import gather_descriptors, gather_means, gather_speech
from songatlas.extraction.ear import ear_of_run
from songatlas.extraction.workshop import Workshop
from songatlas.features.audio.descriptors import Descriptors
from songatlas.features.audio.speech import TAG as SPEECH
from songatlas.models.trained import TrainedModel
from songatlas.results.descriptors import read_descriptors
from songatlas.results.record import RunRecord
from songatlas.revision.merge import rows_of_now
from songatlas.types import FloatArray, Library
from songatlas.types.atlas import AtlasData


def descriptors_of_now(
    record: RunRecord,
    atlas: AtlasData,
    library: Library,
    changes: Changes,
    model: TrainedModel,
    shop: Workshop,
) -> tuple[Descriptors, RunRecord]:
    """What every track of now sounds like: as it was written, and of new ones from the cache.

    Where the ear has got a text tower since, the embeddings of all, and a record that says so.
    """
    ear = ear_of_run(model.config, model.ear, shop.cache.folder) if model.ear else None
    with_text = None if ear is None else ear.with_text((record.embedding or {}).get("text", ""))
    fresh = [t for t, old in zip(library.tracks, changes.before, strict=True) if old < 0]
    found = gather_descriptors(fresh, model.config, shop.cache, ear=ear, with_text=with_text)
    known = read_descriptors(atlas.folder)
    if SPEECH in found.tag_names and SPEECH not in known.tag_names:  # none was, or nobody asked
        speech = gather_speech(atlas.tracks, model.config, shop.cache)
        tags = np.column_stack([known.tags, speech.tags])
        known = dataclasses.replace(known, tag_names=(*known.tag_names, SPEECH), tags=tags)
    merged = merge_descriptors(known, changes, found)
    if ear is None or with_text is None or merged.embeddings is not None:
        return merged, record
    embeddings = gather_means(library.tracks, with_text, model.config, shop.cache)
    record = dataclasses.replace(record, embedding=ear.record())
    return dataclasses.replace(merged, embeddings=embeddings), record


def merge_descriptors(known: Descriptors, changes: Changes, fresh: Descriptors) -> Descriptors:
    """What the tracks of now sound like; tags of other names than the run's are left out.

    Speech is found without an ear, and so told of the new tracks whatever the ear of either.
    """
    names = known.tag_names
    return Descriptors(
        sound=rows_of_now(known.sound, changes, fresh.sound),
        tag_names=names,
        tags=rows_of_now(known.tags, changes, _tags(fresh, names)),
        embeddings=_merge_embeddings(known.embeddings, changes, fresh.embeddings),
    )


def _tags(heard: Descriptors, names: tuple[str, ...]) -> FloatArray:
    """Of new tracks, columns in the order of `names`; unknown where the ear was another."""
    same = {*heard.tag_names} | {SPEECH} == {*names} | {SPEECH}
    tags = np.full((len(heard.sound), len(names)), np.nan)
    for column, name in enumerate(names):
        if name in heard.tag_names and (same or name == SPEECH):
            tags[:, column] = heard.tags[:, heard.tag_names.index(name)]
        elif name == SPEECH:
            tags[:, column] = 0.0  # no track of them is
    return tags


def _merge_embeddings(
    known: FloatArray | None, changes: Changes, fresh: FloatArray | None
) -> FloatArray | None:
    """None where the run kept none; unknown of new tracks that no such ear has heard."""
    if known is None:
        return None
    if fresh is None or fresh.shape[1] != known.shape[1]:
        fresh = np.full((changes.before.count(-1), known.shape[1]), np.nan, known.dtype)
    found: FloatArray = rows_of_now(known, changes, fresh)
    return found
