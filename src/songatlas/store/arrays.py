"""Arrays as ``.npy`` files, whole or not at all."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from songatlas.store.atomic import write_bytes
from songatlas.types import FloatArray, IntArray


def write_array(path: Path, array: FloatArray | IntArray) -> None:
    """Write one array without pickle; errors as for :func:`songatlas.store.atomic.write_bytes`."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    write_bytes(path, buffer.getvalue())
