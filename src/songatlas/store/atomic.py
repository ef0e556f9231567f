"""Files that appear under their final name only when they are whole."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from songatlas.errors import StorageError
from songatlas.text import LONE

_UNFINISHED = ".songatlas-unfinished."


@contextlib.contextmanager
def open_atomic(path: Path, mode: str = "wb", **options: Any) -> Iterator[IO[Any]]:
    """Open a temporary file beside `path`; on success flush it to disk and rename it.

    A process that is killed meanwhile leaves the temporary file, which
    :func:`remove_unfinished` knows by its name.

    Parameters
    ----------
    path
        Final name. Missing parent folders are made.
    mode, options
        As for :func:`open`.

    Raises
    ------
    StorageError
        When the folder cannot be written, naming it and the cause. `path` is then untouched,
        unless it was the very last step that failed, after which it is whole.
    """
    path = Path(path)
    require_name(path)
    with (
        writing(path, "or name another folder"),
        beside(path, prefix=_UNFINISHED) as (descriptor, temporary),
    ):
        with open(descriptor, mode, **options) as file:  # noqa: PTH123 - a descriptor has no Path
            yield file
            file.flush()
            os.fsync(file.fileno())
        give_usual_rights(temporary)
        temporary.replace(path)
        flush_folder(path.parent)


@contextlib.contextmanager
def beside(path: Path, *, prefix: str) -> Iterator[tuple[int, Path]]:
    """Descriptor and path of a new file in the folder of `path`; it goes if the block fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=prefix, dir=path.parent)
    try:
        yield descriptor, Path(temporary)
    except BaseException:
        with contextlib.suppress(OSError):  # it can be swept later; the first error counts
            Path(temporary).unlink(missing_ok=True)
        raise


def give_usual_rights(temporary: Path) -> None:
    """Those of any new file, where a temporary one is its owner's alone."""
    umask = os.umask(0)
    os.umask(umask)
    temporary.chmod(0o666 & ~umask)


@contextlib.contextmanager
def writing(path: Path, otherwise: str) -> Iterator[None]:
    """Say what helps where `path` cannot be written.

    Parameters
    ----------
    otherwise
        The other thing that helps, a clause.

    Examples
    --------
    >>> with writing(Path("a.csv"), "or name another folder"):
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
        ...
    songatlas.errors.StorageError: a.csv cannot be written: No space left on device. Free space ...
    >>> with writing(Path("a.csv"), "or name another folder"):
    ...     raise OSError(errno.EACCES, "Permission denied")
    Traceback (most recent call last):
        ...
    songatlas.errors.StorageError: a.csv cannot be written: Permission denied. Make it writable, ...
    """
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StorageError(
            f"{path} cannot be written: {error.strerror or error}. "
            f"{'Free space there' if full else 'Make it writable'}, {otherwise}."
        ) from error


def require_name(path: Path) -> None:
    """Refuse a path that cannot be named under this locale.

    Raises
    ------
    StorageError
        Naming the locale's encoding.
    """
    try:
        os.fsencode(path)
    except UnicodeEncodeError as error:
        raise StorageError(
            f"{path} cannot be written: the locale is {error.encoding} and has no such name. Set "
            "LC_ALL=C.UTF-8 and run again."
        ) from error


def remove_unfinished(folder: Path) -> None:
    """Delete what killed processes left in `folder` and below instead of whole files.

    Only where no other process writes: see :func:`songatlas.store.lock.locked`.
    """
    for path in folder.rglob(f"{_UNFINISHED}*"):
        path.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Delete a file if it is there.

    Raises
    ------
    StorageError
        When it cannot be deleted.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be deleted: {error.strerror or error}. Make its folder writable, or "
            "name another."
        ) from error


def write_text(path: Path, text: str) -> None:
    r"""Write `text` as UTF-8 with ``\n`` line ends, whole or not at all."""
    with open_atomic(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def write_json(path: Path, record: Mapping[str, object]) -> None:
    r"""Write `record` as indented JSON in UTF-8.

    NaN, which is no JSON, is refused. Bytes of a path that are no UTF-8, which Python reads as lone
    surrogates, are escaped, and come back as they were: ``caf\udce9``.
    """
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    write_text(path, LONE.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n")


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data`, whole or not at all."""
    with open_atomic(path, "wb") as file:
        file.write(data)


def flush_folder(folder: Path) -> None:
    """Bring to the disk what was renamed in a folder, where a folder can be flushed."""
    if os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:  # file systems that cannot do so for folders say this
        if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
