"""What must be said when a file of a results folder is not what a run wrote there."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from songatlas.errors import StorageError


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


def fields_of(kind: Any, said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a dataclass that a JSON object has; what else it has is passed over.

    Raises
    ------
    KeyError
        When one is missing that has no default.
    """
    return {
        field.name: said[field.name]
        for field in dataclasses.fields(kind)
        if field.name in said or field.default is dataclasses.MISSING
    }
