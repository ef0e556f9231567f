"""Everything that a model is given of a library's tracks, from the cache or from the files."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from songatlas.config import Config
from songatlas.errors import AudioError
from songatlas.extraction.ear import Ear
from songatlas.extraction.embeddings import gather_embeddings
from songatlas.extraction.gather import (
    ExtractionCounts,
    frames_job,
    gather,
    remarks,
    without_failures,
)
from songatlas.extraction.sentences import gather_sentences
from songatlas.extraction.workshop import Workshop
from songatlas.features.inputs import Extracted, reducer
from songatlas.features.text.language import with_languages
from songatlas.store.arena import Arena
from songatlas.types import FloatArray, Library, Track
from songatlas.types.flaws import FLAWS


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The tracks that can be read, and what was extracted of them.

    Parameters
    ----------
    library
        Without the tracks that failed, which are among its skipped ones; languages filled in.
    counts
        Of tracks: in the cache before, extracted now, failed.
    notes
        Sentences on how files were read, and one where embeddings are absent.
    n_languages
        Tracks whose language was detected from their lyrics.
    """

    library: Library
    extracted: Extracted
    counts: ExtractionCounts
    notes: tuple[str, ...] = ()
    n_languages: int = 0


def hear(
    library: Library,
    config: Config,
    shop: Workshop,
    *,
    ear: Ear | None,
    modalities: Collection[str],
    arena: Arena | None = None,
    strict: bool = False,
) -> Heard:
    """Extract what the cache lacks.

    Parameters
    ----------
    ear
        The pretrained network to listen with, if any.
    modalities
        Lyrics are read for ``"text"`` alone.
    arena
        Where what is kept of every track goes; None keeps it in memory.
    strict
        Stop at the first file that cannot be used.

    Raises
    ------
    ModelError
        When a network that is needed cannot be used.
    UnusableFileError
        For the first file that cannot be used, when `strict`.
    """
    job = frames_job(config.audio)
    results, counts = gather(library.tracks, job, reducer(config, arena), shop, strict=strict)
    short = tuple(_beyond(library.tracks, results))
    library, reduced = without_failures(library, results)
    if not reduced:
        return Heard(library=library, extracted=Extracted(tracks=(), frames=[]), counts=counts)
    embeddings: list[FloatArray] | None = None
    notes = (*short, *remarks(library.tracks, job, shop.cache))
    if ear is not None:
        embeddings, more = gather_embeddings(library.tracks, ear, config, shop)
        notes += more
    sentences = gather_sentences(library.tracks, config, shop) if "text" in modalities else None
    tracks, n_languages = with_languages(library.tracks)
    frames, prints, measured = map(list, zip(*reduced, strict=True))
    flaws = dict(zip(FLAWS, zip(*measured, strict=True), strict=True))
    column = config.model.condition
    if column in FLAWS:
        tracks = with_column(tracks, column, map(FLAWS[column].value, flaws[column]))
    return Heard(
        library=dataclasses.replace(library, tracks=tracks),
        extracted=Extracted(
            tracks=tracks,
            frames=frames,
            embeddings=embeddings,
            sentences=sentences,
            prints=prints,
            flaws=flaws,
        ),
        counts=counts,
        notes=notes,
        n_languages=n_languages,
    )


def _beyond(tracks: Sequence[Track], results: Sequence[object]) -> Iterator[str]:
    """A sentence on tracks of cue sheets of which their file holds nothing, or too little."""
    short = [
        f"{track.path!r}: {result.reason}"
        for track, result in zip(tracks, results, strict=True)
        if track.part and isinstance(result, AudioError) and result.code == "E-SHORT"
    ]
    if short:
        yield (
            "Tracks of cue sheets that are too short or begin behind the end of their file, and "
            f"are skipped: {len(short):,}; the first is {short[0]}."
        )


def with_column(tracks: Sequence[Track], name: str, values: Iterable[str]) -> tuple[Track, ...]:
    """Tracks with a further column, unless their table has one of that name for any of them."""
    if any(name in track.columns for track in tracks):
        return tuple(tracks)
    return tuple(
        dataclasses.replace(track, columns={**track.columns, name: value})
        for track, value in zip(tracks, values, strict=True)
    )
