"""Opening a file of somebody else's folder, and nothing that could hang or have side effects."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import Any

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotRegularError(OSError):
    """The path names a folder, pipe, socket or device."""


class Reading(io.FileIO):
    """An open file that remembers why it could not be read, for callers whom that never reaches.

    Attributes
    ----------
    failed
        The last error of the system, such as of a disk or a network; None without any.
    """

    failed: OSError | None = None

    def readinto(self, buffer: Any, /) -> int | None:
        """As of any file."""
        try:
            return super().readinto(buffer)
        except OSError as error:
            self.failed = error
            raise

    def readall(self) -> bytes:
        """As of any file."""
        try:
            return super().readall()
        except OSError as error:
            self.failed = error
            raise


def open_regular(path: Path, kind: type[io.FileIO] = io.FileIO) -> io.BufferedReader:
    """Open `path` for reading if it is a regular file, or a link to one.

    The check is made before anything is opened, and again on the opened descriptor, so that a pipe
    that takes the place of a file meanwhile is refused instead of read for ever. The handle
    carries no name, so that no decoder can decide by the extension, and paths that are not valid
    UTF-8 work.

    Parameters
    ----------
    kind
        Of the unbuffered file, such as :class:`Reading`.

    Raises
    ------
    NotRegularError
        When it is anything else.
    OSError
        When the system refuses.
    """
    _require_regular(os.stat(path))  # noqa: PTH116 - beside os.open below
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        _require_regular(os.fstat(descriptor))
        return io.BufferedReader(kind(descriptor, "rb"))
    except BaseException:
        os.close(descriptor)
        raise


def _require_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for test, name in _KINDS if test(status.st_mode)), "something else")
        raise NotRegularError(f"a regular file is needed, and this is {kind}")
