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
from songatlas.store.formats import recognise
from songatlas.store.regular_file import NotRegularError, open_regular
from songatlas.text.marks import mark_of

_EXPORT, _UNPACK = "Export it as CSV in UTF-8.", "Unpack it and name the table inside."
_NOT_A_TABLE = (  # the first that fits counts
    (rb"PK\x03\x04.{26}(?:\[Content_Types\]|_rels/|docProps/|xl/)", "an Excel workbook", _EXPORT),
    (rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis", "a LibreOffice document", _EXPORT),
    (rb"PK\x03\x04.{26}(?:Index/|Data/|Metadata/)", "a document of Numbers", _EXPORT),
    (rb"PK\x03\x04", "a zip archive", _UNPACK),
    (rb"\xd0\xcf\x11\xe0", "an old Excel workbook", _EXPORT),
    (rb"PAR1[^\t -~]", "a Parquet file", _EXPORT),
    (rb"(?:ARROW1|FEA1)[^\t -~]", "an Arrow or Feather file", _EXPORT),
    (rb"\x89HDF", "an HDF5 file", _EXPORT),
    (rb"\x93NUMPY", "an array of NumPy", _EXPORT),
    (rb"\x80[\x02-\x05][\x95}\]c]", "a pickle of Python", _EXPORT),
    (rb"SQLite format 3", "an SQLite database", _EXPORT),
    (rb"\x1f\x8b", "a gzip archive", _UNPACK),
    (rb"BZh\d1AY&SY", "a bzip2 archive", _UNPACK),
    (rb"\xfd7zXZ", "an xz archive", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (rb"7z\xbc\xaf|Rar!", "an archive", _UNPACK),
    (rb"%PDF", "a PDF document", _EXPORT),
)
_NOT_A_TABLE_EITHER = (  # texts
    (r"\s*[\[{]\s*(?:[\[{]\s*)?\"[^\"]*\"\s*:", "JSON"),
    (r"\s*\[\s*\{", "JSON"),
    (r"(?s)\s*<\?xml.{0,300}<NML", "a collection of Traktor (NML)"),
    (r"(?s)\s*<\?xml.{0,300}<DJ_PLAYLISTS", "a library of Rekordbox (XML)"),
    (r"(?s)\s*<\?xml.{0,300}<plist", "a library of iTunes or Music (XML)"),
    (r"(?is)\s*<(?:!doctype html|html|table)\b", "a web page"),
    (r"\s*<(?:\?xml|!DOCTYPE)", "XML"),
    (r"#EXTM3U|\[playlist\]", "a playlist"),
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_CHUNK = 1 << 18  # bytes or characters
_HEAD = 1024  # characters that tell what a text is
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
        head = file.read(256)
        for magic, name, remedy in _NOT_A_TABLE:
            if re.match(magic, head, re.DOTALL):
                raise MetadataError(f"{path} is {name}, not text. {remedy}")
        file.seek(0)
        try:
            encoding = _encoding(file, mark_of(head))
        except NotTextError as error:
            if title := recognise(head).title:
                raise MetadataError(f"{path} is {title}, not a table.") from error
            raise MetadataError(
                f"{path} is not a text table: {error}. Save it as UTF-8."
            ) from error
        file.seek(0)
        n_characters = n_controls = n_lines = 0
        text = io.TextIOWrapper(file, encoding=encoding, newline="")
        start = text.read(_HEAD).removeprefix("\ufeff")
        for beginning, name in _NOT_A_TABLE_EITHER:
            if re.match(beginning, start):
                raise MetadataError(
                    f"{path} is {name}, not a table. Export it as CSV or as text with tabs."
                )
        text.seek(0)
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
