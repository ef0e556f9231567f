"""Arrays that outgrow memory, in files that the system may leave on disk.

Up to a number of bytes an array stays in memory. Beyond, it is copied to a mapped file in the
run's work folder: reading it costs a page fault where the page is not in memory, and the system
drops pages that it needs for something else. A process beside this one maps the same file instead
of being sent a copy.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile
import threading
import time
import weakref
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from songatlas.errors import StorageError
from songatlas.types import IntArray

Array = TypeVar("Array", bound=npt.NDArray[Any])
LIMIT = 250_000_000  # bytes in memory: 20,000 clips of 30 s
_CHUNK = 256 * 2**20  # bytes of a file for many small arrays
_PIECE = 64 * 2**20  # bytes of memory for them
_PAUSE = 0.25  # seconds: so much is read from mapped files before it is let go again
_MOST_PAGES = 750_000_000  # bytes of files in memory, above which :func:`pick` lets go
_ROWS = 256  # that it picks at once


class Arena:
    """Room for arrays, in memory up to `limit` bytes and mapped beyond.

    Parameters
    ----------
    folder
        Where the files are; they have no names and vanish with the process.
    limit
        Bytes of kept arrays, and of one new array, that stay in memory.

    Raises
    ------
    StorageError
        When a file cannot be made as large as it has to be.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     arena = Arena(Path(folder), limit=0)
    ...     arena.keep(np.ones((2, 2), np.float32)).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """

    def __init__(self, folder: Path, *, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        self._kept = 0
        self._maps: weakref.WeakSet[_File] = weakref.WeakSet()  # gone with their arrays
        _ARENAS.add(self)
        self._lock = threading.Lock()
        self._watched = False
        self._chunk: _File | npt.NDArray[np.uint8] | None = None
        self._mapped = False
        self._used = 0

    def keep(self, array: Array) -> Array:
        """The same values in a large piece of memory, or of a mapped file once memory is full.

        Many small arrays would leave holes when they go, which the system does not get back. One
        that is mapped already stays where it is.
        """
        if _file_of(array) is not None:
            return array
        self._kept += array.nbytes
        mapped = self._kept > self._limit
        in_order = mapped or array.flags.c_contiguous  # sums depend on the order in memory
        if array.nbytes == 0 or not in_order:
            return array
        chunk = self._chunk
        if chunk is None or mapped != self._mapped or self._used + array.nbytes > len(chunk):
            n_bytes = max(_CHUNK if mapped else _PIECE, array.nbytes)
            chunk = self._map(n_bytes) if mapped else np.empty(n_bytes, np.uint8)
            self._chunk, self._mapped, self._used = chunk, mapped, 0
        room: Any = np.frombuffer(chunk, array.dtype, count=array.size, offset=self._used).reshape(
            array.shape
        )
        room[...] = array
        self._used += -(-array.nbytes // 64) * 64
        return cast(Array, room)

    def zeros(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """A new array of zeros, of a mapped file once memory is full."""
        n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
        self._kept += n_bytes
        if self._kept <= self._limit or n_bytes == 0:
            return np.zeros(shape, dtype)
        return np.frombuffer(self._map(n_bytes), dtype, count=int(np.prod(shape))).reshape(shape)

    def attach(self, place: tuple[int, int], shape: tuple[int, ...], dtype: Any) -> Any:
        """An array of another process's file, to be read; what is written here stays here.

        Parameters
        ----------
        place
            As :func:`place_of` said there, of a file that this process was started with.
        """
        descriptor, offset = place
        n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
        mapped = _File(descriptor, offset + n_bytes, access=mmap.ACCESS_COPY)
        self._watch(mapped)
        return np.frombuffer(mapped, dtype, int(np.prod(shape)), offset).reshape(shape)

    def rest(self) -> None:
        """Let go of the mapped pages; what is read again comes back from the files."""
        self._chunk = None  # its arrays keep it as long as they are there
        self.drop_pages()

    def drop_pages(self) -> None:
        """Count no mapped page as this process's memory until it is read again."""
        with self._lock:
            maps = list(self._maps)
        for mapped in maps:
            if sys.platform == "linux":
                mapped.madvise(mmap.MADV_DONTNEED)

    def _map(self, n_bytes: int) -> _File:
        try:
            with tempfile.TemporaryFile(dir=self._folder) as file:
                file.truncate(n_bytes)
                if sys.platform == "linux":  # a full disk is an error here, not a signal later
                    os.posix_fallocate(file.fileno(), 0, n_bytes)
                mapped = _File(file.fileno(), n_bytes)
                mapped.descriptor = kept = os.dup(file.fileno())
        except OSError as error:
            raise StorageError(
                f"{self._folder} needs {n_bytes / 1e9:.1f} GB for inputs that do not fit in "
                f"memory: {error.strerror}. Free space there, or name another folder with --out."
            ) from error
        weakref.finalize(mapped, os.close, kept)
        self._watch(mapped)
        return mapped

    def _watch(self, mapped: _File) -> None:
        """Let go of its pages from now on: more may be read than memory holds."""
        with self._lock:
            self._maps.add(mapped)
        if not self._watched:
            self._watched = True
            threading.Thread(target=_let_go, args=(weakref.ref(self),), daemon=True).start()


_ARENAS: weakref.WeakSet[Arena] = weakref.WeakSet()


def pick(array: Array, rows: IntArray) -> Array:
    """``array[rows]`` of rows that lie far apart, in memory or in a file.

    A system may bring megabytes of a file for one row, and all of a large one in milliseconds: so
    mapped pages are let go of as soon as many are in memory.

    Examples
    --------
    >>> pick(np.arange(6).reshape(3, 2), np.array([2, 0])).tolist()
    [[4, 5], [0, 1]]
    """
    if len(rows) <= _ROWS:
        return cast(Array, array[rows])
    found: Any = np.empty((len(rows), *array.shape[1:]), array.dtype)
    for start in range(0, len(rows), _ROWS):
        found[start : start + _ROWS] = array[rows[start : start + _ROWS]]
        _ease()
    return cast(Array, found)


def _ease() -> None:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[2])
    except OSError:  # no Linux, whose pages alone are let go
        return
    if pages * mmap.PAGESIZE > _MOST_PAGES:
        for arena in list(_ARENAS):
            arena.drop_pages()


class _File(mmap.mmap):
    """A mapped file; ``descriptor`` keeps it open for processes that are started later."""

    descriptor: int | None = None


def place_of(array: npt.NDArray[Any]) -> tuple[int, int] | None:
    """Where another process finds a contiguous array: descriptor of a file, and bytes before it.

    None of one in memory, and where a process cannot be handed a file (Windows).
    """
    file = _file_of(array)
    if file is None or file.descriptor is None or os.name == "nt" or not array.flags.c_contiguous:
        return None
    start = np.frombuffer(file, np.uint8, count=1).ctypes.data
    return file.descriptor, array.ctypes.data - start


def _file_of(array: npt.NDArray[Any]) -> _File | None:
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    base = base.obj if isinstance(base, memoryview) else base
    return base if isinstance(base, _File) else None


def _let_go(of: weakref.ref[Arena]) -> None:
    """Give mapped pages back all the time, as a pass over millions of tracks touches them all."""
    while (arena := of()) is not None:
        arena.drop_pages()
        del arena
        time.sleep(_PAUSE)
