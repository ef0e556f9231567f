"""Group D: a disk whose Nth operation fails, a process that dies at it, damaged files."""

from __future__ import annotations

import builtins
import errno
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from songatlas.store import atomic
from songatlas.store import cache as cache_module

ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC}


class Disk:
    """Counts one kind of operation and, at the Nth, does something instead.

    Parameters
    ----------
    operation
        Row of ``OPERATIONS``.
    nth
        From 1; 0 never.
    act
        What happens instead, such as raising an error.
    """

    OPERATIONS = ("open", "write", "fsync", "rename", "unlink")

    def __init__(self, operation: str, nth: int, act: Callable[[], None]) -> None:
        self.operation, self.nth, self.act = operation, nth, act
        self.n_seen = 0

    @property
    def reached(self) -> bool:
        """Whether the Nth operation took place."""
        return 0 < self.nth <= self.n_seen

    @contextmanager
    def installed(self) -> Iterator[None]:
        """In the way of the operations while the context lasts."""
        with pytest.MonkeyPatch.context() as patch:
            if self.operation == "write":
                for module in (atomic, cache_module):
                    patch.setattr(module, "open", self._open, raising=False)
            else:
                module, name = {
                    "open": (os, "open"),
                    "fsync": (os, "fsync"),
                    "rename": (Path, "replace"),
                    "unlink": (Path, "unlink"),
                }[self.operation]
                patch.setattr(module, name, self._counted(getattr(module, name)))
            yield

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.n_seen += 1
            if self.n_seen == self.nth:
                self.act()
            return function(*arguments, **options)

        return call

    def _open(self, *arguments: Any, **options: Any) -> Any:
        file = builtins.open(*arguments, **options)  # noqa: PTH123, SIM115
        return _Watched(file, self._counted(file.write))


class _Watched:
    """An open file whose ``write`` is another function."""

    def __init__(self, file: Any, write: Callable[..., Any]) -> None:
        self._file, self.write = file, write

    def __enter__(self) -> _Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def failing(code: int) -> Callable[[], None]:
    """Raise ``OSError`` with this number."""

    def act() -> None:
        raise OSError(code, os.strerror(code))

    return act


def dies_at(operation: str, nth: int, job: Callable[[], object]) -> bool:
    """Do `job` in a forked process that vanishes at the Nth operation; whether it got so far.

    ``os._exit`` runs no ``finally``, like SIGKILL.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child uses no threads
        child = os.fork()
    if child == 0:
        code = 1
        try:
            with Disk(operation, nth, lambda: os._exit(9)).installed():
                job()
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, 9), f"the child ended with {code}"
    return code == 9


def _flip(path: Path, rng: np.random.Generator) -> None:
    data = bytearray(path.read_bytes())
    data[rng.integers(len(data))] ^= 1 << int(rng.integers(8))
    path.write_bytes(data)


def _truncate(path: Path, rng: np.random.Generator) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: rng.integers(1, len(data))])


def _zero(path: Path, rng: np.random.Generator) -> None:
    data = bytearray(path.read_bytes())
    start = int(rng.integers(len(data) // 2))
    data[start : start + 512] = b"\xff" * len(data[start : start + 512])
    path.write_bytes(data)


def _swap(path: Path, rng: np.random.Generator) -> None:
    others = sorted(other for other in path.parents[1].glob("*/*.npy") if other != path)
    if not others:
        _flip(path, rng)
        return
    other = others[rng.integers(len(others))]
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)


DAMAGES: dict[str, Callable[[Path, np.random.Generator], None]] = {
    "flipped": _flip,
    "truncated": _truncate,
    "overwritten": _zero,
    "empty": lambda path, rng: path.write_bytes(b""),
    "appended": lambda path, rng: path.write_bytes(path.read_bytes() + b"\x00"),
    "swapped": _swap,
    "deleted": lambda path, rng: path.unlink(),
}
