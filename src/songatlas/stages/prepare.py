"""From folders and a table to model inputs: everything before training."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from songatlas.config import Config, to_dict
from songatlas.errors import TooFewTracksError
from songatlas.extraction.descriptors import Descriptors, gather_descriptors
from songatlas.extraction.ear import Ear, choose_ear, gather_embeddings, without_ear
from songatlas.extraction.executor import Executor
from songatlas.extraction.gather import (
    ExtractionCounts,
    frames_extraction,
    gather,
    lengths,
    require_none_skipped,
    without_failures,
)
from songatlas.extraction.sentences import gather_sentences
from songatlas.features.inputs import Inputs, build_inputs, reducer
from songatlas.features.text.language import with_languages
from songatlas.library.labels import Labels, read_labels
from songatlas.library.read import read_music
from songatlas.progress import Progress
from songatlas.stages.condition import Condition, encode_condition
from songatlas.store.arena import Arena
from songatlas.store.cache import FeatureCache
from songatlas.types import FloatArray, Library

MIN_TRACKS = 10


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Inputs and labels of a run, row *i* of everything being ``library.tracks[i]``.

    Parameters
    ----------
    config
        The settings as they were given, with ``input.embedding`` settled.
    ear
        The pretrained network that was used, if any.
    condition
        What a conditional model is given of every track.
    notes
        One sentence each for what a reader should know.
    roots, metadata
        What was named on the command line (absolute), for the next time.
    seconds
        Shape (n_tracks,): length of what was analysed of every track.
    descriptors
        Reads what every track sounds like from the cache, which must still be open: not before
        training, which does not need it.
    """

    config: Config
    library: Library
    counts: ExtractionCounts
    ear: Ear | None
    inputs: Inputs
    labels: Labels
    condition: Condition
    notes: tuple[str, ...]
    roots: tuple[Path, ...] = ()
    metadata: Path | None = None
    seconds: FloatArray
    descriptors: Callable[[], Descriptors]


def prepare(
    roots: Sequence[Path],
    config: Config,
    cache: FeatureCache,
    *,
    metadata: Path | None,
    executor: Executor,
    progress: Progress,
    arena: Arena,
    strict: bool = False,
) -> Prepared:
    """Read, extract, and fit the inputs.

    Parameters
    ----------
    arena
        Where windows and inputs go that do not fit in memory.
    strict
        Stop at the first file that cannot be used.

    Raises
    ------
    ModelError
        When the pretrained network that was asked for cannot be used.
    UnusableFileError
        For the first file that cannot be used, when `strict`.
    TooFewTracksError
        When fewer than 10 tracks can be used, or no more than clusters are asked for.
    """
    lacking = without_ear(config, cache.folder)
    config, ear = choose_ear(config, cache.folder)
    columns = {field: name for field, name in vars(config.metadata).items() if name}
    library = read_music(roots, cache, progress, metadata=metadata, columns=columns)
    if strict:
        require_none_skipped(library)
    notes = list(library.notes)
    read_labels(library.tracks, config)  # a wrong column must not cost an extraction
    if lacking:  # not before what was named is known to be there
        progress.say(lacking)
    results, counts = gather(
        library.tracks,
        frames_extraction(config.audio),
        cache,
        reducer(config, arena),
        executor=executor,
        progress=progress,
        strict=strict,
    )
    library, reduced = without_failures(library, results)
    _require_tracks(library, config)
    embeddings = None
    if ear is not None:
        embeddings, _, absent = gather_embeddings(
            library.tracks, ear, config, cache, executor=executor, progress=progress
        )
        notes += absent
    sentences = gather_sentences(library.tracks, config, cache, progress)
    tracks, n_detected = with_languages(library.tracks)
    library = dataclasses.replace(library, tracks=tracks)
    if n_detected:
        notes.append(
            f"The language of {n_detected} tracks was detected from their lyrics; as a label for "
            "clusters of lyrics it is circular."
        )
    labels = read_labels(tracks, config)
    inputs = build_inputs(
        tracks, reduced, config, embeddings=embeddings, sentences=sentences, arena=arena
    )
    if "text" in config.model.modalities and "text" not in inputs.features.modalities:
        notes.append("No track has usable lyrics: the model hears audio only.")
    return Prepared(
        config=config,
        library=library,
        counts=counts,
        ear=ear,
        inputs=inputs,
        labels=labels,
        condition=encode_condition(tracks, config, labels),
        notes=tuple(notes),
        roots=tuple(Path(os.path.abspath(root)) for root in roots),  # noqa: PTH100 - links stay
        metadata=None if metadata is None else Path(os.path.abspath(metadata)),  # noqa: PTH100
        seconds=lengths(library.tracks, frames_extraction(config.audio), cache),
        descriptors=partial(gather_descriptors, library.tracks, config, cache, ear=ear),
    )


def identity(prepared: Prepared) -> str:
    """Digest of all that determines the results: tracks, what is written of them, settings."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(json.dumps(to_dict(prepared.config), sort_keys=True).encode())
    if prepared.ear is not None:
        digest.update(prepared.ear.description.fingerprint.encode())
    digest.update(input_hash(prepared.library).encode())
    return digest.hexdigest()


def input_hash(library: Library) -> str:
    """Digest of every track's path, content and texts; independent of where the files are."""
    digest = hashlib.blake2b(digest_size=16)
    for track in library.tracks:
        fields = {key: value for key, value in vars(track).items() if key != "source"}
        digest.update(json.dumps(fields, sort_keys=True, default=dict).encode())
    return digest.hexdigest()


def _require_tracks(library: Library, config: Config) -> None:
    needed = max(MIN_TRACKS, config.clustering.k + 1)
    n_tracks = len(library.tracks)
    if n_tracks >= needed:
        return
    reasons = sorted({skip.code for skip in library.skipped})
    why = f" ({len(library.skipped)} skipped: {', '.join(reasons)})" if reasons else ""
    raise TooFewTracksError(
        f"At least {needed} usable tracks are needed. Got {n_tracks} of {library.n_discovered} "
        f"audio files found{why}. Add music, or name another folder."
    )
