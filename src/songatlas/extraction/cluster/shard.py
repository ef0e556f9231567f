"""Shards: files of arrays on shared storage, such as the features of a few dozen tracks.

A shard is named after all that it is made from, so that whoever makes it again makes the same. It
holds records and a last line that says it is whole. A record is a line, the checksum and JSON
(position in the shard; code and reason, or names, shapes, types and what else belongs to the
arrays), followed by the arrays, little-endian. The checksum is of the JSON and the arrays.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from songatlas.errors import TRANSIENT, AudioError, ConfigError
from songatlas.extraction.job import Rows
from songatlas.extraction.message import packed, unpacked

_FORMAT = 2
_END = b"end %d\n"


class DamagedShardError(Exception):
    """Bytes that are not what was written."""


def shard_name(contents: Sequence[str], key: str) -> str:
    """Name of the shard that `key` makes from these contents, in this order.

    >>> shard_name(["a", "b"], "frames-1") == shard_name(["a", "b"], "frames-1")
    True
    >>> len({shard_name(c, k) for c in (["a", "b"], ["b", "a"], ["ab"]) for k in ("x", "y")})
    6
    """
    text = json.dumps([_FORMAT, key, list(contents)])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest() + ".shard"


def content_name(rows: Rows) -> str:
    """Name of a shard that holds what its name says, not what was made from that."""
    header, payloads = packed(rows)
    digest = hashlib.blake2b(json.dumps([_FORMAT, header]).encode(), digest_size=16)
    for payload in payloads:
        digest.update(payload)
    return digest.hexdigest() + ".given"


@dataclass(frozen=True)
class ShardStore:
    """Folder of shards, a path or any URL that fsspec opens."""

    url: str

    def locate(self) -> tuple[Any, str]:
        """File system and path of the folder.

        Raises
        ------
        ConfigError
            When fsspec knows no such URL, or lacks the package for it.
        """
        from fsspec.core import url_to_fs

        try:
            system, path = url_to_fs(self.url)
        except (ValueError, ImportError) as error:
            raise ConfigError(
                f"--shards must be a folder or a URL that fsspec can open here. Got {self.url!r}: "
                f"{error}."
            ) from error
        return system, path.rstrip("/")

    def write(self, name: str, records: Iterable[tuple[int, Rows | AudioError]]) -> None:
        """Write a shard under a temporary name, then give it its own."""
        system, folder = self.locate()
        path = f"{folder}/{name[:2]}/{name}"
        temporary = f"{folder}/{name[:2]}/.{uuid.uuid4().hex}.part"
        system.makedirs(f"{folder}/{name[:2]}", exist_ok=True)
        try:
            with system.open(temporary, "wb") as file:
                n = 0
                for position, rows in records:
                    _write_record(file, position, rows)
                    n += 1
                file.write(_END % n)
            system.mv(temporary, path)
        finally:
            if system.exists(temporary):
                system.rm_file(temporary)

    def read(self, name: str) -> Iterator[tuple[int, Rows | AudioError]]:
        """Records of a shard, each checked before it is yielded.

        Raises
        ------
        FileNotFoundError
            When there is no such shard.
        DamagedShardError
            At the first byte that is not what was written.
        """
        system, folder = self.locate()
        with system.open(f"{folder}/{name[:2]}/{name}", "rb") as file:
            n = 0
            while True:
                line = file.readline()
                if line == _END % n:
                    return
                yield _read_record(file, line)
                n += 1

    def has(self, name: str) -> bool:
        """Whether there is such a shard, whole or not."""
        system, folder = self.locate()
        return bool(system.exists(f"{folder}/{name[:2]}/{name}"))

    def is_complete(self, name: str, n_records: int) -> bool:
        """Whether the shard is there and whole, and nothing in it might go better another time."""
        seen = set()
        try:
            for position, rows in self.read(name):
                if isinstance(rows, AudioError) and rows.code in TRANSIENT:
                    return False
                seen.add(position)
        except (FileNotFoundError, DamagedShardError):
            return False
        return seen == set(range(n_records))

    def remove(self, name: str) -> None:
        """Delete a shard, if it is there."""
        system, folder = self.locate()
        with contextlib.suppress(FileNotFoundError):
            system.rm_file(f"{folder}/{name[:2]}/{name}")


def _write_record(file: IO[bytes], position: int, rows: Rows | AudioError) -> None:
    header, payloads = packed(rows)
    payload = b"".join(payloads)
    text = json.dumps({"position": position, **header, "n_bytes": len(payload)}).encode()
    file.write(_checksum(text, payload) + b" " + text + b"\n" + payload)


def _read_record(file: IO[bytes], line: bytes) -> tuple[int, Rows | AudioError]:
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    try:
        header = json.loads(text)
        payload = file.read(header["n_bytes"])
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedShardError from error
    if _checksum(text, payload) != checksum:
        raise DamagedShardError
    return header["position"], unpacked(header, io.BytesIO(payload).read)


def _checksum(text: bytes, payload: bytes) -> bytes:
    digest = hashlib.blake2b(text, digest_size=16)
    digest.update(payload)
    return digest.hexdigest().encode()
