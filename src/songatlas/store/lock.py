"""A folder that one process at a time may write; the lock ends with the process, however it ends.

``flock`` and its Windows sibling are released by the system, so that nothing is left to clear
away after a SIGKILL or a power cut.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from songatlas.errors import StorageError
from songatlas.store.atomic import writing

ELSEWHERE = "or have songatlas run write to another folder (--out)"
_BETWEEN_LOOKS = 0.2  # seconds, at a lock that another holds
_BUSY = (BlockingIOError, PermissionError)  # Linux and macOS; Windows


@contextlib.contextmanager
def locked(file: Path, folder: Path) -> Iterator[None]:
    """Hold `file` for this process while the context lasts.

    Parameters
    ----------
    file
        Made if missing.
    folder
        What it stands for, for the message.

    Raises
    ------
    StorageError
        When another process holds it, or it cannot be made.
    """
    with writing(folder, ELSEWHERE):
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(os.close, descriptor)
        _hold_or_say(descriptor, folder)
        if not _is_still_there(file, descriptor):
            raise StorageError(f"Another run has just finished in {folder}. Try again.")
        cleanup.callback(_remove, file)  # before it is released: afterwards it may be another's
        yield


@contextlib.contextmanager
def in_turn(file: Path) -> Iterator[bool]:
    """Hold `file` while the context lasts, after whoever holds it now.

    Parameters
    ----------
    file
        Made if missing, its folder too.

    Yields
    ------
    bool
        Whether another process had it: what was to be done may be done.

    Raises
    ------
    StorageError
        When it cannot be made or held.
    """
    waited = False
    while True:
        with (
            writing(file, "or name another cache folder (--cache)"),
            contextlib.ExitStack() as held,
        ):
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
            held.callback(os.close, descriptor)
            with contextlib.suppress(*_BUSY):
                _hold(descriptor)
                if _is_still_there(file, descriptor):
                    held.callback(_remove, file)
                    cleanup = held.pop_all()
                    break
        waited = True
        time.sleep(_BETWEEN_LOOKS)
    with cleanup:
        yield waited


def _hold_or_say(descriptor: int, folder: Path) -> None:
    try:
        _hold(descriptor)
    except _BUSY as error:
        raise StorageError(
            f"Another run is writing to {folder}. Wait until it is done, or have songatlas run "
            "write to another folder (--out)."
        ) from error
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be locked against a second run: {error.strerror or error}. Have "
            "songatlas run write to a folder on a local disk (--out)."
        ) from error


def _is_still_there(file: Path, descriptor: int) -> bool:
    """Whether the file that was locked is the one that others find under that name."""
    try:
        return os.path.samestat(os.stat(file), os.fstat(descriptor))  # noqa: PTH116
    except FileNotFoundError:
        return False


def _remove(file: Path) -> None:
    with contextlib.suppress(OSError):  # Windows keeps an open file; it costs nothing
        file.unlink()


if sys.platform == "win32":
    import msvcrt

    def _hold(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _hold(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
