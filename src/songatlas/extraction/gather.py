"""Features of every track: from the cache where they are, from the files where they are not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from songatlas.config import config_hash
from songatlas.config.stages import AudioConfig
from songatlas.errors import TRANSIENT, AudioError, UnusableFileError
from songatlas.extraction.job import Job, Request, Rows
from songatlas.extraction.workshop import Workshop
from songatlas.features.audio.version import EXTRACTOR_VERSION
from songatlas.store.cache import FeatureCache
from songatlas.text import some
from songatlas.types import FloatArray, Library, Skip, Track

_T = TypeVar("_T")
_MUCH_SECONDS, _MUCH_SHARE = 30.0, 0.25  # of silence that are worth a word


@dataclass(frozen=True, kw_only=True)
class ExtractionCounts:
    """How many tracks came from the cache, were extracted now, and failed."""

    cached: int
    extracted: int
    failed: int


def frames_job(config: AudioConfig) -> Job:
    """Frames under `config` and this version of the extractor."""
    return Job(
        title="Extracting features",
        request=Request(extractor="frames", settings=dataclasses.asdict(config)),
        array="frames",
        key=f"frames-{EXTRACTOR_VERSION}-{config_hash(config)}",
    )


def gather(
    tracks: Sequence[Track],
    job: Job,
    reduce: Callable[[Any], _T],
    shop: Workshop,
    *,
    strict: bool = False,
    read: bool = True,
) -> tuple[list[_T | AudioError], ExtractionCounts]:
    """Apply `reduce` to the features of every track, extracting those that the cache lacks.

    Parameters
    ----------
    strict
        Stop at the first track that fails.
    read
        False: rows of the cache are only looked at, and `reduce` is given what belongs to a row
        beside its array. What uses one verifies it, and makes a damaged one anew.

    Returns
    -------
    results
        One a track, in their order: a value, or why there is none. Whole rows are never held for
        more than a few tracks.
    counts
        Of tracks.

    Raises
    ------
    UnusableFileError
        For the first failure, when `strict`.
    """
    find = shop.cache.get if read else shop.cache.look
    results: dict[int, _T | AudioError] = {}
    missing: list[int] = []
    for i, track in enumerate(tracks):
        known = find(track.content_hash, job.key)
        if known is None:
            missing.append(i)
        elif strict and isinstance(known, AudioError):
            raise unusable(track.path, known.code, known.reason)
        else:
            results[i] = known if isinstance(known, AudioError) else reduce(known)
    n_cached = len(results)
    n_failed = 0
    with shop.progress.stage(job.title, total=len(missing), unit="tracks") as bar:
        extracted = shop.executor.extract([tracks[i] for i in missing], job) if missing else ()
        for position, rows in extracted:
            i = missing[position]
            n_failed += isinstance(rows, AudioError)
            _store(shop.cache, tracks[i].content_hash, job, rows)
            if strict and isinstance(rows, AudioError):
                raise unusable(tracks[i].path, rows.code, rows.reason)
            if isinstance(rows, AudioError):
                results[i] = rows
            else:
                results[i] = reduce(rows[job.array] if read else rows[job.array].meta)
            bar.advance(failures=n_failed)
    counts = ExtractionCounts(
        cached=n_cached,
        extracted=len(missing) - n_failed,
        failed=sum(isinstance(result, AudioError) for result in results.values()),
    )
    return [results[i] for i in range(len(tracks))], counts


def without_failures(
    library: Library, results: Sequence[_T | AudioError]
) -> tuple[Library, list[_T]]:
    """The library without the tracks that failed, which move to ``skipped``, and their values."""
    kept: list[Track] = []
    values: list[_T] = []
    skipped = list(library.skipped)
    for track, result in zip(library.tracks, results, strict=True):
        if isinstance(result, AudioError):
            skipped.append(Skip(path=track.path, stage="decode", **vars(result)))
        else:
            kept.append(track)
            values.append(result)
    skipped.sort(key=lambda skip: (skip.path, skip.code))
    library = dataclasses.replace(library, tracks=tuple(kept), skipped=tuple(skipped))
    return library, values


def lengths(tracks: Sequence[Track], job: Job, cache: FeatureCache) -> FloatArray:
    """Seconds that were analysed of every track; NaN where the cache has lost it since."""
    found = [cache.meta(track.content_hash, job.key) for track in tracks]
    return np.array([np.nan if meta is None else meta["seconds"] for meta in found], np.float64)


def remarks(tracks: Sequence[Track], job: Job, cache: FeatureCache) -> tuple[str, ...]:
    """As :func:`remarks_on`, of what the cache says of every track."""
    return remarks_on(tracks, [cache.meta(track.content_hash, job.key) or {} for track in tracks])


def remarks_on(tracks: Sequence[Track], metas: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What a person should know of how files were read, one sentence for each kind of thing.

    Long silence that was left out, where it is much; sound that an excerpt was moved to;
    channels that cancel out; bytes that no decoder reads.

    Parameters
    ----------
    metas
        What belongs to the row of every track beside its array.
    """
    found = [(track.path, meta) for track, meta in zip(tracks, metas, strict=True)]
    silent = [
        f"{path!r} ({meta['silent']:.0f} of {meta['seconds']:.0f} s)"
        for path, meta in found
        if meta.get("silent", 0) > min(_MUCH_SECONDS, _MUCH_SHARE * meta["seconds"])
    ]
    moved = [f"{path!r}" for path, meta in found if meta.get("moved")]
    opposed = [f"{path!r}" for path, meta in found if meta.get("opposed")]
    unread = [
        f"{path!r} ({meta['unread'] / 1000:.0f} kB)" for path, meta in found if meta.get("unread")
    ]
    said = (
        (silent, "hold long silence, which is left out"),
        (moved, "have an excerpt from elsewhere, where there is sound: it would have been silent"),
        (
            opposed,
            "have two channels of opposite polarity, and what both hold is lost when they are "
            "mixed to one; invert one of them",
        ),
        (
            unread,
            "hold bytes behind their sound that are no sound that is known, and were not read",
        ),
    )
    return tuple(
        f"{len(names)} of {len(tracks)} tracks {what}: {some(names)}."
        for names, what in said
        if names
    )


def require_none_skipped(library: Library) -> None:
    """Raise for the first file that was found and cannot be used; a second copy is no loss.

    Raises
    ------
    UnusableFileError
        With its code and reason.
    """
    for skip in library.skipped:
        if skip.code != "DUPLICATE":
            raise unusable(skip.path, skip.code, skip.reason)


def unusable(path: str, code: str, reason: str) -> UnusableFileError:
    """What ``--strict`` says of a file."""
    return UnusableFileError(
        f"{path} cannot be used: {code}, {reason}. Mend or remove it, or leave out --strict to go "
        "on without it."
    )


def _store(cache: FeatureCache, content: str, job: Job, rows: Rows | AudioError) -> None:
    if isinstance(rows, AudioError):
        if rows.code not in TRANSIENT:
            cache.put_failure(content, job.key, rows)
        return
    for name, key in job.beside.items():  # the main row last: it stands for all of them
        cache.put(content, key, rows[name])
    cache.put(content, job.key, rows[job.array])
