"""The state of an unfinished training on disk, with a checksum before it.

The bytes are those of ``torch.save`` behind their BLAKE2b-128 digest: a disk that changed a bit of
a weight would otherwise go unnoticed, and the run would end with other results.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from songatlas.store.atomic import write_bytes

_log = logging.getLogger(__name__)
_DIGEST_BYTES = 16


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write `state`, tensors and plain values, whole or not at all."""
    buffer = io.BytesIO()
    torch.save(dict(state), buffer)
    data = buffer.getvalue()
    write_bytes(path, _digest(data) + data)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """What :func:`save_checkpoint` wrote; None where there is none, or, warning, a damaged one.

    A checkpoint can be made again, so that a damaged one costs time and never a result.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("%s cannot be read (%s): training begins anew.", path, error.strerror)
        return None
    digest, data = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if digest != _digest(data):
        _log.warning("%s is damaged: training begins anew.", path)
        return None
    state: dict[str, Any] = torch.load(io.BytesIO(data), weights_only=True, map_location="cpu")
    return state


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
