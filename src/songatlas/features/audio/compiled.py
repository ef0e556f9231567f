"""The compiled loops of the audio features, where they were built.

Every caller has a way of its own in numpy, with the same bits for a result; ``KERNELS`` is None
where songatlas was installed without a C compiler, or runs from a bare copy of its source.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
import numpy.typing as npt

KERNELS: ModuleType | None
try:
    from songatlas.features.audio import _kernels
except ImportError:
    KERNELS = None
else:
    KERNELS = _kernels


def kernels_for(array: npt.NDArray[np.floating]) -> ModuleType | None:
    """The compiled loops, if they were built and can read this array.

    Examples
    --------
    >>> kernels_for(np.ones((2, 1025))) is None  # they read float32 alone
    True
    """
    readable = array.dtype == np.float32 and array.flags.c_contiguous
    return KERNELS if readable else None
