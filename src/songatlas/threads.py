"""One thread for numbers that must not depend on how many there are, and several such at once."""

from __future__ import annotations

import contextlib
import functools
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar

# What brings BLAS or OpenMP of its own.
_BRINGERS = (
    "torch",
    "sklearn.utils",
    "sklearn.cluster",
    "numba",
    "numba.np.ufunc.omppool",
    "onnxruntime",
)
_MOST = 4  # threads of :func:`each`: what each holds in memory adds up
_MANY = 20_000  # tracks; of fewer, a second thread holds more memory than it saves time
_allowed: ContextVar[int] = ContextVar("threads", default=1)
Item = TypeVar("Item")
Result = TypeVar("Result")


@contextlib.contextmanager
def single_thread() -> Iterator[None]:
    """Limit BLAS, OpenMP and torch to one thread within a ``with`` block.

    Sums over several threads depend on their number. The loaded libraries are looked up again only
    when there may be others: that costs more than many a clustering. What a block imports for the
    first time is not limited, so import it before.
    """
    import scipy.linalg  # noqa: F401 - its BLAS is another than numpy's

    torch = sys.modules.get("torch")  # has a BLAS inside that no one else can limit
    before = torch.get_num_threads() if torch else 1
    with _controller(_brought()).limit(limits=1):
        if torch:
            torch.set_num_threads(1)
        try:
            yield
        finally:
            if torch:
                torch.set_num_threads(before)


@contextlib.contextmanager
def allow_threads(n: int, n_tracks: int = _MANY) -> Iterator[None]:
    """Let :func:`each` take so many threads, at most 4, within a ``with`` block; elsewhere one.

    Of fewer than 20,000 tracks one is enough.
    """
    before = _allowed.set(min(n, _MOST) if n_tracks >= _MANY else 1)
    try:
        yield
    finally:
        _allowed.reset(before)


def each(
    function: Callable[[Item], Result], items: Iterable[Item], *, most: int | None = None
) -> list[Result]:
    """`function` of every item, in their order; several at once, every one on one thread.

    The results are the same however many threads are allowed: an item must not depend on others.

    Parameters
    ----------
    most
        Threads at most, where an item holds much memory.

    Examples
    --------
    >>> with allow_threads(2):
    ...     each(abs, [-3, 1, -2])
    [3, 1, 2]
    """
    items = list(items)
    n_threads = min(_allowed.get(), len(items), most or _MOST)
    with single_thread():
        if n_threads < 2:
            return [function(item) for item in items]
        with ThreadPoolExecutor(n_threads, initializer=_stay_single) as pool:
            return list(pool.map(function, items))


def _stay_single() -> None:
    """Limit this thread, within a block that limits the whole process."""
    _controller(_brought()).limit(limits=1)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)


def _brought() -> tuple[bool, ...]:
    return tuple(name in sys.modules for name in _BRINGERS)


@functools.cache
def _controller(brought: tuple[bool, ...]) -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def arithmetic() -> str:
    """What the last bit of a number may depend on: versions, and the kind of processor.

    Examples
    --------
    >>> arithmetic().startswith("numpy ")
    True
    """
    from importlib.metadata import version

    kinds = {str(library.get("architecture")) for library in _controller(_brought()).info()}
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "torch"))
    return f"{packages} on {platform.machine()} {' '.join(sorted(kinds - {'None'}))}"
