"""Frames of every track: from the cache where they are, from the files where they are not."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from songatlas.config import AudioConfig, config_hash
from songatlas.errors import AudioError
from songatlas.features.audio.frames import EXTRACTOR_VERSION
from songatlas.pipeline.progress import Progress
from songatlas.pipeline.workers import extract_all
from songatlas.store.cache import CacheRow, FeatureCache
from songatlas.types import Library, Skip, Track

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

# Failures that another day, or another machine, may not see again.
_TRANSIENT = frozenset({"E-PERM", "E-TIMEOUT", "E-MEMORY", "E-NOTREGULAR"})


@dataclass(frozen=True, kw_only=True)
class ExtractionCounts:
    """How many tracks came from the cache, were extracted now, and failed."""

    cached: int
    extracted: int
    failed: int


def frames_key(config: AudioConfig) -> str:
    """Cache key of frames under `config` and this version of the extractor."""
    return f"frames-{EXTRACTOR_VERSION}-{config_hash(config)}"


def gather(
    library: Library,
    config: AudioConfig,
    cache: FeatureCache,
    reduce: Callable[[CacheRow], _T],
    *,
    n_workers: int,
    progress: Progress,
) -> tuple[Library, list[_T], ExtractionCounts]:
    """Apply `reduce` to the frames of every track, extracting those that the cache lacks.

    Returns
    -------
    library
        Without the tracks whose audio cannot be used; they have moved to ``skipped``.
    reduced
        One value a remaining track, in their order. Whole frames are never held for more than a
        few tracks.
    counts
        Of tracks.
    """
    key = frames_key(config)
    results: dict[int, _T | AudioError] = {}
    missing: list[int] = []
    for i, track in enumerate(library.tracks):
        row = cache.get(track.content_hash, key)
        if row is None:
            missing.append(i)
        else:
            results[i] = row if isinstance(row, AudioError) else reduce(row)
    n_cached = len(results)
    sources = [library.tracks[i].source for i in missing]
    n_failed = 0
    with progress.stage("Extracting features", total=len(missing), unit="tracks") as bar:
        for position, row in extract_all(sources, config, n_workers=n_workers) if missing else ():
            i = missing[position]
            content = library.tracks[i].content_hash
            if isinstance(row, AudioError):
                n_failed += 1
                if row.code not in _TRANSIENT:
                    cache.put_failure(content, key, row)
                results[i] = row
            else:
                cache.put(content, key, row)
                results[i] = reduce(row)
            bar.advance(failures=n_failed)
    counts = ExtractionCounts(
        cached=n_cached,
        extracted=len(missing) - n_failed,
        failed=sum(isinstance(result, AudioError) for result in results.values()),
    )
    return *_without_failures(library, results), counts


def _without_failures(
    library: Library, results: dict[int, _T | AudioError]
) -> tuple[Library, list[_T]]:
    kept: list[Track] = []
    reduced: list[_T] = []
    skipped = list(library.skipped)
    for i, track in enumerate(library.tracks):
        result = results[i]
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
            reduced.append(result)
    skipped.sort(key=lambda skip: (skip.path, skip.code))
    library = dataclasses.replace(library, tracks=tuple(kept), skipped=tuple(skipped))
    return library, reduced
