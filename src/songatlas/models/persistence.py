"""Models on disk: plain tensors and JSON-able values, nothing that unpickling could run.

A file holds a dictionary with ``format``, ``version``, ``config`` (the resolved settings),
``model`` (name, shapes, number of conditions), ``model_state_dict`` and ``inputs`` (fitted
vocabularies, scalers and components).
"""

from __future__ import annotations

import contextlib
import io
import pickle
import struct
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from songatlas.errors import StorageError
from songatlas.store.atomic import write_bytes

_FORMAT = "songatlas model"
_VERSION = 1
_DAMAGE = (  # whatever bytes that are no model lead to, in torch's reader and in ours
    *(RuntimeError, EOFError, ValueError, pickle.UnpicklingError, struct.error),
    *(LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, MemoryError),
)


def save_model(path: Path, payload: Mapping[str, Any]) -> None:
    """Write `payload` so that ``torch.load(path, weights_only=True)`` reads it."""
    plain = _plain({"format": _FORMAT, "version": _VERSION, **payload})
    buffer = io.BytesIO()  # a disk that fails within torch's own writer is not told as such
    torch.save(plain, buffer)
    write_bytes(path, buffer.getvalue())


def load_model(path: Path) -> dict[str, Any]:
    """Read what :func:`save_model` wrote, arrays as tensors.

    Raises
    ------
    StorageError
        When the file is missing, is not a songatlas model, or is from a newer version.
    """
    with readable(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's thoughts on files that are none of its own
        payload = torch.load(path, weights_only=True, map_location="cpu")
    if not isinstance(payload, dict) or payload.get("format") != _FORMAT:
        raise StorageError(f"{path} is not a songatlas model. Name the results folder of a run.")
    with readable(path):
        newer = payload["version"] > _VERSION
    if newer:
        raise StorageError(f"{path} was written by a newer songatlas; update songatlas.")
    return payload


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Refuse `path` when what is read from it in this block is missing or no model.

    Raises
    ------
    StorageError
        In place of whatever a file leads to that is damaged, or is none of ours.

    Examples
    --------
    >>> with readable(Path("best_model.pth")):
    ...     {}["version"]
    Traceback (most recent call last):
        ...
    songatlas.errors.StorageError: best_model.pth cannot be read as a model: it is damaged, or no...
    """
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read as a model: {error.strerror or error}. Name the results folder "
            "of a run."
        ) from error
    except _DAMAGE as error:
        raise StorageError(
            f"{path} cannot be read as a model: it is damaged, or no model. Name the results "
            "folder of a run."
        ) from error


def _plain(value: Any) -> Any:
    """`value` with arrays as tensors and tuples as lists."""
    if isinstance(value, np.ndarray):
        return torch.from_numpy(np.array(value))
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
