"""An audio file, opened, and what it is by its first bytes; its name is never asked."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from songatlas.errors import AudioError
from songatlas.store import formats
from songatlas.store.mpeg import states_number
from songatlas.store.regular_file import NotRegularError, Reading, open_regular

_HEAD_BYTES = 65536


@dataclass(frozen=True, kw_only=True)
class Content:
    """What the first bytes say.

    Parameters
    ----------
    format
        A row of :data:`songatlas.store.formats.FORMATS`, or that of what is not recognised.
    head
        The first bytes after any tags and junk.
    start
        Where a decoder should begin to read: behind junk, if there is any.
    """

    format: formats.Format
    head: bytes
    start: int = 0

    @property
    def length_is_estimated(self) -> bool:
        """Whether a decoder can only guess the length from the bit rate."""
        is_counted = self.format == formats.MPEG and states_number(self.head)
        return self.format in formats.FRAMED.values() and not is_counted

    def describe(self) -> str:
        """What it looks like, and its first bytes in hexadecimal.

        Examples
        --------
        >>> Content(format=formats.UNKNOWN, head=b"Dear Sir, ").describe()
        'it looks like plain text (first bytes 44 65 61 72 20 53 69 72)'
        """
        magic = self.head[:8].hex(" ").upper()
        title = self.format.title or formats.looks_like(self.head)
        return f"it looks like {title} (first bytes {magic})"


@contextlib.contextmanager
def open_audio(source: Path) -> Iterator[tuple[BinaryIO, Content]]:
    """Open `source`, or what it links to, at its beginning, and say what it is.

    Raises
    ------
    AudioError
        ``E-NOTREGULAR`` for anything but a regular file, ``E-PERM`` where reading is not allowed
        or fails, also while it is decoded, ``E-EMPTY`` for a file without a byte.
    """
    try:
        file = open_regular(source, Reading)
    except OSError as error:
        raise _as_audio_error(error) from error
    with file, _errors_of(file.raw):
        content = identify(file)
        if not content.head:
            raise AudioError("E-EMPTY", "the file has no bytes", decoded_seconds=0.0)
        yield file, content


@contextlib.contextmanager
def _errors_of(reading: Any) -> Iterator[None]:
    """Raise what became of reading a file, whatever a decoder made of what it got instead."""
    try:
        yield
    except (AudioError, OSError) as error:
        if reading.failed is None:
            raise
        raise _as_audio_error(reading.failed) from error
    if reading.failed is not None:
        raise _as_audio_error(reading.failed)


def identify(file: BinaryIO) -> Content:
    r"""Look at the first bytes of an open file and leave it at its beginning.

    Examples
    --------
    >>> import io
    >>> identify(io.BytesIO(b"ID3\x04\0\0\0\0\0\x02..fLaC")).format.title
    'FLAC'
    """
    found, start, junk, head = formats.look(file, _HEAD_BYTES)
    file.seek(0)
    if found == formats.UNKNOWN:
        found = _framed(head)
    return Content(format=found, head=head, start=start + junk if junk else 0)


def _framed(head: bytes) -> formats.Format:
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        # one header is enough where nothing else fits: eleven bits of sync; layer 0 is ADTS
        return formats.MPEG if head[1] & 0x06 else formats.AAC
    return formats.UNKNOWN


def _as_audio_error(error: OSError) -> AudioError:
    if isinstance(error, NotRegularError):
        return AudioError("E-NOTREGULAR", str(error))
    if isinstance(error, PermissionError):
        return AudioError("E-PERM", "reading it is not allowed; change its permissions")
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return AudioError("E-NOTREGULAR", "it is not there any more, or a link to nothing")
    if error.errno == errno.ELOOP:
        return AudioError("E-NOTREGULAR", "it is a link that leads back to itself")
    return AudioError("E-PERM", f"it cannot be read: {error.strerror or error}")
