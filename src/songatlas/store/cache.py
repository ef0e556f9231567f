"""The feature cache: one array a file content and extractor, with checksums.

Layout of the cache folder: ``manifest.sqlite`` (write-ahead log; what is stored, its checksum, what
failed and why, and the content hash of files by path, size and time of change) and
``rows/ab/abcd…-KEY.npy``. A row whose bytes do not match its checksum counts as absent. Several
processes may use one cache at once.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.errors import AudioError, StorageError
from songatlas.types import FloatArray

_SCHEMA_VERSION = 1
HashOf = Callable[[Path, os.stat_result], str]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS features (
    content TEXT, key TEXT, checksum TEXT, meta TEXT, PRIMARY KEY (content, key));
CREATE TABLE IF NOT EXISTS failures (
    content TEXT, key TEXT, code TEXT, reason TEXT, declared REAL, decoded REAL,
    PRIMARY KEY (content, key));
CREATE TABLE IF NOT EXISTS files (
    path BLOB PRIMARY KEY, size INTEGER, mtime_ns INTEGER, inode INTEGER, content TEXT);
"""


@dataclass(frozen=True, kw_only=True)
class CacheRow:
    """One cached array, shape (n_rows, n_columns) float32, and what else belongs to it."""

    array: FloatArray
    meta: Mapping[str, Any]


class FeatureCache:
    """Content-addressed arrays on disk.

    Parameters
    ----------
    folder
        Made if missing.

    Raises
    ------
    StorageError
        When the folder cannot be written, the manifest is damaged, or a newer songatlas made it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._lock = threading.Lock()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                self.folder / "manifest.sqlite",
                timeout=60,
                isolation_level=None,
                check_same_thread=False,
            )
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            version = self._database.execute("PRAGMA user_version").fetchone()[0]
            if version > _SCHEMA_VERSION:
                raise StorageError(
                    f"The cache {self.folder} was made by a newer songatlas (schema {version}, "
                    f"this one knows {_SCHEMA_VERSION}). Update songatlas or use another --cache."
                )
            self._database.executescript(_SCHEMA)
            self._database.execute(f"PRAGMA user_version={_SCHEMA_VERSION}")
        except (OSError, sqlite3.Error) as error:
            raise StorageError(
                f"The cache {self.folder} cannot be used: {error}. Name another folder with "
                "--cache or SONGATLAS_CACHE."
            ) from error

    def close(self) -> None:
        """Release the manifest."""
        self._database.close()

    def get(self, content: str, key: str) -> CacheRow | AudioError | None:
        """The row of a content under an extractor key, its remembered failure, or None."""
        found = self._query(
            "SELECT checksum, meta FROM features WHERE content=? AND key=?", content, key
        )
        if found is not None:
            array = _load(self._path(content, key), checksum=found[0])
            return None if array is None else CacheRow(array=array, meta=json.loads(found[1]))
        failed = self._query(
            "SELECT code, reason, declared, decoded FROM failures WHERE content=? AND key=?",
            content,
            key,
        )
        if failed is None:
            return None
        code, reason, declared, decoded = failed
        return AudioError(code, reason, declared_seconds=declared, decoded_seconds=decoded)

    def put(self, content: str, key: str, row: CacheRow) -> None:
        """Store one row; a row that is there is replaced."""
        buffer = io.BytesIO()
        np.save(buffer, np.ascontiguousarray(row.array, dtype=np.float32), allow_pickle=False)
        data = buffer.getvalue()
        path = self._path(content, key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # No fsync: a row that a power cut tears fails its checksum and is made again.
            descriptor, temporary = tempfile.mkstemp(prefix=".row.", dir=path.parent)
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor has no Path
                file.write(data)
            Path(temporary).replace(path)
        except OSError as error:
            raise StorageError(
                f"The cache {self.folder} cannot be written: {error.strerror or error}. Free "
                "space there, or name another folder with --cache."
            ) from error
        self._query(
            "INSERT OR REPLACE INTO features VALUES (?, ?, ?, ?)",
            content,
            key,
            _checksum(data),
            json.dumps(dict(row.meta), sort_keys=True),
        )

    def put_failure(self, content: str, key: str, error: AudioError) -> None:
        """Remember that this content cannot be extracted, until it or the extractor changes."""
        self._query(
            "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)",
            content,
            key,
            error.code,
            error.reason,
            error.declared_seconds,
            error.decoded_seconds,
        )

    def remembered(self, compute: HashOf) -> HashOf:
        """`compute` for files whose size, time or inode has changed since it was last asked."""

        def content_hash(path: Path, status: os.stat_result) -> str:
            return self._content_hash(path, status, compute)

        return content_hash

    def _content_hash(self, path: Path, status: os.stat_result, compute: HashOf) -> str:
        name = os.fsencode(path)
        stamp = (status.st_size, status.st_mtime_ns, status.st_ino)
        found = self._query("SELECT size, mtime_ns, inode, content FROM files WHERE path=?", name)
        if found is not None and found[:3] == stamp:
            return str(found[3])
        content = compute(path, status)
        self._query("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", name, *stamp, content)
        return content

    def _path(self, content: str, key: str) -> Path:
        return self.folder / "rows" / content[:2] / f"{content}-{key}.npy"

    def _query(self, statement: str, *values: Any) -> Any:
        try:
            with self._lock:
                return self._database.execute(statement, values).fetchone()
        except sqlite3.Error as error:
            raise StorageError(
                f"The manifest of the cache {self.folder} failed: {error}. Free space there, or "
                "name another folder with --cache."
            ) from error


def _checksum(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _load(path: Path, *, checksum: str) -> FloatArray | None:
    """The array, or None when the file is gone or is not what was written."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if _checksum(data) != checksum:
        return None
    array: FloatArray = np.load(io.BytesIO(data), allow_pickle=False)
    return array
