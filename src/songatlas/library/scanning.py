"""The library of some folders, with content hashes that the cache remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from songatlas.library.read import read_library
from songatlas.library.scan import content_hash
from songatlas.progress import Progress
from songatlas.store.cache import FeatureCache
from songatlas.types import Library


def read_music(
    roots: Sequence[Path],
    cache: FeatureCache,
    progress: Progress,
    *,
    metadata: Path | None = None,
    columns: Mapping[str, str] | None = None,
) -> Library:
    """Scan the folders, remembering content hashes in the cache, and join the metadata."""
    with progress.stage("Reading files and tags", total=0, unit="files") as bar:
        seen = 0

        def report(done: int, total: int) -> None:
            nonlocal seen
            bar.advance(done - seen, total=total)
            seen = done

        return read_library(
            roots,
            metadata=metadata,
            columns=columns,
            hash_of=cache.remembered(content_hash),
            progress=report,
        )
