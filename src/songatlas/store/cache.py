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
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.errors import AudioError
from songatlas.store.atomic import beside, give_usual_rights, writing
from songatlas.store.manifest import Manifest
from songatlas.types import FloatArray

HashOf = Callable[[Path, os.stat_result], str]

_WHERE = "content=?1 AND key=?2"
_HEADER_BYTES = 128
_HEADER = re.compile(  # of an .npy file, as numpy.save writes it for float32
    rb"\x93NUMPY\x01\x00\x76\x00"
    rb"\{'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n"
)


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
        self.manifest = Manifest(self.folder)

    def close(self) -> None:
        """Release the manifest."""
        self.manifest.close()

    def get(self, content: str, key: str) -> CacheRow | AudioError | None:
        """The row of a content under an extractor key, its remembered failure, or None."""
        found = self.manifest.get("features", "checksum, meta", _WHERE, content, key)
        if found is None:
            return self._failure(content, key)
        array = load_row(self.row_path(content, key), checksum=found[0])
        return None if array is None else CacheRow(array=array, meta=json.loads(found[1]))

    def look(self, content: str, key: str) -> Mapping[str, Any] | AudioError | None:
        """As :meth:`meta`, of a row as long as its header says; or its remembered failure.

        Its checksum is left to :meth:`get`.
        """
        meta = self.meta(content, key)
        if meta is None:
            return self._failure(content, key)
        return meta if _has_its_length(self._row_file(content, key)) else None

    def _failure(self, content: str, key: str) -> AudioError | None:
        columns = "code, reason, declared, decoded"
        failed = self.manifest.get("failures", columns, _WHERE, content, key)
        if failed is None:
            return None
        code, reason, declared, decoded = failed
        return AudioError(code, reason, declared_seconds=declared, decoded_seconds=decoded)

    def meta(self, content: str, key: str) -> Mapping[str, Any] | None:
        """What belongs to a row beside its array, without reading that; None without a row."""
        found = self.manifest.get("features", "meta", _WHERE, content, key)
        return None if found is None else dict(json.loads(found[0]))

    def put(self, content: str, key: str, row: CacheRow) -> None:
        """Store one row; a row that is there is replaced."""
        buffer = io.BytesIO()
        np.save(buffer, np.ascontiguousarray(row.array, dtype=np.float32), allow_pickle=False)
        data = buffer.getvalue()
        path = self.row_path(content, key)
        # No fsync: a row that a power cut tears fails its checksum and is made again.
        with (
            writing(self.folder, "or name another folder with --cache"),
            beside(path, prefix=".row.") as (descriptor, temporary),
        ):
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor has no Path
                file.write(data)
            give_usual_rights(temporary)
            temporary.replace(path)
        meta = json.dumps(dict(row.meta), sort_keys=True)
        self.manifest.put("features", content, key, checksum_of(data), meta)

    def put_failure(self, content: str, key: str, error: AudioError) -> None:
        """Remember that this content cannot be extracted, until it or the extractor changes."""
        seconds = [
            None if value is None else float(value)  # as it is read back, for the seal
            for value in (error.declared_seconds, error.decoded_seconds)
        ]
        self.manifest.put("failures", content, key, error.code, error.reason, *seconds)

    def remembered(self, compute: HashOf) -> HashOf:
        """`compute` for files whose size, times or inode have changed since it was last asked.

        That of the status too: programs that write tags into a file put its time of change back.
        """

        def content_hash(path: Path, status: os.stat_result) -> str:
            name = os.fsencode(path)
            # SQLite's integers have a sign and 64 bits; inodes have no sign, times any size
            times = status.st_mtime_ns + status.st_ctime_ns
            stamp = tuple(map(_signed, (status.st_size, times, status.st_ino)))
            found = self.manifest.get("files", "size, mtime_ns, inode, content", "path=?1", name)
            if found is not None and found[:3] == stamp:
                return str(found[3])
            content = compute(path, status)
            self.manifest.put("files", name, *stamp, content)
            return content

        return content_hash

    def row_path(self, content: str, key: str) -> Path:
        """File of a row.

        Raises
        ------
        ValueError
            When a name is none of a file in the cache.
        """
        return Path(self._row_file(content, key))

    def _row_file(self, content: str, key: str) -> str:
        if not {"/", "\\"}.isdisjoint(content + key):
            raise ValueError(f"A row of the cache cannot be named {content!r}, {key!r}.")
        return f"{self.folder}/rows/{content[:2]}/{content}-{key}.npy"


def _signed(number: int) -> int:
    """The number of 64 bits with a sign that is equal modulo 2⁶⁴."""
    return (number + 2**63) % 2**64 - 2**63


def checksum_of(data: bytes) -> str:
    """BLAKE2b-128 of a row's file."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def load_row(path: Path, *, checksum: str) -> FloatArray | None:
    """The array, or None when the file is gone, closed to us, or not what was written."""
    try:
        data = path.read_bytes()
    except OSError:  # gone, or somebody else's
        return None
    if checksum_of(data) != checksum:
        return None
    return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))


def _has_its_length(path: str) -> bool:
    """Whether a row's file is there and as long as its header says; a header that is not ours, no.

    The header is matched, not parsed: numpy has Python compile it, in five times the time.
    """
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - asked of every row
            head = _HEADER.match(file.read(_HEADER_BYTES))
            length = os.fstat(file.fileno()).st_size
    except OSError:
        return False
    if head is None:
        return False
    shape = (int(size) for size in head[1].split(b",") if size.strip())
    return length == head.end() + 4 * math.prod(shape)
