"""A metadata table as rows of text that know their line.

Conventions
-----------
Nothing is converted: ``NA``, ``None``, ``007`` and ``True`` are titles like any other. A line
number is that of the first physical line of a row, counted from 1, the header included.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from songatlas.errors import MetadataError
from songatlas.library.charset import NotTextError, decode
from songatlas.library.delimiter import detect_delimiter
from songatlas.store.regular_file import NotRegularError, open_regular

_NOT_A_TABLE = (
    (b"PK\x03\x04", "an Excel or LibreOffice workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_EXCEL_HINT = re.compile(r"sep=([,;\t|])\r?\n")  # a line that Excel reads before the header
_limit_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its first line and its cells by column name."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A metadata table; ``notes`` tells what was left out or guessed."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def read_table(path: Path, *, expected: Collection[str] = ()) -> Table:
    """Read CSV or TSV in any usual encoding and with any usual delimiter.

    A row with too many or too few fields is left out and noted: guessing where a field is missing
    would shift the others.

    Parameters
    ----------
    path
        Regular file.
    expected
        Column names that the caller will ask for; they help to find the delimiter.

    Raises
    ------
    MetadataError
        For anything that is not such a table, naming file, line and remedy.
    """
    path = Path(path)
    text, encoding = _text(path, _read(path))
    notes = []
    if not encoding.startswith("utf"):
        notes.append(
            f"{path.name} line 1: the table is not UTF-8 and was read as {encoding}; save it as "
            "UTF-8 if letters are wrong."
        )
    first_line = 1
    if hint := _EXCEL_HINT.match(text):
        delimiter, text, first_line = hint[1], text[hint.end() :], 2
    else:
        delimiter = detect_delimiter(text, expected=expected)
    records = _records(path, text, delimiter, first_line=first_line)
    if not records:
        raise MetadataError(f"{path} is empty. It must have a header and at least one row.")
    (header_line, header), body = records[0], records[1:]
    columns = _columns(path, header_line, header)
    if not body:
        raise MetadataError(f"{path} has a header and no rows. Add one row for each track.")
    _refuse_shifted(path, header, body)
    rows = []
    for line, fields in body:
        if len(fields) == len(header):
            cells = {name: field for name, field in zip(columns, fields, strict=True) if name}
            rows.append(Row(line=line, cells=cells))
        else:
            notes.append(
                f"{path.name} line {line}: {len(fields)} fields where the header has "
                f"{len(header)}; the row is left out."
            )
    names = tuple(name for name in columns if name)
    return Table(path=path, columns=names, rows=tuple(rows), notes=tuple(notes))


def _read(path: Path) -> bytes:
    try:
        with open_regular(path) as file:
            return file.read()
    except NotRegularError as error:
        raise MetadataError(f"{path} must be a CSV or TSV file. Got a folder or device.") from error
    except FileNotFoundError as error:
        raise MetadataError(f"{path} does not exist. Check the spelling of --metadata.") from error
    except OSError as error:
        raise MetadataError(f"{path} cannot be read: {error.strerror or error}.") from error


def _text(path: Path, data: bytes) -> tuple[str, str]:
    """Decoded table, free of characters that no table has."""
    for magic, name in _NOT_A_TABLE:
        if data.startswith(magic):
            raise MetadataError(f"{path} is {name}, not text. Export it as CSV in UTF-8.")
    try:
        text, encoding = decode(data)
    except NotTextError as error:
        raise MetadataError(f"{path} is not a text table: {error}. Save it as UTF-8.") from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise MetadataError(f"{path} line {line} holds a zero byte. Save it as UTF-8.")
    if len(_CONTROL.findall(text)) > len(text) // 100:
        raise MetadataError(f"{path} is binary data, not a text table. Export it as CSV in UTF-8.")
    return text.removeprefix("\ufeff"), encoding  # a second mark, of two files put together


def _records(
    path: Path, text: str, delimiter: str, *, first_line: int
) -> list[tuple[int, list[str]]]:
    """First line and fields of every record that has any text."""
    records = []
    line = first_line
    # newline="": line ends inside quotes stay as they are
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    with _fields_of_any_length(text):
        try:
            for fields in reader:
                if any(field.strip() for field in fields):
                    records.append((line, fields))
                line = first_line + reader.line_num
        except csv.Error as error:
            raise MetadataError(
                f"{path} line {line}: a quoted field does not end properly ({error}). Write "
                'quotes inside a quoted field twice ("").'
            ) from error
    return records


@contextlib.contextmanager
def _fields_of_any_length(text: str) -> Iterator[None]:
    """Lift the csv module's limit of 131,072 characters a field, which is global."""
    with _limit_lock:
        before = csv.field_size_limit(max(len(text), 1))
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _columns(path: Path, line: int, header: Sequence[str]) -> list[str]:
    columns = [name.strip() for name in header]
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise MetadataError(
            f"{path} line {line} names {', '.join(map(repr, twice))} more than once. Rename or "
            "delete the repeated columns."
        )
    return columns


def _refuse_shifted(
    path: Path, header: Sequence[str], body: Sequence[tuple[int, Sequence[str]]]
) -> None:
    """Refuse a table in which no row fits its header, which readers tend to shift silently."""
    counts = {len(fields) for _, fields in body}
    if len(header) in counts:
        return
    first_line, first = body[0]
    extra = "one field more" if counts == {len(header) + 1} else "another number of fields"
    raise MetadataError(
        f"{path}: every row has {extra} than the header, from line {first_line} on "
        f"({len(first)} fields, {len(header)} names). Name every column, and quote fields that "
        f"hold the delimiter."
    )
