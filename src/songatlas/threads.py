"""One thread for numbers that must not depend on how many there are."""

from __future__ import annotations

import contextlib
import functools
import platform
import sys
from collections.abc import Iterator
from typing import Any

# What brings BLAS or OpenMP of its own.
_BRINGERS = ("torch", "sklearn.utils", "sklearn.cluster", "numba", "onnxruntime")


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
