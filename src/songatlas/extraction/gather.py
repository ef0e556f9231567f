"""Features of every track: from the cache where they are, from the files where they are not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from songatlas.config import AudioConfig, config_hash
from songatlas.errors import TRANSIENT, AudioError, UnusableFileError
from songatlas.extraction.executor import Executor, Job
from songatlas.extraction.pool import Request, Rows
from songatlas.features.audio.frames import EXTRACTOR_VERSION
from songatlas.progress import Progress
from songatlas.store.cache import CacheRow, FeatureCache
from songatlas.types import FloatArray, Library, Skip, Track

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class ExtractionCounts:
    """How many tracks came from the cache, were extracted now, and failed."""

    cached: int
    extracted: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """One kind of features.

    Parameters
    ----------
    title
        What progress calls it.
    array, key
        Name of the extractor's main array, and the cache key that it is kept under.
    beside
        Cache keys of its further arrays, by name.
    fingerprint
        Of the pretrained network that ``request.settings["model"]`` must lead to on every
        machine; empty without one.
    """

    title: str
    request: Request
    array: str
    key: str
    beside: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str = ""


def frames_extraction(config: AudioConfig) -> Extraction:
    """Frames under `config` and this version of the extractor."""
    return Extraction(
        title="Extracting features",
        request=Request(extractor="frames", settings=dataclasses.asdict(config)),
        array="frames",
        key=f"frames-{EXTRACTOR_VERSION}-{config_hash(config)}",
    )


def gather(
    tracks: Sequence[Track],
    extraction: Extraction,
    cache: FeatureCache,
    reduce: Callable[[CacheRow], _T],
    *,
    executor: Executor,
    progress: Progress,
    strict: bool = False,
) -> tuple[list[_T | AudioError], ExtractionCounts]:
    """Apply `reduce` to the features of every track, extracting those that the cache lacks.

    Parameters
    ----------
    strict
        Stop at the first track that fails.

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

    def cached(track: Track) -> _T | AudioError | None:
        row = cache.get(track.content_hash, extraction.key)
        return reduce(row) if isinstance(row, CacheRow) else row

    return _complete(tracks, extraction, cache, cached, reduce, executor, progress, strict)


def fill(
    tracks: Sequence[Track],
    extraction: Extraction,
    cache: FeatureCache,
    *,
    executor: Executor,
    progress: Progress,
    strict: bool = False,
) -> tuple[list[bool | AudioError], ExtractionCounts]:
    """As :func:`gather`, but nothing is made of the features: True for every track that has some.

    Rows of the cache are looked at, not read. What uses one verifies it, and makes a damaged one
    anew.
    """

    def cached(track: Track) -> bool | AudioError | None:
        return cache.look(track.content_hash, extraction.key) or None

    return _complete(
        tracks, extraction, cache, cached, lambda row: True, executor, progress, strict
    )


def _complete(
    tracks: Sequence[Track],
    extraction: Extraction,
    cache: FeatureCache,
    cached: Callable[[Track], _T | AudioError | None],
    reduce: Callable[[CacheRow], _T],
    executor: Executor,
    progress: Progress,
    strict: bool,
) -> tuple[list[_T | AudioError], ExtractionCounts]:
    """What `cached` knows of every track, and `reduce` of what is extracted for the others."""
    results: dict[int, _T | AudioError] = {}
    missing: list[int] = []
    for i, track in enumerate(tracks):
        known = cached(track)
        if known is None:
            missing.append(i)
        elif strict and isinstance(known, AudioError):
            raise unusable(track.path, known.code, known.reason)
        else:
            results[i] = known
    n_cached = len(results)
    job = Job(request=extraction.request, key=extraction.key, fingerprint=extraction.fingerprint)
    n_failed = 0
    with progress.stage(extraction.title, total=len(missing), unit="tracks") as bar:
        extracted = executor.extract([tracks[i] for i in missing], job) if missing else ()
        for position, rows in extracted:
            i = missing[position]
            n_failed += isinstance(rows, AudioError)
            _store(cache, tracks[i].content_hash, extraction, rows)
            if strict and isinstance(rows, AudioError):
                raise unusable(tracks[i].path, rows.code, rows.reason)
            results[i] = rows if isinstance(rows, AudioError) else reduce(rows[extraction.array])
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
            skipped.append(
                Skip(
                    path=track.path,
                    stage="decode",
                    code=result.code,
                    reason=result.reason,
                    declared_seconds=result.declared_seconds,
                    decoded_seconds=result.decoded_seconds,
                )
            )
        else:
            kept.append(track)
            values.append(result)
    skipped.sort(key=lambda skip: (skip.path, skip.code))
    library = dataclasses.replace(library, tracks=tuple(kept), skipped=tuple(skipped))
    return library, values


def lengths(tracks: Sequence[Track], extraction: Extraction, cache: FeatureCache) -> FloatArray:
    """Seconds that were analysed of every track; NaN where the cache has lost it since."""
    found = [cache.meta(track.content_hash, extraction.key) for track in tracks]
    return np.array([np.nan if meta is None else meta["seconds"] for meta in found], np.float64)


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


def _store(
    cache: FeatureCache, content: str, extraction: Extraction, rows: Rows | AudioError
) -> None:
    if isinstance(rows, AudioError):
        if rows.code not in TRANSIENT:
            cache.put_failure(content, extraction.key, rows)
        return
    for name, key in extraction.beside.items():  # the main row last: it stands for all of them
        cache.put(content, key, rows[name])
    cache.put(content, extraction.key, rows[extraction.array])
