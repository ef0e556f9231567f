"""What was changed in files, so that every byte can be put back.

A journal is a file of JSON lines, one for each change, each on the disk before its file is touched.
A change is told by what stood between the beginning and the end that stayed the same.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from songatlas.errors import StorageError
from songatlas.store.atomic import remove, write_bytes

_BEGIN = b'{"path": "'  # of every line


@dataclass(frozen=True, kw_only=True)
class Change:
    """One file before and after.

    Parameters
    ----------
    path
        Absolute.
    before, after
        SHA-256 of the file.
    start, end
        Bytes at the beginning and at the end that both have.
    original
        What stood between them: base64 of zlib.
    mtime_ns, mode
        Time of change and permissions before.
    old_content, new_content
        Content hashes by which a results folder knows the file.
    """

    path: str
    before: str
    after: str
    start: int
    end: int
    original: str
    mtime_ns: int
    mode: int
    old_content: str
    new_content: str

    def restore(self, data: bytes) -> bytes:
        """The bytes before, from those after.

        Raises
        ------
        StorageError
            When what comes out is not what was there.
        """
        try:
            original = zlib.decompress(base64.b64decode(self.original, validate=True))
        except (zlib.error, binascii.Error) as error:
            raise _damaged(self.path, error) from error
        found = data[: self.start] + original + data[len(data) - self.end :]
        if sha256(found) != self.before:
            raise _damaged(self.path, None)
        return found


def difference(before: bytes, after: bytes) -> tuple[int, int, str]:
    """``start``, ``end`` and ``original`` of a change.

    Examples
    --------
    >>> start, end, original = difference(b"headTAILaudio", b"headNEW TAGaudio")
    >>> start, end, zlib.decompress(base64.b64decode(original))
    (4, 5, b'TAIL')
    """
    shorter = min(len(before), len(after))
    start = _common(before[:shorter], after[:shorter])
    left = shorter - start
    ends = before[len(before) - left :][::-1], after[len(after) - left :][::-1]
    end = _common(*ends)
    middle = before[start : len(before) - end]
    return start, end, base64.b64encode(zlib.compress(middle, 9)).decode("ascii")


def _common(one: bytes, other: bytes) -> int:
    """Length of the common beginning of two byte strings of one length."""
    differs = np.frombuffer(one, np.uint8) != np.frombuffer(other, np.uint8)
    return int(differs.argmax()) if differs.any() else len(one)


def append_change(journal: Path, change: Change) -> None:
    """Add a change, and see that it is on the disk.

    Raises
    ------
    StorageError
        When it cannot be written; the file must not be touched then.
    """
    try:
        if not _ends_whole(journal):
            write_bytes(journal, b"".join(map(_line, read_changes(journal, missing_ok=True))))
        with journal.open("ab") as file:
            file.write(_line(change))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(
            f"{journal} cannot be written: {error.strerror or error}. No file is touched without "
            "it; free space there, or name another with --journal."
        ) from error


def keep_changes(journal: Path, changes: Sequence[Change]) -> None:
    """Leave these alone in the journal, and no journal where there are none.

    At no moment is less on the disk.

    Raises
    ------
    StorageError
        When it cannot be written; all that was in it still is.
    """
    if changes:
        write_bytes(journal, b"".join(map(_line, changes)))
    else:
        remove(journal)


def read_changes(journal: Path, *, missing_ok: bool = False) -> list[Change]:
    """All changes, oldest first.

    A last line that a crash or a full disk has torn is left out: its file was not touched.

    Parameters
    ----------
    missing_ok
        Whether no journal is one without changes.

    Raises
    ------
    StorageError
        When there is no journal, or it is damaged, or something else.
    """
    try:
        *lines, last = journal.read_bytes().split(b"\n")
    except OSError as error:
        if missing_ok and isinstance(error, FileNotFoundError):
            return []
        if isinstance(error, FileNotFoundError):
            raise StorageError(
                f"{journal} is not there: 'songatlas tag --write' has changed nothing, or all of "
                "it is undone. If its journal is elsewhere, name it with --journal."
            ) from error
        raise StorageError(
            f"{journal} must be the journal of 'songatlas tag --write'. It cannot be read: "
            f"{error.strerror or error}. Name it with --journal."
        ) from error
    changes = []
    for number, line in enumerate(lines, start=1):
        try:
            changes.append(_change(line))
        except (ValueError, TypeError) as error:
            raise _no_journal(journal, number, error) from error
    try:
        return [*changes, _change(last)]
    except (ValueError, TypeError) as error:
        torn = last.rstrip(b"\0")  # which some file systems put where nothing was written
        if torn.startswith(_BEGIN) or _BEGIN.startswith(torn):
            return changes
        raise _no_journal(journal, len(lines) + 1, error) from error


def _line(change: Change) -> bytes:
    text = json.dumps(asdict(change), ensure_ascii=False) + "\n"
    return text.encode("utf-8", "surrogateescape")


def _change(line: bytes) -> Change:
    return Change(**json.loads(line.decode("utf-8", "surrogateescape")))


def _ends_whole(journal: Path) -> bool:
    """Whether there is a journal, and what is written behind its end begins a line."""
    with contextlib.suppress(FileNotFoundError), journal.open("rb") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - 1, 0))
        return file.read(1) in (b"", b"\n")
    return False


def sha256(data: bytes) -> str:
    """Digest of a file's bytes."""
    return hashlib.sha256(data).hexdigest()


def _no_journal(journal: Path, number: int, error: Exception) -> StorageError:
    return StorageError(f"{journal} is damaged in line {number}: {error}. No file was changed.")


def _damaged(path: str, error: Exception | None) -> StorageError:
    said = f" ({error})" if error else ""
    return StorageError(
        f"The journal does not lead back to what {path} was{said}. The file is left as it is."
    )
