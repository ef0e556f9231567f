"""Look after the cache: what it holds, whether it is whole, what no run will ask for again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from songatlas.errors import StorageError
from songatlas.features.audio.version import EXTRACTOR_VERSION as FRAMES
from songatlas.features.embedding.extract import EXTRACTOR_VERSION as EMBEDDING
from songatlas.features.text.sentences import EXTRACTOR_VERSION as SENTENCES
from songatlas.machine import cache_folder
from songatlas.progress import Progress
from songatlas.store import contents
from songatlas.store.cache import FeatureCache
from songatlas.store.manifest import FILE

# Version that rows of an extractor have today, by the first word of their key.
VERSIONS: Mapping[str, int] = {
    "frames": FRAMES,
    "embedding": EMBEDDING,
    "tags": EMBEDDING,
    "sentences": SENTENCES,
}


@dataclass(frozen=True, kw_only=True)
class Pruned:
    """How many rows went, or would go, and why; and how many stay though they are old."""

    old_version: int
    unused: int
    gone: int
    kept: int

    @property
    def total(self) -> int:
        """All that went."""
        return self.old_version + self.unused + self.gone


def info(cache: str | Path | None = None) -> contents.CacheInfo:
    """What the cache holds.

    Raises
    ------
    StorageError
        When there is none.
    """
    with _existing(cache) as opened:
        return contents.cache_info(opened)


def verify(
    cache: str | Path | None = None, *, mend: bool = False, progress: Progress
) -> contents.Damage:
    """Check every row; with `mend`, remove what is damaged, so that it is made again."""
    with _existing(cache) as opened:
        (total,) = opened.manifest.execute("SELECT count(*) FROM features")[0]
        with progress.stage("Checking the cache", total=total, unit="rows") as bar:
            damage = contents.find_damage(opened, bar.advance)
        if mend:
            contents.repair(opened, damage)
        return damage


def prune(
    cache: str | Path | None = None,
    *,
    older_than: float | None = None,
    gone: Path | None = None,
    dry_run: bool = False,
) -> Pruned:
    """Remove rows of older extractors and, where asked, unused ones and those of deleted files.

    Parameters
    ----------
    older_than
        Days for which a row served no run; rows of files that are not there now stay.
    gone
        Folder of music, mounted: rows of files that were in it and are no longer.
    dry_run
        Count only.
    """
    with _existing(cache) as opened:
        old = set(contents.rows_of_keys(opened, is_outdated))
        unused: set[contents.Row] = set()
        kept: set[contents.Row] = set()
        if older_than is not None:
            unused, kept = map(set, contents.rows_unused_for(opened, older_than))
        lost = set() if gone is None else set(contents.rows_of_gone_files(opened, gone))
        if not dry_run:
            contents.remove_rows(opened, sorted(old | unused | lost))
    return Pruned(
        old_version=len(old),
        unused=len(unused - old),
        gone=len(lost - unused - old),
        kept=len(kept - old - lost),
    )


def is_outdated(key: str) -> bool:
    """Whether an older version of one of our extractors made rows of this key.

    Examples
    --------
    >>> is_outdated("frames-0-abc"), is_outdated(f"frames-{FRAMES}-abc"), is_outdated("mine-0")
    (True, False, False)
    """
    name, _, rest = key.partition("-")
    version = rest.partition("-")[0]
    return name in VERSIONS and version.isdigit() and int(version) < VERSIONS[name]


@contextmanager
def _existing(cache: str | Path | None) -> Iterator[FeatureCache]:
    folder = cache_folder(cache)
    if not (folder / FILE).is_file():
        raise StorageError(
            f"There is no cache in {folder}. The first run makes one; name another folder with "
            "--cache or SONGATLAS_CACHE."
        )
    with closing(FeatureCache(folder)) as opened:
        yield opened
