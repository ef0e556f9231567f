"""One thread for numbers that must not depend on how many there are."""

from __future__ import annotations

import functools
from contextlib import AbstractContextManager
from typing import Any


def single_thread() -> AbstractContextManager[Any]:
    """Limit BLAS and OpenMP to one thread within a ``with`` block.

    Sums over several threads depend on their number. The loaded libraries are looked up once:
    that costs more than many a clustering.
    """
    _import_libraries()
    limit: AbstractContextManager[Any] = _controller().limit(limits=1)
    return limit


@functools.cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@functools.cache
def _import_libraries() -> None:
    """Load what brings BLAS and OpenMP, so that the one look-up finds them."""
    import scipy.linalg  # noqa: F401
    import sklearn.cluster  # noqa: F401
