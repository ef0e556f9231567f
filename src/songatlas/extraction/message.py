"""Arrays as they travel: a header for JSON, then their bytes.

The header has ``"arrays"``, a list of name, shape, type and what else belongs to it, followed by
the little-endian values of each; or ``"code"`` and ``"reason"`` of the failure of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from songatlas.errors import AudioError
from songatlas.extraction.job import Rows
from songatlas.store.cache import CacheRow


def packed(rows: Rows | AudioError) -> tuple[dict[str, Any], list[memoryview]]:
    """Header, and the bytes of the arrays, which are not copied."""
    if isinstance(rows, AudioError):
        seconds = {"declared": rows.declared_seconds, "decoded": rows.decoded_seconds}
        return {"code": rows.code, "reason": rows.reason, **seconds}, []
    kinds = {name: row.array.dtype.newbyteorder("<") for name, row in rows.items()}
    arrays = [(name, x.array.shape, kinds[name].str, dict(x.meta)) for name, x in rows.items()]
    flat = [np.ascontiguousarray(x.array, kinds[name]).reshape(-1) for name, x in rows.items()]
    return {"arrays": arrays}, [array.view(np.uint8).data for array in flat]


def unpacked(header: Mapping[str, Any], read: Callable[[int], bytes]) -> Rows | AudioError:
    """What was :func:`packed`; `read` gives the next so many bytes behind the header."""
    if "code" in header:
        declared, decoded = header.get("declared"), header.get("decoded")
        return AudioError(
            header["code"], header["reason"], declared_seconds=declared, decoded_seconds=decoded
        )
    rows = {}
    for name, shape, kind, meta in header["arrays"]:
        n_bytes = np.dtype(kind).itemsize * int(np.prod(shape))
        rows[name] = CacheRow(array=np.frombuffer(read(n_bytes), kind).reshape(shape), meta=meta)
    return rows
