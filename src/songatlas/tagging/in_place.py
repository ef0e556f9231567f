"""A changed copy that takes the place of a file, as its owner and everybody else knew it."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from songatlas.errors import TaggingError
from songatlas.store.atomic import flush_folder

_UNFINISHED = ".songatlas-tag-"
_LOCKED = stat.UF_IMMUTABLE | stat.UF_APPEND | stat.SF_IMMUTABLE | stat.SF_APPEND  # on macOS, BSD
_CHANGING = ("st_ino", "st_size", "st_mtime_ns", "st_ctime_ns")


@contextlib.contextmanager
def copy_of(source: Path, data: bytes) -> Iterator[Path]:
    """A file beside `source` that holds `data`; gone afterwards unless it took its place.

    Owner, group, permissions, times and extended attributes are those of `source`.

    Raises
    ------
    TaggingError
        When it cannot belong to whom `source` does, or `source` is locked.
    """
    if getattr(source.stat(), "st_flags", 0) & _LOCKED:
        raise TaggingError("it is locked; nothing was changed")
    handle, name = tempfile.mkstemp(prefix=_UNFINISHED, suffix=source.suffix, dir=source.parent)
    copy = Path(name)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor has no Path
            file.write(data)
        keep_owner(copy, source.stat())
        shutil.copystat(source, copy)
        yield copy
    finally:
        with contextlib.suppress(FileNotFoundError):  # it took the place
            copy.chmod(0o600)  # Windows deletes nothing that is read-only
            copy.unlink()


def remove_copies(folder: Path, swept: set[Path]) -> None:
    """Delete the copies that killed processes have left beside files.

    Parameters
    ----------
    swept
        Folders where that was done, which this one comes to.
    """
    if folder in swept:
        return
    swept.add(folder)
    for stale in folder.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            stale.chmod(0o600)
            stale.unlink()


def keep_owner(copy: Path, status: os.stat_result) -> None:
    """Give a file to the owner and group of another.

    Raises
    ------
    TaggingError
        When the system refuses.
    """
    if sys.platform == "win32":
        return
    own = copy.stat()
    if (own.st_uid, own.st_gid) == (status.st_uid, status.st_gid):
        return
    try:
        os.chown(copy, status.st_uid, status.st_gid)
    except OSError as error:
        raise TaggingError(
            f"its owner or group would not stay the same ({error.strerror or error}); "
            "nothing was changed"
        ) from error


def require_unchanged(source: Path, status: os.stat_result) -> None:
    """Refuse a file that somebody else has written since it had that status.

    Raises
    ------
    TaggingError
        When anything of it differs.
    """
    now = source.stat()
    if any(getattr(now, name) != getattr(status, name) for name in _CHANGING):
        raise TaggingError("it was changed by another program meanwhile; it is left as that has it")


def put_in_place(copy: Path, source: Path, status: os.stat_result) -> None:
    """Let a copy that is on the disk take the place of the file that it was made of.

    Parameters
    ----------
    status
        Of `source` when it was read.

    Raises
    ------
    TaggingError
        When `source` was changed since.
    """
    with copy.open("r+b") as file:  # Windows flushes nothing that is open for reading alone
        os.fsync(file.fileno())
    require_unchanged(source, status)
    copy.replace(source)
    with contextlib.suppress(OSError):  # it has its place already
        flush_folder(source.parent)
