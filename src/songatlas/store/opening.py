"""Opening a file that somebody else's folder holds, without ever waiting for a pipe."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path


class NotRegularError(OSError):
    """The path names a folder, pipe, socket or device."""


def open_regular(path: Path) -> io.BufferedReader:
    """Open `path` for reading if it is a regular file, or a link to one.

    The check is made on the opened descriptor, so that a pipe that takes the place of a file
    between listing and opening is refused instead of read for ever.

    Raises
    ------
    NotRegularError
        When it is anything else.
    OSError
        When the system refuses.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotRegularError(f"{path} is not a regular file")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
