"""What is extracted of every track."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from songatlas.errors import AudioError
from songatlas.store.cache import CacheRow
from songatlas.types import Track

Rows = Mapping[str, CacheRow]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is extracted of every file.

    Parameters
    ----------
    extractor
        Row of :data:`songatlas.extraction.worker.EXTRACTORS`.
    settings
        Its keyword arguments, ready for JSON.
    """

    extractor: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One kind of features.

    Parameters
    ----------
    title
        What progress calls it.
    array, key
        Name of the extractor's main array, and the cache key that it is kept under: it names
        everything that determines the numbers, but for the file itself.
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


class Executor(Protocol):
    """Makes rows of tracks."""

    def extract(self, tracks: Sequence[Track], job: Job) -> Iterator[tuple[int, Rows | AudioError]]:
        """Yield (position in `tracks`, rows or error), each position once, as they finish."""
