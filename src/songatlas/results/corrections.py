"""``corrections.toml``: what a person has corrected, a small file beside the results.

A cluster is known by some of its tracks, so that it is found again whatever its number is then.
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from songatlas.errors import ConfigError, StorageError
from songatlas.store.atomic import write_text

CORRECTIONS_FILE = "corrections.toml"
Paths = tuple[str, ...]
NodeKey = tuple[str, Paths]  # id of a node of the tree, and some of its tracks


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """Corrections in the order in which they are made.

    Parameters
    ----------
    merge
        Two or more clusters that are one.
    split
        Two parts of what may be one cluster.
    together, apart
        Two tracks each.
    rename
        A cluster and its name.
    merge_nodes, split_nodes, rename_nodes
        The same of nodes of the tree.
    """

    merge: tuple[tuple[Paths, ...], ...] = ()
    split: tuple[tuple[Paths, Paths], ...] = ()
    together: tuple[tuple[str, str], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    rename: tuple[tuple[Paths, str], ...] = ()
    merge_nodes: tuple[tuple[NodeKey, ...], ...] = ()
    split_nodes: tuple[tuple[NodeKey, NodeKey], ...] = ()
    rename_nodes: tuple[tuple[NodeKey, str], ...] = ()

    @property
    def changes_partition(self) -> bool:
        """Whether more than names is corrected."""
        return bool(self.merge or self.split or self.together or self.apart)

    @property
    def changes_tree(self) -> bool:
        """Whether more than names is corrected in the tree."""
        return bool(self.merge_nodes or self.split_nodes or self.together or self.apart)


def read_corrections(folder: Path) -> Corrections:
    """Those of a results folder; none without the file.

    Raises
    ------
    ConfigError
        When the file is not what is described in its head.
    StorageError
        When it cannot be read.
    """
    path = folder / CORRECTIONS_FILE
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Corrections()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} must be TOML. It is not: {error}. Mend or delete it.") from error
    try:
        return _parse(said)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path} must hold tables [[merge]], [[split]], [[together]], [[apart]], [[rename]], "
            "[[merge_nodes]], [[split_nodes]] and [[rename_nodes]] as 'songatlas label' writes "
            f"them. It does not: {error}. Mend or delete it."
        ) from error


def _parse(said: Mapping[str, Any]) -> Corrections:
    unknown = {*said} - {field.name for field in dataclasses.fields(Corrections)}
    if unknown:
        raise ValueError(f"unknown table {sorted(unknown)[0]!r}")
    found = {kind: tuple(_row(kind, row) for row in said.get(kind, [])) for kind in _TABLES}
    return Corrections(**found)


def _row(kind: str, row: Mapping[str, Any]) -> Any:
    values = tuple(read(row[key]) for key, read in _TABLES[kind].items())
    return values if len(values) > 1 else values[0]


def _key(value: Any) -> NodeKey:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"an id and a list of paths are needed, not {value!r}")
    return _text(value[0]), _paths(value[1])


def _paths(value: Any) -> Paths:
    if not isinstance(value, list) or not value:
        raise ValueError(f"a list of paths is needed, not {value!r}")
    return tuple(_text(item) for item in value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"a text is needed, not {value!r}")
    return value


def _two(values: Sequence[Any]) -> tuple[Any, Any]:
    if len(values) != 2:
        raise ValueError(f"two are needed, not {len(values)}")
    return values[0], values[1]


# What a row of every table holds, in the order of the file.
_TABLES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "merge": {"clusters": lambda value: tuple(map(_paths, value))},
    "merge_nodes": {"nodes": lambda value: tuple(map(_key, value))},
    "split": {"parts": lambda value: _two([*map(_paths, value)])},
    "split_nodes": {"parts": lambda value: _two([*map(_key, value)])},
    "together": {"tracks": lambda value: _two(_paths(value))},
    "apart": {"tracks": lambda value: _two(_paths(value))},
    "rename": {"cluster": _paths, "name": _text},
    "rename_nodes": {"node": _key, "name": _text},
}


def write_corrections(folder: Path, corrections: Corrections) -> None:
    """Write ``corrections.toml``."""
    lines = [
        "# Corrections to clusters and tree of this folder, by 'songatlas label'; yours to edit.",
        "# The next 'songatlas update' or run into this folder respects them. Paths are those of",
        "# tracks.csv; a cluster is known by some of its tracks, a node of the tree also by id.",
    ]
    for kind, keys in _TABLES.items():
        for row in getattr(corrections, kind):
            values = row if len(keys) > 1 else [row]
            said = (f"{key} = {_toml(value)}" for key, value in zip(keys, values, strict=True))
            lines += ["", f"[[{kind}]]", *said]
    write_text(folder / CORRECTIONS_FILE, "\n".join(lines) + "\n")


def keep_corrections(folder: Path, corrections: Corrections, out: Path) -> None:
    """Write them to `out` where they are not those of `folder`, with a person's own remarks."""
    if corrections != read_corrections(folder):
        write_corrections(out, corrections)


def _toml(value: Any) -> str:
    if isinstance(value, str):
        # JSON's escapes are TOML's, but for characters outside the first plane, which may stand
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(_toml(item) for item in value)}]"
