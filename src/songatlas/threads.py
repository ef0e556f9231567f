"""One thread for numbers that must not depend on how many there are."""

from __future__ import annotations

import functools
import sys
from contextlib import AbstractContextManager
from typing import Any

# What brings BLAS or OpenMP of its own.
_BRINGERS = ("torch", "sklearn.utils", "sklearn.cluster", "numba", "onnxruntime")


def single_thread() -> AbstractContextManager[Any]:
    """Limit BLAS and OpenMP to one thread within a ``with`` block.

    Sums over several threads depend on their number. The loaded libraries are looked up again only
    when there may be others: that costs more than many a clustering. What a block imports for the
    first time is not limited, so import it before.
    """
    import scipy.linalg  # noqa: F401 - its BLAS is another than numpy's

    limit: AbstractContextManager[Any] = _controller(
        tuple(name in sys.modules for name in _BRINGERS)
    ).limit(limits=1)
    return limit


@functools.cache
def _controller(brought: tuple[bool, ...]) -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
