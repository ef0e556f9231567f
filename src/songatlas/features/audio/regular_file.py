"""Open a file that can be read to its end, and nothing that could hang or have side effects."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from songatlas.errors import AudioError

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def open_regular(source: Path) -> BinaryIO:
    """Open `source`, or what it links to, for reading.

    The handle carries no name, so that no decoder can decide by the extension, and paths that are
    not valid UTF-8 work.

    Raises
    ------
    AudioError
        ``E-NOTREGULAR`` for anything but a regular file, ``E-PERM`` where reading is not allowed,
        ``E-EMPTY`` for a file without a byte.
    """
    try:
        status = os.stat(source)  # noqa: PTH116 - beside os.open below
        if not stat.S_ISREG(status.st_mode):
            kind = next((name for test, name in _KINDS if test(status.st_mode)), "something else")
            raise AudioError("E-NOTREGULAR", f"a regular file is needed, and this is {kind}")
        if status.st_size == 0:
            raise AudioError("E-EMPTY", "the file has no bytes", decoded_seconds=0.0)
        # O_NONBLOCK: should a pipe have taken the file's place since, opening it does not wait
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        return open(os.open(source, flags), "rb")  # noqa: PTH123 - the caller closes it
    except OSError as error:
        raise _as_audio_error(error) from error


def _as_audio_error(error: OSError) -> AudioError:
    if isinstance(error, PermissionError):
        return AudioError("E-PERM", "reading it is not allowed; change its permissions")
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return AudioError("E-NOTREGULAR", "it is not there any more, or a link to nothing")
    if error.errno == errno.ELOOP:
        return AudioError("E-NOTREGULAR", "it is a link that leads back to itself")
    return AudioError("E-DECODE", f"it cannot be read: {error.strerror or error}")
