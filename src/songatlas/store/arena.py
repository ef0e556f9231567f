"""Arrays that outgrow memory, in files that the system may leave on disk.

Up to a number of bytes an array stays in memory. Beyond, it is copied to a mapped file in the
run's work folder: reading it costs a page fault where the page is not in memory, and the system
drops pages that it needs for something else.
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

Array = TypeVar("Array", bound=npt.NDArray[Any])
LIMIT = 400_000_000  # bytes in memory: 30,000 clips of 30 s
_CHUNK = 256 * 2**20  # bytes of a file for many small arrays
_PIECE = 64 * 2**20  # bytes of memory for them
_PAUSE = 0.25  # seconds: so much is read from mapped files before it is let go again


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
        self._maps: weakref.WeakSet[mmap.mmap] = weakref.WeakSet()  # gone with their arrays
        self._lock = threading.Lock()
        self._watched = False
        self._chunk: mmap.mmap | npt.NDArray[np.uint8] | None = None
        self._mapped = False
        self._used = 0

    def keep(self, array: Array) -> Array:
        """The same values in a large piece of memory, or of a mapped file once memory is full.

        Many small arrays would leave holes when they go, which the system does not get back. One
        that is mapped already stays where it is.
        """
        if _is_mapped(array):
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
        """A new array of zeros, mapped where it alone is beyond the limit."""
        n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
        if n_bytes <= self._limit or n_bytes == 0:
            return np.zeros(shape, dtype)
        return np.frombuffer(self._map(n_bytes), dtype, count=int(np.prod(shape))).reshape(shape)

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

    def _map(self, n_bytes: int) -> mmap.mmap:
        try:
            with tempfile.TemporaryFile(dir=self._folder) as file:
                file.truncate(n_bytes)
                if sys.platform == "linux":  # a full disk is an error here, not a signal later
                    os.posix_fallocate(file.fileno(), 0, n_bytes)
                mapped = mmap.mmap(file.fileno(), n_bytes)
        except OSError as error:
            raise StorageError(
                f"{self._folder} needs {n_bytes / 1e9:.1f} GB for inputs that do not fit in "
                f"memory: {error.strerror}. Free space there, or name another folder with --out."
            ) from error
        if not self._watched:  # from now on more may be read than memory holds
            self._watched = True
            threading.Thread(target=_let_go, args=(weakref.ref(self),), daemon=True).start()
        with self._lock:
            self._maps.add(mapped)
        return mapped


def _is_mapped(array: npt.NDArray[Any]) -> bool:
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    return isinstance(base.obj if isinstance(base, memoryview) else base, mmap.mmap)


def _let_go(of: weakref.ref[Arena]) -> None:
    """Give mapped pages back all the time, as a pass over millions of tracks touches them all."""
    while (arena := of()) is not None:
        arena.drop_pages()
        del arena
        time.sleep(_PAUSE)
