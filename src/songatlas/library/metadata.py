"""A metadata table as rows of text that know their line.

Conventions
-----------
Nothing is converted: ``NA``, ``None``, ``007`` and ``True`` are titles like any other. A line
number is that of the first physical line of a row, counted from 1, the header included. Rows are
read anew whenever they are gone through, and never all kept.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from songatlas.errors import MetadataError
from songatlas.library.delimiter import HEAD, detect_delimiter, lines_above
from songatlas.library.header import Header, read_header
from songatlas.library.notes import Notes
from songatlas.library.text_file import TextFile, read_text_file

_EXCEL_HINT = re.compile(r"sep=([,;\t|])\r?\n")  # a line that Excel reads before the header
_BATCH = 256  # rows parsed at once
_MOST_HEADERS = 6  # records among which those of the header are
_limit_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its first line and its cells by column name."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A metadata table; ``notes`` tells what was left out or guessed.

    ``rows`` can be gone through several times.
    """

    path: Path
    columns: tuple[str, ...]
    rows: Iterable[Row]
    notes: tuple[str, ...] = ()


def read_table(path: Path, *, expected: Collection[str] = ()) -> Table:
    """Read CSV or TSV in any usual encoding and with any usual delimiter.

    A row with too many or too few fields is left out and noted: guessing where a field is missing
    would shift the others. Empty fields too many at the end are no fields.

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
    source = read_text_file(Path(path))
    path, notes = source.path, list[str]()
    if not source.encoding.startswith("utf"):
        notes.append(
            f"{path.name} line 1: the table is not UTF-8 and was read as {source.encoding}; save "
            "it as UTF-8 if letters are wrong."
        )
    shape = _shape(source, expected)
    if shape.above and not _EXCEL_HINT.match(source.head(1)):
        notes.append(
            f"{path.name} line {shape.above + 1}: the names of the columns are taken from here; "
            "what stands above is left out."
        )
    try:
        rows, ragged = _survey(shape)
    except MetadataError:
        if shape.delimiter != "\t":
            raise
        rows, ragged = _survey(shape._replace(quoted=False))
    if ragged and shape.delimiter == "\t" and shape.quoted:
        # players export without quoting, so that a title's own quotes run over several fields
        plain, fewer = _survey(shape._replace(quoted=False))
        rows, ragged = (plain, fewer) if len(fewer) < len(ragged) else (rows, ragged)
    columns = tuple(name for name in rows.header.names if name)
    return Table(path=path, columns=columns, rows=rows, notes=(*notes, *ragged))


class _Shape(NamedTuple):
    """How the fields of a table are written."""

    source: TextFile
    delimiter: str
    above: int  # lines before the header, such as Excel's
    spaced: bool  # whether a space follows every delimiter
    quoted: bool = True

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """First line and fields of every record that has any text."""
        reader = csv.reader(
            itertools.islice(self.source.lines(), self.above, None),
            delimiter=self.delimiter,
            skipinitialspace=self.spaced,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        first_line = line = 1 + self.above
        batch: list[tuple[int, list[str]]] = [(0, [])]
        while batch:
            batch = []
            # the csv module's limit of 131,072 characters a field is global
            with _limit_lock:
                before = csv.field_size_limit(max(self.source.size, 1))
                try:
                    for fields in itertools.islice(reader, _BATCH):
                        batch.append((line, fields))
                        line = first_line + reader.line_num
                except csv.Error as error:
                    raise MetadataError(
                        f"{self.source.path} line {line}: a quoted field does not end properly "
                        f'({error}). Write quotes inside a quoted field twice ("").'
                    ) from error
                finally:
                    csv.field_size_limit(before)
            yield from ((at, fields) for at, fields in batch if any(map(str.strip, fields)))


@dataclass(frozen=True)
class _Rows:
    """The rows of a file that fit its header."""

    shape: _Shape
    header: Header

    def __iter__(self) -> Iterator[Row]:
        names = self.header.names
        for line, fields in itertools.islice(self.shape.records(), self.header.n_records, None):
            fitted = self.header.fit(fields)
            if fitted is not None:
                cells = {name: field for name, field in zip(names, fitted, strict=True) if name}
                yield Row(line=line, cells=cells)


def _shape(source: TextFile, expected: Collection[str]) -> _Shape:
    head = source.head(HEAD)
    hint = _EXCEL_HINT.match(head)
    above = 1 if hint else lines_above(head, expected=expected)
    text = "".join(itertools.islice(io.StringIO(head, newline=""), above, None))
    delimiter = hint[1] if hint else detect_delimiter(text, expected=expected)
    names = text.lstrip("\r\n").partition("\n")[0].split(delimiter)
    spaced = len(names) > 1 and all(name.startswith(" ") for name in names[1:])
    return _Shape(source, delimiter, above, spaced)


def _survey(shape: _Shape) -> tuple[_Rows, tuple[str, ...]]:
    """The rows, and notes on those that do not fit, when all were looked at once."""
    path = shape.source.path
    heads = list(itertools.islice(shape.records(), _MOST_HEADERS))
    if not heads:
        raise MetadataError(f"{path} is empty. It must have a header and at least one row.")
    header = read_header(path, heads)
    notes, counts = Notes(path.name), Counter[int]()
    n_names, first = len(header.names), heads[0]
    for line, fields in itertools.islice(shape.records(), header.n_records, None):
        first = first if counts else (line, fields)
        n_fields = n_names if header.fit(fields) is not None else len(fields)
        counts[n_fields] += 1
        if n_fields != n_names:
            notes.add(
                f"rows have not the {n_names} fields of the header and are left out",
                line,
                f"{n_fields} fields where the header has {n_names}; the row is left out",
            )
    if not counts:
        raise MetadataError(f"{path} has a header and no rows. Add one row for each track.")
    if n_names not in counts:
        _refuse_shifted(path, n_names, counts, first)
    return _Rows(shape, header), notes.sentences()


def _refuse_shifted(
    path: Path, n_names: int, counts: Collection[int], first: tuple[int, Sequence[str]]
) -> None:
    """Refuse a table in which no row fits its header, which readers tend to shift silently."""
    line, fields = first
    extra = "one field more" if set(counts) == {n_names + 1} else "another number of fields"
    raise MetadataError(
        f"{path}: every row has {extra} than the header, from line {line} on "
        f"({len(fields)} fields, {n_names} names). Name every column, and quote fields that "
        f"hold the delimiter."
    )
