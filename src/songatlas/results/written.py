"""What must be said when a file of a results folder is not what a run wrote there."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from songatlas.errors import StorageError

T = TypeVar("T")


@contextlib.contextmanager
def as_written(path: Path) -> Iterator[None]:
    """Refuse `path` when what is read from it in this block is missing or does not fit.

    Raises
    ------
    StorageError
        In place of whatever was found in a file that is damaged or of another version.

    Examples
    --------
    >>> with as_written(Path("results/trust.json")):
    ...     {}["verdict"]
    Traceback (most recent call last):
        ...
    songatlas.errors.StorageError: results/trust.json must hold what a finished run of this song...
    """
    try:
        yield
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise StorageError(
            f"{path} must hold what a finished run of this songatlas wrote. It does not: {said}. "
            "Run songatlas again with the same --out."
        ) from error


@contextlib.contextmanager
def json_as_written(path: Path) -> Iterator[Any]:
    """What the JSON file `path` holds, refused as by :func:`as_written` when it does not fit."""
    with as_written(path):
        yield json.loads(path.read_text(encoding="utf-8"))


def made_of(kind: type[T], said: Mapping[str, Any]) -> T:
    """A dataclass of what a JSON object says of its fields; what else it says is passed over.

    Raises
    ------
    KeyError
        When it does not have one of them that has no default.

    Examples
    --------
    >>> from songatlas.types.trust import Finding
    >>> made_of(Finding, {"code": "stable", "verdict": "weak", "sentence": "", "later": 1})
    Finding(code='stable', verdict='weak', sentence='')
    """
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    none = dataclasses.MISSING
    wanted = [x.name for x in fields if x.name in said or x.default is x.default_factory is none]
    return kind(**{name: said[name] for name in wanted})
