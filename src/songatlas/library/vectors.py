"""Vectors and labels that other programs wrote: arrays and tables."""

from __future__ import annotations

import csv
import importlib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from songatlas.errors import MetadataError
from songatlas.library.delimiter import HEAD, detect_delimiter
from songatlas.library.text_file import read_text_file
from songatlas.types import Float64

_ARRAYS, _PARQUET = (".npy", ".npz"), (".parquet", ".pq")
_READERS: Mapping[str, Callable[[Any, Path], dict[Any, list[Any]]]] = {
    "polars": lambda polars, path: polars.read_parquet(path).to_dict(as_series=False),
    "pandas": lambda pandas, path: pandas.read_parquet(path).to_dict("list"),
    "pyarrow.parquet": lambda parquet, path: parquet.read_table(path).to_pydict(),
}  # the first that is installed reads Parquet
_HOW = "Save it as .npy or CSV, or pip install one of polars, pandas and pyarrow."


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Rows of a file, by column; an array's columns are numbered.

    Parameters
    ----------
    path
        The file.
    values
        By name, in the order of the file: texts or numbers, (n_rows,) each.
    """

    path: Path
    values: Mapping[str, Sequence[Any]]

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.values.values()), ()))


def read_columns(path: Path) -> Columns:
    """Read .npy, .npz with one array, Parquet, or a table of text with or without a header.

    Raises
    ------
    MetadataError
        When it is none of these, or cannot be read.
    """
    kind = path.suffix.casefold()
    if not path.is_file():
        raise MetadataError(f"A file of vectors or labels is needed. There is none at {path}.")
    if kind in _ARRAYS:
        array = _array(path)
        columns = array[:, None] if array.ndim == 1 else array
        if columns.ndim != 2:
            raise MetadataError(
                f"{path}: an array of rows and columns is needed. Got one of shape {array.shape}: "
                "reshape it to (rows, columns)."
            )
        return Columns(path=path, values={f"{i}": columns[:, i] for i in range(columns.shape[1])})
    return Columns(path=path, values=_parquet(path) if kind in _PARQUET else _table(path))


def read_vectors(columns: Columns, key: str = "") -> tuple[Float64, list[str]]:
    """The columns of numbers as rows, (n_rows, n_columns), and the texts of the id column.

    Parameters
    ----------
    key
        Column that names the rows; without one it is the only column of texts, if there is one.

    Raises
    ------
    MetadataError
        When a cell is no finite number, or several columns are text.
    """
    numbers: dict[str, Float64] = {}
    texts = []
    for name, values in columns.values.items():
        found = _numbers(values)
        if name == key or found is None:
            texts.append(name)
        else:
            numbers[name] = found
    others = [name for name in texts if name != key]
    if (key and others) or len(others) > 1:
        raise MetadataError(
            f"{columns.path}: vectors are numbers, beside one column that names the rows. Text is "
            f"in {', '.join(map(repr, others[:5]))}: leave those out, or name the one by --id."
        )
    if not numbers:
        raise MetadataError(f"{columns.path}: no column holds numbers. Give a file of vectors.")
    X = np.stack([*numbers.values()], axis=1)
    rows = np.flatnonzero(~np.isfinite(X).all(axis=1))
    if len(rows):
        names = [*numbers]
        where = names[int(np.flatnonzero(~np.isfinite(X[rows[0]]))[0])]
        raise MetadataError(
            f"{columns.path}: every vector must be of finite numbers. {len(rows):,} of "
            f"{len(X):,} are not, the first in row {rows[0] + 1:,}, column {where!r}: leave them "
            "out or fill them."
        )
    return X, [_text(value) for value in columns.values[texts[0]]] if texts else []


def read_labels(
    columns: Columns, name: str, ids: Sequence[str], *, key: str = "", aside: str = ""
) -> list[str]:
    """Names of the rows that a column of labels has, beside the ids or in order.

    Parameters
    ----------
    name
        Column; empty takes the only one that is no id.
    ids
        Of the vectors; empty where they have none.
    key
        Column of `columns` that holds them; empty finds the one that holds most, if any does.
    aside
        Another column that is no label.

    Raises
    ------
    MetadataError
        When there is no such column, a label is no text or finite number, or an id has none, or
        several.
    """
    known = columns.values
    join = key if key in known else _holds(columns, ids, (name, aside))
    if key and not ids:
        raise MetadataError(
            f"--id {key!r} must name a column of the vectors, whose rows have no names. Leave it "
            "out if both files are in the same order."
        )
    left = [column for column in known if column not in (join, aside)]
    if not name and len(left) != 1:
        raise MetadataError(
            f"{columns.path}: which column are the labels? Write {columns.path}:COLUMN with one of "
            f"{', '.join(left[:12])}."
        )
    name = name or left[0]
    if name not in known:
        raise MetadataError(
            f"{columns.path} has no column {name!r}. It has {', '.join([*known][:12])}."
        )
    endless = [i for i, value in enumerate(known[name]) if _is_endless(value)]
    if endless:
        raise MetadataError(
            f"{columns.path}: labels are texts or finite numbers. Row {endless[0] + 1:,} of "
            f"column {name!r} has {known[name][endless[0]]}: name another column, or empty it."
        )
    values = [_text(value) for value in known[name]]
    if not join:
        return values
    of: dict[str, str] = {}
    for named, value in zip(map(_text, known[join]), values, strict=True):
        if of.setdefault(named, value) != value:
            raise MetadataError(
                f"{columns.path}: a row of {join!r} has one label. {named!r} has {of[named]!r} and "
                f"{value!r}: leave one out."
            )
    missing = [i for i in ids if i not in of]
    if missing:
        raise MetadataError(
            f"{columns.path}: every vector needs a row, by {join!r}. {len(missing):,} of "
            f"{len(ids):,} have none, such as {missing[0]!r}: add them, with an empty label for "
            "noise."
        )
    return [of[i] for i in ids]


def _holds(columns: Columns, ids: Sequence[str], beside: Sequence[str]) -> str:
    """The column with most of the ids, of those that are asked for nothing else; empty without."""
    wanted = {*ids} - {""}
    shared = {
        name: len(wanted & {_text(value) for value in values})
        for name, values in columns.values.items()
        if name not in beside
    }
    best = max(shared, key=lambda name: shared[name], default="")
    if not best or not shared[best] or len(columns.values) < 2:
        return ""
    named = [text for text in map(_text, columns.values[best]) if text]
    # a few numbers that are ids by chance stand more than once, as years and labels do
    return best if 2 * shared[best] > len(wanted) or len({*named}) == len(named) else ""


def _is_endless(value: Any) -> bool:
    return isinstance(value, (float, np.floating)) and bool(np.isinf(value))


def _text(value: Any) -> str:
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return ""
    if isinstance(value, (float, np.floating)) and not _is_endless(value) and value == int(value):
        return f"{int(value)}"
    return f"{value}".strip()


def _numbers(values: Sequence[Any]) -> Float64 | None:
    """As numbers, an empty cell as NaN; None where there is other text."""
    cells = [np.nan if isinstance(x, str) and not x.strip() else x for x in values]
    try:
        return np.array(cells, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def _array(path: Path) -> Any:
    try:
        found = np.load(path, allow_pickle=False)
        if not isinstance(found, np.lib.npyio.NpzFile):
            return found
        with found:
            if len(found.files) != 1:
                raise MetadataError(
                    f"{path}: one array is needed. It has {', '.join(found.files)}: save the one "
                    "of the vectors (or labels) as .npy."
                )
            return found[found.files[0]]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise MetadataError(
            f"{path} is no array of numbers or texts as numpy.save writes them ({error}). Save "
            "it again without pickled objects."
        ) from None


def _parquet(path: Path) -> dict[str, list[Any]]:
    for name, read in _READERS.items():
        try:
            library = importlib.import_module(name)
        except ImportError:
            continue
        try:
            return {f"{column}": values for column, values in read(library, path).items()}
        except Exception as error:  # noqa: BLE001 - of three libraries
            raise MetadataError(f"{path} cannot be read as Parquet: {error}. {_HOW}") from None
    raise MetadataError(f"{path}: nothing that reads Parquet is installed. {_HOW}")


def _table(path: Path) -> dict[str, list[str]]:
    source = read_text_file(path)
    delimiter = detect_delimiter(source.head(HEAD))
    reader = csv.reader(source.lines(), delimiter=delimiter)
    try:
        rows = _filled([*reader])
    except csv.Error as error:
        raise MetadataError(
            f"{path}: the record that ends in line {reader.line_num:,} is no row of a table "
            f"({error}). Close the quotation mark before it, or leave a "
            "column of such texts out."
        ) from None
    if not rows:
        raise MetadataError(f"{path} is empty. Give a file of vectors or labels.")
    width = len(rows[0])
    ragged = next((i for i, row in enumerate(rows) if len(row) != width), None)
    if ragged is not None:
        raise MetadataError(
            f"{path}: every row needs {width} fields like the first. Row {ragged + 1:,} has "
            f"{len(rows[ragged])}: quote fields that hold a {delimiter!r}."
        )
    headed = _numbers(rows[0]) is None and all(_numbers([cell]) is None for cell in rows[0])
    names = rows[0] if headed else [f"{i}" for i in range(width)]
    if len({*names}) < width:
        raise MetadataError(f"{path}: two columns have the same name. Rename one.")
    if len(rows) == headed:
        raise MetadataError(f"{path} has a header and no rows. Give a file of vectors or labels.")
    return dict(zip(names, map(list, zip(*rows[headed:], strict=True)), strict=True))


def _filled(rows: Sequence[list[str]]) -> list[list[str]]:
    """Without blank lines about them, nor between them but for one column's empty cells."""
    filled = [i for i, row in enumerate(rows) if any(row) or row == [""]]
    rows = rows[filled[0] : filled[-1] + 1] if filled else []
    if max(map(len, rows), default=0) == 1 and any(rows[1::2]):  # not blank every second
        return [row or [""] for row in rows]
    return [row for row in rows if row]
