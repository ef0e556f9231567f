"""What the cache holds, whether it is whole, and what may go.

Nothing here reads music. A row is never taken for useless because its file is not there: a disk may
not be mounted. Only a folder that the user names, and that holds files known to the cache, says
which files are gone.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from songatlas.errors import ConfigError
from songatlas.store.atomic import remove
from songatlas.store.cache import FeatureCache, load_row
from songatlas.store.manifest import SEALED, today

Row = tuple[str, str]  # content, key
_FILE = 32  # characters of a content that are the hash of its file; that of a part is longer
_BEING_WRITTEN_SECONDS = 3600.0  # by another run; older ones were left by one that was killed


@dataclass(frozen=True, kw_only=True)
class CacheInfo:
    """What a cache holds.

    Parameters
    ----------
    n_bytes
        Of all its files, the manifest and installed networks included.
    rows
        Number and bytes of the rows of every extractor key.
    failures
        Number of remembered failures by their code.
    n_files
        Files whose content hash is remembered.
    """

    folder: Path
    n_bytes: int
    rows: Mapping[str, tuple[int, int]]
    failures: Mapping[str, int]
    n_files: int


@dataclass(frozen=True, kw_only=True)
class Damage:
    """What is wrong in a cache.

    Parameters
    ----------
    n_checked
        Rows of features that were read.
    missing, damaged
        Rows whose file is gone, and those whose file is not what was written.
    unsealed
        Rows of the manifest, of any table, that were changed after they were written.
    orphans
        Files that no row knows, such as a killed run leaves, and shards that it never read.
    """

    n_checked: int
    missing: tuple[Row, ...]
    damaged: tuple[Row, ...]
    unsealed: int
    orphans: tuple[Path, ...]

    @property
    def nothing(self) -> bool:
        """Whether all is well."""
        return not (self.missing or self.damaged or self.unsealed or self.orphans)


def cache_info(cache: FeatureCache) -> CacheInfo:
    """Count what is there."""
    sizes = {path: status.st_size for path, status in _files(cache.folder)}
    rows: dict[str, tuple[int, int]] = {}
    for content, key in _rows(cache):
        n, n_bytes = rows.get(key, (0, 0))
        rows[key] = (n + 1, n_bytes + sizes.get(cache.row_path(content, key), 0))
    failures = Counter(str(code) for (code,) in cache.manifest.execute("SELECT code FROM failures"))
    (n_files,) = cache.manifest.execute("SELECT count(*) FROM files")[0]
    return CacheInfo(
        folder=cache.folder,
        n_bytes=sum(sizes.values()),
        rows=dict(sorted(rows.items())),
        failures=dict(sorted(failures.items())),
        n_files=n_files,
    )


def find_damage(cache: FeatureCache, advance: Callable[[], None] = lambda: None) -> Damage:
    """Read every row and compare it with its checksum.

    Parameters
    ----------
    advance
        Called after every row.
    """
    missing, damaged, known = [], [], set()
    rows = cache.manifest.execute("SELECT content, key, checksum FROM features")
    for content, key, checksum in rows:
        path = cache.row_path(content, key)
        known.add(path)
        if not path.is_file():
            missing.append((content, key))
        elif load_row(path, checksum=checksum) is None:
            damaged.append((content, key))
        advance()
    counts = [
        cache.manifest.execute(f"SELECT count(*) FROM {table} WHERE seal IS NOT seal({columns})")
        for table, columns in SEALED.items()
    ]
    return Damage(
        n_checked=len(rows),
        missing=tuple(missing),
        damaged=tuple(damaged),
        unsealed=sum(n for ((n,),) in counts),
        orphans=tuple(
            path for name in ("rows", "shards") for path in _orphans(cache.folder / name, known)
        ),
    )


def repair(cache: FeatureCache, damage: Damage) -> None:
    """Remove what :func:`find_damage` found; the next run makes it again from the music."""
    remove_rows(cache, [*damage.missing, *damage.damaged])
    for table, columns in SEALED.items():
        cache.manifest.execute(f"DELETE FROM {table} WHERE seal IS NOT seal({columns})")
    for path in damage.orphans:
        remove(path)


def remove_rows(cache: FeatureCache, rows: Iterable[Row]) -> None:
    """Forget rows of features and failures, and delete their files."""
    for content, key in rows:
        for table in ("features", "failures"):
            cache.manifest.execute(f"DELETE FROM {table} WHERE content=? AND key=?", content, key)
        remove(cache.row_path(content, key))


def rows_of_keys(cache: FeatureCache, wanted: Callable[[str], bool]) -> list[Row]:
    """Rows and failures whose key is `wanted`."""
    return [row for row in _rows(cache, "features", "failures") if wanted(row[1])]


def rows_unused_for(cache: FeatureCache, days: float) -> tuple[list[Row], list[Row]]:
    """Rows that served no run for so many days.

    Returns
    -------
    rows
        Those that may go: their file is there and was left out of runs, or was never a file.
    kept
        Those of files that are not there now. A disk that is not mounted looks the same as files
        that were deleted, so that these stay.
    """
    limit = today() - days
    there: dict[str, bool] = {}
    for content, path in cache.manifest.execute("SELECT content, path FROM files"):
        there[content] = there.get(content, False) or os.path.lexists(path)
    old = _rows(cache, "features", "failures", where=f"used < {limit:.9f}")
    kept = [row for row in old if not there.get(row[0][:_FILE], True)]
    return [row for row in old if there.get(row[0][:_FILE], True)], kept


def rows_of_gone_files(cache: FeatureCache, folder: Path) -> list[Row]:
    """Rows of files that were in `folder` and no longer are, nor anywhere else that is known.

    Raises
    ------
    ConfigError
        When no known file is in `folder` now: it is more likely not mounted than empty.
    """
    names = {os.fsencode(os.path.abspath(folder)), os.fsencode(os.path.realpath(folder))}  # noqa: PTH100
    known = cache.manifest.execute("SELECT content, path FROM files")
    inside = [
        (content, path)
        for content, path in known
        if any(path.startswith(name.rstrip(b"/") + b"/") for name in names)
    ]
    present = {content for content, path in known if os.path.lexists(path)}
    if not any(os.path.lexists(path) for _, path in inside):
        raise ConfigError(
            f"{folder} must be a folder of music that was read before and is there now. None of "
            f"the {len(inside):,} files that the cache knows in it is: if it is on another disk, "
            "connect that first. Nothing was removed."
        )
    gone = {content for content, _ in inside} - present
    return [row for row in _rows(cache, "features", "failures") if row[0][:_FILE] in gone]


def _rows(cache: FeatureCache, *tables: str, where: str = "1") -> list[Row]:
    rows: set[Row] = set()
    for table in tables or ("features",):
        rows |= set(cache.manifest.execute(f"SELECT content, key FROM {table} WHERE {where}"))
    return sorted(rows)


def _orphans(folder: Path, known: set[Path]) -> Iterator[Path]:
    for path, status in _files(folder):
        age = time.time() - status.st_mtime
        # Another run may be writing: a row has its file before it is in the manifest.
        if path not in known and age > _BEING_WRITTEN_SECONDS:
            yield path


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in sorted(folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):  # another run has just renamed it
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                yield path, status
