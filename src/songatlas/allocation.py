"""What becomes of memory that is freed: kept for the next array, or given back to the system."""

from __future__ import annotations

import ctypes
import os
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of glibc
STEP = 4 * 2**20  # bytes: what a step of training needs again at once


def keep_freed(most: int) -> None:
    """Let this process keep freed arrays of up to `most` bytes, and no larger ones (glibc).

    By itself glibc learns from what is freed, and keeps up to 32 MB of holes wherever arrays of a
    whole collection have been. What is kept is not zeroed anew, page by page, when it is wanted.
    """
    if sys.platform == "linux" and "CS_GNU_LIBC_VERSION" in os.confstr_names:
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, most)
        library.mallopt(_M_TRIM_THRESHOLD, most)
