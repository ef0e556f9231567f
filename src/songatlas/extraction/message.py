"""What was extracted of a file as it travels: a header for JSON, then the bytes of its arrays.

The header has ``"arrays"``, a list of name, shape and what else belongs to it, followed by that
many float32 values of each; or ``"code"`` and ``"reason"`` of the failure.
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
    arrays = [(name, row.array.shape, dict(row.meta)) for name, row in rows.items()]
    flat = [np.ascontiguousarray(row.array, dtype="<f4").reshape(-1) for row in rows.values()]
    return {"arrays": arrays}, [array.view(np.uint8).data for array in flat]


def unpacked(header: Mapping[str, Any], read: Callable[[int], bytes]) -> Rows | AudioError:
    """What was :func:`packed`; `read` gives the next so many bytes behind the header."""
    if "code" in header:
        declared, decoded = header.get("declared"), header.get("decoded")
        return AudioError(
            header["code"], header["reason"], declared_seconds=declared, decoded_seconds=decoded
        )
    rows = {}
    for name, shape, meta in header["arrays"]:
        array = np.frombuffer(read(4 * int(np.prod(shape))), "<f4").reshape(shape)
        rows[name] = CacheRow(array=array, meta=meta)
    return rows
