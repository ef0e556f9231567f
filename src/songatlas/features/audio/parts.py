"""All the sound of a file: one stream in nearly all, several where files were joined end to end."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import BinaryIO, Self

from songatlas.errors import AudioError
from songatlas.features.audio.content import Content, identify
from songatlas.features.audio.further import (
    Further,
    before_tags,
    find_further,
    goes_on,
    stated_end,
    unread,
)
from songatlas.features.audio.sndfile import open_sndfile
from songatlas.features.audio.stream import (
    BLOCK,
    BrokenStreamError,
    Stream,
    UnknownFormatError,
    read_away,
)
from songatlas.features.audio.truncation import find_cut, interrupted
from songatlas.features.audio.wav_header import check_wav_header, mend_size
from songatlas.store.formats import MPEG
from songatlas.store.section import section
from songatlas.types import FloatArray

LOWEST_RATE, HIGHEST_RATE = 4_000, 384_000  # Hz: below telephone speech, above any recorder
_HIGHEST_DSD_RATE = 2_822_400  # of DSD512, whose decoder gives an eighth of its rate
MOST_CHANNELS = 32
# Words that such frames begin with: of IEC 61937, and of DTS in 14 and in 16 bits.
_CARRIED = (b"\x72\xf8\x1f\x4e", b"\xff\x1f\x00\xe8", b"\xfe\x7f\x01\x80")
_BLOCKS = ("wavpack", "ape", "tta", "tak", "musepack", "aac", "ac3", "dts")  # with tags behind
_TOLERATED_SECONDS, _TOLERATED_SHARE = 0.25, 0.005  # encoders count their padding differently


class Parts:
    """The streams of an open file, one after another.

    Parameters
    ----------
    file, content
        Of :func:`songatlas.features.audio.content.open_audio`.

    Attributes
    ----------
    stream
        The one that is read now: rate and channels may change from one to the next.
    n_unread
        Bytes behind the last one that are neither sound nor a tag that is known; 0 until its end.
    """

    stream: Stream

    def __init__(self, file: BinaryIO, content: Content) -> None:
        self._file = file
        self._begin = content.start
        self._next: int | None = None
        self._stack = contextlib.ExitStack()
        self.n_unread = 0
        self._declared: dict[int, float | None] = {}  # by where a stream begins
        self._open(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @functools.cached_property
    def n_frames(self) -> int | None:
        """Length by the headers of the first stream; None where they do not tell."""
        is_all = not goes_on(self._file, self._content, self._begin)
        return self.stream.n_declared if is_all else None

    @property
    def declared_seconds(self) -> float | None:
        """Length that the headers so far promise; None where one does not say."""
        known = [seconds for seconds in self._declared.values() if seconds is not None]
        return sum(known) if len(known) == len(self._declared) else None

    def read(self, n_frames: int) -> FloatArray:
        """At most so many further frames of one stream, as its ``read``; none at the very end."""
        while True:
            try:
                block = self.stream.read(n_frames)
            except BrokenStreamError as error:
                if not self._end_before_next(is_damaged=True):
                    raise self._damage(error) from error
                continue
            self._n_read += len(block)
            if len(block) or not self._go_on():
                return block

    def skip(self, n_frames: int) -> None:
        """Pass over so many frames, counted at the rate of the first stream."""
        seconds = n_frames / self.stream.rate
        if n_frames == 0:
            return
        try:
            if self.n_frames is not None:
                missing = self.stream.skip(n_frames)
                self._n_read, seconds = n_frames - missing, missing / self.stream.rate
        except BrokenStreamError as error:
            reason = f"it cannot be read from {seconds:.2f} s on: {error}"
            raise AudioError("E-DECODE", reason) from error
        while (missing := round(seconds * self.stream.rate)) > 0:
            n = len(self.read(min(missing, BLOCK)))
            if n == 0:
                return
            seconds -= n / self.stream.rate

    def _open(self, content: Content, end: int | None = None) -> None:
        """Open the stream that begins at `_begin`, as far as `end`."""
        if end is None:
            end = self._next = stated_end(self._file, content, self._begin)
        self._content, self._end, self._n_read = content, end, 0
        patch = mend_size(self._file, content) if self._begin == 0 else None
        self._view = self._file
        if self._begin or patch or end is not None:
            self._view = section(self._file, self._begin, end, patch)
        check_wav_header(content)
        self._stack.close()
        self.stream = self._stack.enter_context(_open(self._view, content))
        _check_form(self.stream, content)
        n = self.stream.n_declared
        self._declared[self._begin] = None if n is None else n / self.stream.rate

    def _end_before_next(self, *, is_damaged: bool) -> bool:
        """Read the stream again without what follows it, if its decoder ran into that."""
        found = None if self._end is not None else self._further(is_damaged=is_damaged)
        if (
            found is None
            and is_damaged
            and self._end is None
            and self._content.format.name in _BLOCKS
        ):
            end = before_tags(self._file)
            found = None if end is None or end <= self._begin else Further(end, None)
        if found is None or (found.begin is not None and found.begin <= self._begin):
            return False
        n_read, self._next = self._n_read, found.begin
        self._open(self._content, found.end)
        missing = read_away(self.stream.read, n_read)
        self._n_read = n_read
        if missing:  # it had gone on into the next one by itself
            self._next = None
        return missing == 0

    def _further(self, *, is_damaged: bool = False) -> Further | None:
        stop = self._stop()
        return find_further(self._file, self._content, self._begin, stop, is_damaged=is_damaged)

    def _stop(self) -> int:
        """How far the decoder has read, in the file."""
        return self._view.tell() + (0 if self._view is self._file else self._begin)

    def _go_on(self) -> bool:
        """Open the stream behind this one, which has come to its end."""
        if self._end is None:
            if self._content.format != MPEG and self._end_before_next(is_damaged=False):
                return True  # what it knew of its length and end may have been those of the next
            if self._end is None and (found := self._further()):
                self._next = found.begin
        self._check_whole()
        stop = self._stop()
        if self._next is None or self._next <= self._begin:
            if self._end is None:  # else its decoder went on by itself, and all of it is read
                self.n_unread = unread(self._file, self._content, self._begin, stop)
            return False
        begin, before = self._begin, self._content
        content = identify(section(self._file, self._next))
        self._begin = self._next + content.start
        try:
            self._open(content)
        except AudioError as error:
            if error.code not in ("E-DECODE", "E-EMPTY"):
                raise
            self.n_unread = unread(self._file, before, begin, stop)  # it only looked like sound
            return False
        return True

    def _check_whole(self) -> None:
        """Raise ``E-TRUNC`` when the end was reached sooner than promised."""
        if self._n_read == 0:
            return
        view, declared = self._view, self.stream.n_declared
        if self._next is not None:
            view = section(self._file, self._begin, self._next)
        elif self._content.format.name == "ogg":  # whose last page need not end the file
            view = section(self._file, self._begin, self._stop())
        decoded, cut = self._n_read / self.stream.rate, find_cut(view, self._content)
        if self._next is not None and self._content.format == MPEG:
            cut = interrupted(view, self._content)
        promised = None if declared is None else declared / self.stream.rate
        if cut is not None and cut.share is None:
            raise AudioError("E-TRUNC", f"it was cut off: {cut.reason}")
        if cut is not None and cut.share:
            promised = decoded / cut.share
        if promised is None or promised - decoded <= max(
            _TOLERATED_SECONDS, _TOLERATED_SHARE * promised
        ):
            return
        because = "" if cut is None else f": {cut.reason}"
        raise AudioError(
            "E-TRUNC",
            f"it promises {promised:.2f} s and {decoded:.2f} s could be decoded{because}",
            declared_seconds=promised,
        )

    def _damage(self, error: BrokenStreamError) -> AudioError:
        after = f"after {self._n_read / self.stream.rate:.2f} s"
        if self._view.read(1) == b"":  # the decoder has had the last byte and wants more
            return AudioError("E-TRUNC", f"it breaks off {after}: {error}")
        return AudioError("E-DECODE", f"it is damaged {after}: {error}")


@contextlib.contextmanager
def _open(file: BinaryIO, content: Content) -> Iterator[Stream]:
    """Open with libsndfile, or with libav what libsndfile does not know or cannot make out."""
    with contextlib.ExitStack() as stack:
        broken: BrokenStreamError | None = None
        stream = None
        if (content.format.sndfile and not _is_carrier(content)) or content.format.demuxer is None:
            try:
                stream = stack.enter_context(open_sndfile(file, content))
            except BrokenStreamError as error:
                broken = error
            except UnknownFormatError:
                pass
        cut = find_cut(file, content) if broken else None
        if stream is None and content.format.demuxer is not None and cut is None:
            from songatlas.features.audio.libav import open_libav  # slow to load, seldom needed

            try:
                stream = stack.enter_context(open_libav(file, content))
            except BrokenStreamError as error:
                broken = broken or error
                cut = find_cut(file, content)
        if cut is not None:
            raise AudioError("E-TRUNC", f"it was cut off: {cut.reason}") from broken
        if stream is None and (broken is None or not content.format.name):
            reason = f"it is no audio format that can be read; {content.describe()}"
            raise AudioError("E-DECODE", reason) from broken
        if stream is None:
            reason = f"it cannot be opened: {broken}; {content.describe()}"
            raise AudioError("E-DECODE", reason) from broken
        yield stream


def _is_carrier(content: Content) -> bool:
    """Whether the samples of a WAV are AC-3 or DTS, as on DTS compact discs: noise to the ear."""
    return content.format.name == "wav" and any(content.head.count(x) > 1 for x in _CARRIED)


def _check_form(stream: Stream, content: Content) -> None:
    if stream.n_channels == 0 or stream.n_declared == 0:
        raise AudioError("E-EMPTY", "it holds no samples", decoded_seconds=0.0)
    highest = _HIGHEST_DSD_RATE if content.format.name in ("dsf", "dff") else HIGHEST_RATE
    if not LOWEST_RATE <= stream.rate <= highest:
        raise AudioError(
            "E-RATE", f"its sampling rate must be {LOWEST_RATE} to {highest} Hz. Got {stream.rate}"
        )
    if stream.n_channels > MOST_CHANNELS:
        reason = f"it must have at most {MOST_CHANNELS} channels. Got {stream.n_channels}"
        raise AudioError("E-CHANNELS", reason)
