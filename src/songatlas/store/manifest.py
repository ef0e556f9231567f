"""The manifest of the cache: an SQLite database that several processes write at once.

Every row carries a seal, a digest of what it says. SQLite has no checksums of its own: a flipped
bit in a remembered hash or failure would otherwise be believed. A row without its seal counts as
absent. ``used`` is the day, counted from 1970, on which a row last served a run.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from songatlas.errors import StorageError

SCHEMA_VERSION = 2
FILE = "manifest.sqlite"
_TIMEOUT_SECONDS = 60.0
_SCHEMA = """
CREATE TABLE features (
    content TEXT, key TEXT, checksum TEXT, meta TEXT, used INTEGER, seal TEXT,
    PRIMARY KEY (content, key));
CREATE TABLE failures (
    content TEXT, key TEXT, code TEXT, reason TEXT, declared REAL, decoded REAL, used INTEGER,
    seal TEXT, PRIMARY KEY (content, key));
CREATE TABLE files (
    path BLOB PRIMARY KEY, size INTEGER, mtime_ns INTEGER, inode INTEGER, content TEXT,
    used INTEGER, seal TEXT);
"""
# Columns that a seal covers.
SEALED = {
    "features": "content, key, checksum, meta",
    "failures": "content, key, code, reason, declared, decoded",
    "files": "path, size, mtime_ns, inode, content",
}


class Manifest:
    """Statements on the database, one at a time, errors as sentences.

    Parameters
    ----------
    folder
        Of the cache; made if missing.

    Raises
    ------
    StorageError
        When the folder cannot be written, the database is damaged, or a newer songatlas made it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(
                folder / FILE,
                timeout=_TIMEOUT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                self._open()
            except BaseException:
                self.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise self._error(error) from error

    def close(self) -> None:
        """Release the database."""
        self._database.close()

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows of one statement; ``seal(…)`` is a function in it."""
        try:
            with self._lock:
                return self._database.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._error(error) from error

    def put(self, table: str, *values: Any) -> None:
        """Insert or replace a row, sealed, used today."""
        marks = ", ".join(f"?{i + 1}" for i in range(len(values)))
        self.execute(
            f"INSERT OR REPLACE INTO {table} ({SEALED[table]}, used, seal) "
            f"VALUES ({marks}, {today()}, seal({marks}))",
            *values,
        )

    def get(self, table: str, columns: str, where: str, *values: Any) -> tuple[Any, ...] | None:
        """The `columns` of one row whose seal is whole; it is marked as used today."""
        sealed = f"seal({SEALED[table]}) = seal"
        found = self.execute(
            f"SELECT {columns}, used FROM {table} WHERE {where} AND {sealed}", *values
        )
        if not found:
            return None
        if found[0][-1] != today():
            self.execute(f"UPDATE {table} SET used={today()} WHERE {where}", *values)
        return found[0][:-1]

    def _open(self) -> None:
        self._database.create_function("seal", -1, seal, deterministic=True)
        _use_write_ahead_log(self._database)
        self._database.execute("PRAGMA synchronous=NORMAL")
        version = self._version()
        if version == SCHEMA_VERSION:
            return
        self._database.execute("BEGIN IMMEDIATE")
        try:
            version = self._version()  # another process may have been faster
            if version > SCHEMA_VERSION:
                raise StorageError(
                    f"The cache {self.folder} was made by a newer songatlas (schema {version}, "
                    f"this one knows {SCHEMA_VERSION}). Update songatlas or use another --cache."
                )
            if version < SCHEMA_VERSION:
                self._upgrade(version)
                self._database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _upgrade(self, version: int) -> None:
        if version == 0:
            for statement in _SCHEMA.split(";")[:-1]:
                self._database.execute(statement)
            return
        for table, columns in SEALED.items():
            self._database.execute(f"ALTER TABLE {table} ADD COLUMN used INTEGER")
            self._database.execute(f"ALTER TABLE {table} ADD COLUMN seal TEXT")
            self._database.execute(f"UPDATE {table} SET used={today()}, seal=seal({columns})")

    def _version(self) -> int:
        return int(self._database.execute("PRAGMA user_version").fetchone()[0])

    def _error(self, error: Exception) -> StorageError:
        if getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return StorageError(
                f"The manifest of the cache {self.folder} is damaged ({error}). Delete "
                f"{self.folder / FILE}* and run again: features are extracted anew. Or name "
                "another folder with --cache."
            )
        return StorageError(
            f"The cache {self.folder} cannot be used: {error}. Free space there, or name another "
            "folder with --cache or SONGATLAS_CACHE."
        )


def seal(*values: object) -> str:
    """Digest of the values of a row.

    Examples
    --------
    >>> seal("a", 1, None)
    '0753835869fab07f'
    """
    return hashlib.blake2b(repr(values).encode(), digest_size=8).hexdigest()


def today() -> int:
    """Days since 1970, in UTC."""
    return int(time.time() // 86400)


def _use_write_ahead_log(database: sqlite3.Connection) -> None:
    """Switch the log on; SQLite does not wait by itself when another process does so just now."""
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
