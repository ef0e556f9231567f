"""From folders and a table to model inputs: everything before training."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from songatlas.config import Config, to_dict
from songatlas.config.views import describe
from songatlas.errors import TooFewTracksError
from songatlas.extraction.descriptors import gather_descriptors
from songatlas.extraction.ear import Ear, choose_ear, without_ear
from songatlas.extraction.gather import ExtractionCounts, frames_job, lengths, require_none_skipped
from songatlas.extraction.hear import Heard, hear
from songatlas.extraction.sentences import check_encoder
from songatlas.extraction.workshop import Workshop
from songatlas.features.audio.descriptors import Descriptors
from songatlas.features.audio.recordings import same_recordings
from songatlas.features.inputs import Inputs, build_inputs
from songatlas.library.labels import Labels, read_labels
from songatlas.stages.condition import Condition, encode_condition
from songatlas.stages.recordings import notes_on_recordings
from songatlas.stages.sizes import size_notes
from songatlas.store.arena import Arena
from songatlas.types import BoolArray, FloatArray, IntArray, Library
from songatlas.types.flaws import FLAWS
from songatlas.types.senses import sense_of

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
    recordings
        Shape (n_tracks,): the first track that is the same recording; None where not known.
    flaws
        Shape (n_tracks,), by the name of a flaw of recordings: its measure, infinity for none;
        empty where the model hears no sound.
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
    recordings: IntArray | None = None
    flaws: Mapping[str, FloatArray] = field(default_factory=dict)
    descriptors: Callable[[], Descriptors]


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What a run is about.

    Parameters
    ----------
    roots
        Folders of music, or audio files.
    metadata
        Table of the tracks, if there is one.
    strict
        Whether the first file that cannot be used ends the run.
    exclude
        Globs of an update; a run's are among its settings.
    """

    roots: tuple[Path, ...]
    exclude: tuple[str, ...] = ()
    metadata: Path | None = None
    strict: bool = False


def prepare(sources: Sources, config: Config, shop: Workshop, arena: Arena) -> Prepared:
    """Read, extract, and fit the inputs.

    Parameters
    ----------
    arena
        Where windows and inputs go that do not fit in memory.

    Raises
    ------
    ModelError
        When a pretrained network that was asked for cannot be used.
    UnusableFileError
        For the first file that cannot be used, when `sources` are strict.
    TooFewTracksError
        When fewer than 10 tracks can be used, or no more than clusters are asked for.
    """
    check_encoder(config)
    lacking = without_ear(config, shop.cache.folder)
    config, ear = choose_ear(config, shop.cache.folder, shop.limits)
    library = shop.read_music(sources.roots, config, metadata=sources.metadata)
    if sources.strict:
        require_none_skipped(library)
    unjoined = library.unjoined  # a wrong column must not cost an extraction
    labels = read_labels(library.tracks, config, unjoined=unjoined)
    is_heard = config.model.condition in FLAWS and not any(
        config.model.condition in track.columns for track in library.tracks
    )
    if not is_heard:
        encode_condition(library.tracks, config, labels, unjoined=unjoined)
    if lacking:  # not before what was named is known to be there
        shop.progress.say(lacking)
    if len(library.tracks) >= MIN_TRACKS:  # of fewer, what is wrong with them is said, too
        _require_tracks(library, config)
    heard = hear(
        library,
        config,
        shop,
        ear=ear,
        modalities=config.model.modalities,
        arena=arena,
        strict=sources.strict,
    )
    _require_tracks(heard.library, config)
    tracks = heard.library.tracks
    labels = read_labels(tracks, config, unjoined=unjoined)
    inputs = build_inputs(heard.extracted, config, arena)
    condition = encode_condition(tracks, config, labels, unjoined=unjoined, heard=is_heard)
    n_first = int(bool(unjoined))
    return Prepared(
        config=config,
        library=heard.library,
        counts=heard.counts,
        ear=ear,
        inputs=inputs,
        labels=labels,
        condition=condition,
        notes=(
            *library.notes[:n_first],
            *filter(None, [labels.doubt]),
            *library.notes[n_first:],
            *heard.notes,
            *_notes(heard, inputs, condition, config),
        ),
        roots=tuple(Path(os.path.abspath(root)) for root in sources.roots),  # noqa: PTH100 - links stay
        metadata=None if sources.metadata is None else Path(os.path.abspath(sources.metadata)),  # noqa: PTH100
        seconds=lengths(tracks, frames_job(config.audio), shop.cache),
        recordings=same_recordings(heard.extracted.prints),
        flaws=_flaws_of(heard, inputs),
        descriptors=partial(gather_descriptors, tracks, config, shop.cache, ear=ear),
    )


def _flaws_of(heard: Heard, inputs: Inputs) -> dict[str, FloatArray]:
    if "sound" not in {sense_of(name) for name in inputs.features.modalities}:
        return {}
    return {name: np.array(values) for name, values in heard.extracted.flaws.items()}


def _notes(heard: Heard, inputs: Inputs, condition: Condition, config: Config) -> Iterator[str]:
    if heard.n_languages:
        yield (
            f"The language of {heard.n_languages} tracks was detected from their lyrics; as a "
            "label for clusters of lyrics it is circular."
        )
    yield from notes_on_recordings(heard.library.tracks, heard.extracted.flaws)
    if config.model.condition and not condition.tells:
        yield (
            f"The condition {config.model.condition!r} takes nothing out: tracks do not differ in "
            "it, or too few share a value."
        )
    if "text" in config.model.modalities and "text" not in inputs.features.modalities:
        yield "No track has usable lyrics: the model hears the sound only."


def placed_tracks(prepared: Prepared, rows: BoolArray) -> Prepared:
    """Tracks, labels and what is known of the recordings of `rows` alone; the inputs stay all.

    Parameters
    ----------
    rows
        Shape (n_tracks,).
    """
    if rows.all():
        return prepared
    tracks = tuple(track for track, has in zip(prepared.library.tracks, rows, strict=True) if has)
    return dataclasses.replace(
        prepared,
        library=dataclasses.replace(prepared.library, tracks=tracks),
        labels=dataclasses.replace(prepared.labels, codes=prepared.labels.codes[rows]),
        recordings=None if prepared.recordings is None else prepared.recordings[rows],
        flaws={name: values[rows] for name, values in prepared.flaws.items()},
    )


def settle(prepared: Prepared, rows: BoolArray) -> Prepared:
    """`prepared` with what is to be said once it is known which tracks have a place.

    Parameters
    ----------
    rows
        Shape (n_tracks,): those that have one.

    Raises
    ------
    TooFewTracksError
        With fewer than 10, or no more than clusters are asked for.
    """
    config, n_placed = prepared.config, int(rows.sum())
    needed = _n_needed(config)
    if n_placed < needed:
        raise TooFewTracksError(
            f"The view {describe(config.view)} needs at least {needed} tracks of which it hears "
            f"something. Got {n_placed} of {len(rows)}. Add what the others lack, or take another "
            "--view."
        )
    notes = [*prepared.notes]
    if n_placed < len(rows):
        notes.append(
            f"{len(rows) - n_placed} of {len(rows)} tracks have nothing that the view "
            f"{describe(config.view)} hears: their posterior is the prior, and they are in no "
            "cluster (−1)."
        )
    return dataclasses.replace(prepared, notes=(*notes, *size_notes(n_placed, config)))


def identity(prepared: Prepared) -> str:
    """Digest of all that determines the results: tracks, what is written of them, settings."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(json.dumps(to_dict(prepared.config), sort_keys=True).encode())
    if prepared.ear is not None:
        digest.update(prepared.ear.facts()["fingerprint"].encode())
    digest.update(input_hash(prepared.library).encode())
    return digest.hexdigest()


def input_hash(library: Library) -> str:
    """Digest of every track's path, content and texts; independent of where the files are."""
    digest = hashlib.blake2b(digest_size=16)
    for track in library.tracks:
        fields = {key: value for key, value in vars(track).items() if key not in ("source", "part")}
        digest.update(json.dumps(fields, sort_keys=True, default=dict).encode())
    return digest.hexdigest()


def _n_needed(config: Config) -> int:
    return max(MIN_TRACKS, max(config.clustering.k, config.clustering.k_min) + 1)


def _require_tracks(library: Library, config: Config) -> None:
    needed = _n_needed(config)
    n_tracks = len(library.tracks)
    if n_tracks >= needed:
        return
    reasons = sorted({skip.code for skip in library.skipped})
    why = f" ({len(library.skipped)} skipped: {', '.join(reasons)})" if reasons else ""
    fewer = "ask for fewer clusters (clustering.k, clustering.k_min)"
    remedies = ["Add music", *[fewer] * (needed > MIN_TRACKS)]
    if config.library.exclude:
        remedies.append("leave less out (library.exclude)")
    raise TooFewTracksError(
        f"At least {needed} usable tracks are needed. Got {n_tracks} of {library.n_discovered} "
        f"audio files found{why}. {', '.join(remedies)}, or name another folder."
    )
