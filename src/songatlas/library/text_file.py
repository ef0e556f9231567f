"""A table's text, read as a stream: memory does not grow with the table."""

from __future__ import annotations

import codecs
import contextlib
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from songatlas.errors import MetadataError
from songatlas.library.charset import NotTextError, decode
from songatlas.store.regular_file import NotRegularError, open_regular
from songatlas.text.marks import mark_of

_NOT_A_TABLE = (
    (b"PK\x03\x04", "an Excel or LibreOffice workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_CHUNK = 1 << 18  # bytes or characters
_SAMPLE = 1 << 18  # bytes on which an encoding is guessed


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """A text file, found to be one, and its encoding.

    ``size`` is in bytes, and at least the number of its characters.
    """

    path: Path
    encoding: str
    size: int

    def lines(self) -> Iterator[str]:
        """Its lines with their ends as they are, without any byte-order mark."""
        with _opened(self.path) as file:
            text = io.TextIOWrapper(file, encoding=self.encoding, newline="")
            # a second mark, of two files put together
            yield from (line.removeprefix("\ufeff") for line in itertools.islice(text, 1))
            yield from text

    def head(self, n_characters: int) -> str:
        """The beginning, up to the end of the line that reaches so far."""
        kept, n = [], 0
        for line in self.lines():
            kept.append(line)
            n += len(line)
            if n >= n_characters:
                break
        return "".join(kept)


def read_text_file(path: Path) -> TextFile:
    """Find the encoding of `path`, and that it holds nothing that no table has.

    Raises
    ------
    MetadataError
        With the reason and the remedy.
    """
    with _opened(path) as file:
        head = file.read(64)
        for magic, name in _NOT_A_TABLE:
            if head.startswith(magic):
                raise MetadataError(f"{path} is {name}, not text. Export it as CSV in UTF-8.")
        file.seek(0)
        try:
            encoding = _encoding(file, mark_of(head))
        except NotTextError as error:
            raise MetadataError(
                f"{path} is not a text table: {error}. Save it as UTF-8."
            ) from error
        file.seek(0)
        n_characters = n_controls = n_lines = 0
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
        for chunk in iter(partial(text.read, _CHUNK), ""):
            if "\x00" in chunk:
                line = n_lines + chunk.count("\n", 0, chunk.index("\x00")) + 1
                raise MetadataError(f"{path} line {line} holds a zero byte. Save it as UTF-8.")
            n_characters += len(chunk)
            n_controls += len(_CONTROL.findall(chunk))
            n_lines += chunk.count("\n")
        size = file.tell()
    if n_controls > n_characters // 100:
        raise MetadataError(f"{path} is binary data, not a text table. Export it as CSV in UTF-8.")
    return TextFile(path=path, encoding=encoding, size=size)


def _opened(path: Path) -> io.BufferedReader:
    try:
        return open_regular(path)
    except NotRegularError as error:
        raise MetadataError(f"{path} must be a CSV or TSV file. Got a folder or device.") from error
    except FileNotFoundError as error:
        raise MetadataError(f"{path} does not exist. Check the spelling of --metadata.") from error
    except OSError as error:
        raise MetadataError(f"{path} cannot be read: {error.strerror or error}.") from error


def _encoding(file: BinaryIO, mark: str) -> str:
    """What `file` is in: by its mark, else UTF-8 if it is that, else by a guess.

    The guess is made on the beginning, and on all of it where the rest does not bear it out.
    """
    try:
        _decode(file, mark or "utf-8")
    except UnicodeDecodeError as error:
        if mark:
            raise NotTextError(f"it is marked as {mark} but is not ({error})") from error
        file.seek(0)
        head = file.read(_SAMPLE)
        if len(head) == _SAMPLE:
            with contextlib.suppress(UnicodeDecodeError, NotTextError):
                guessed = decode(head[: head.rfind(b"\n") + 1])[1]
                _decode(file, guessed)
                return guessed
        file.seek(0)
        return decode(file.read())[1]
    return mark or "utf-8"


def _decode(file: BinaryIO, encoding: str) -> None:
    """Decode all of `file` and keep nothing."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    for chunk in iter(partial(file.read, _CHUNK), b""):
        decoder.decode(chunk)
    decoder.decode(b"", final=True)
