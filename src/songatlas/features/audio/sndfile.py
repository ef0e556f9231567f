"""Streams that libsndfile decodes: WAV, AIFF, FLAC, Ogg (Vorbis, Opus), MP3 and more."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import BinaryIO

import soundfile

from songatlas.features.audio.content import Content
from songatlas.features.audio.stream import (
    RUN_UP,
    BrokenStreamError,
    Stream,
    UnknownFormatError,
    read_away,
)
from songatlas.store.formats import MPEG
from songatlas.types import FloatArray

_UNKNOWN = {1, 4, 18}  # unrecognised format, unsupported encoding, unimplemented format
_NO_LENGTH = 2**62  # about 2**63 stands for the length of a FLAC stream that does not state it
_HEADER = 4  # bytes of an MPEG frame's header, which is read alone
_SHORTER = 64  # times: frames of the least bit rate than those of the greatest


class _Sequential(soundfile.SoundFile):  # type: ignore[misc]
    """Reads straight on.

    A seekable SoundFile seeks after every block to where it should be. Where a damaged Ogg stream
    has a hole, that hides the loss and repeats what follows.
    """

    def seekable(self) -> bool:
        return False


class _Uncounted:
    """MPEG frames that nobody has counted, as a file that seems to go on for long.

    libsndfile guesses their number from the size of the file and of the first one, and ends there:
    too soon where those that follow are smaller. A last one that is cut is an error to it where the
    file does not seem to end: it is filled with zeros.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.tell = file, file.tell
        self._size = file.seek(0, os.SEEK_END)
        file.seek(0)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence == os.SEEK_END:
            offset, whence = offset + _SHORTER * self._size, os.SEEK_SET
        return self._file.seek(offset, whence)

    def read(self, n_bytes: int) -> bytes:
        """As of a file, and zeros behind its end, where only a tag is looked for."""
        data = bytes(n_bytes) if self.tell() > self._size else self._file.read(n_bytes)
        return data.ljust(n_bytes, b"\0") if data and n_bytes > _HEADER else data


@contextlib.contextmanager
def open_sndfile(file: BinaryIO, content: Content) -> Iterator[Stream]:
    """Open with libsndfile.

    Raises
    ------
    UnknownFormatError, BrokenStreamError
        With libsndfile's message.
    """
    try:
        is_uncounted = content.format == MPEG and content.length_is_estimated
        sound = _Sequential(_Uncounted(file) if is_uncounted else file)
    except soundfile.LibsndfileError as error:
        kind = UnknownFormatError if error.code in _UNKNOWN else BrokenStreamError
        raise kind(_message(error)) from error
    with sound:
        known = sound.frames < _NO_LENGTH and not content.length_is_estimated
        # what stands behind the last frame of a FLAC stream is damage to its decoder
        left = sound.frames if known and content.format.name == "flac" else None

        def read(n_frames: int) -> FloatArray:
            nonlocal left
            try:
                n = n_frames if left is None else min(n_frames, left)
                block: FloatArray = sound.read(n, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise BrokenStreamError(_message(error)) from error
            if left is not None:
                left -= len(block)
            return block

        def skip(n_frames: int) -> int:
            nonlocal left
            if not known:  # positions would be guessed from the bit rate
                return read_away(read, n_frames)
            start = max(0, min(n_frames, sound.frames) - int(RUN_UP * sound.samplerate))
            if left is not None:
                left -= start
            if start:  # going to the beginning is not the same as being there, in MP3
                try:
                    sound.seek(start)
                except soundfile.LibsndfileError as error:
                    raise BrokenStreamError(_message(error)) from error
            return read_away(read, n_frames - start)

        yield Stream(
            rate=sound.samplerate,
            n_channels=sound.channels,
            n_declared=sound.frames if known else None,
            read=read,
            skip=skip,
        )


def _message(error: soundfile.LibsndfileError) -> str:
    """One clause: "Error : flac decoder lost sync." is "flac decoder lost sync"."""
    return str(error.error_string).removeprefix("Error").strip(" :.")
