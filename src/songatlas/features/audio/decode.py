"""Audio file to mono samples at one rate, or the reason why not.

Channels are averaged, then soxr (HQ) resamples, as ``librosa.load`` does and with the same result.
Everything runs in blocks, and :class:`Sound` never holds more than one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from songatlas.config.excerpt import Excerpt, within
from songatlas.errors import AudioError
from songatlas.features.audio.content import Content, open_audio
from songatlas.features.audio.level import Level, check_finite, ends
from songatlas.features.audio.mono import Resampler, downmix
from songatlas.features.audio.quiet import silent_stderr
from songatlas.features.audio.sndfile import open_sndfile
from songatlas.features.audio.stream import BrokenStreamError, Stream, UnknownFormatError
from songatlas.features.audio.truncation import Cut, find_cut
from songatlas.features.audio.wav_header import check_wav_header
from songatlas.store.formats import MPEG
from songatlas.types import FloatArray, Part

LOWEST_RATE, HIGHEST_RATE = 4_000, 384_000  # Hz: below telephone speech, above any recorder
MOST_CHANNELS = 32
_BLOCK = 2**16  # frames
_TOLERATED_SECONDS, _TOLERATED_SHARE = 0.25, 0.005  # encoders count their padding differently


@dataclass(frozen=True, kw_only=True)
class Waveform:
    """Decoded sound.

    Parameters
    ----------
    y
        Shape (n_samples,), float32, mono, full scale 1, finite.
    declared_seconds
        Length that the header promises; None where it does not say.
    decoded_seconds
        Length that was decoded, at most the duration that was asked for.
    """

    y: FloatArray
    declared_seconds: float | None
    decoded_seconds: float


def decode(
    source: Path,
    *,
    sr: int,
    duration: float = 0.0,
    excerpt: Excerpt | None = None,
    part: Part | None = None,
) -> Waveform:
    """Decode one file into memory; see :class:`Sound` for the parameters and the errors.

    Examples
    --------
    >>> import tempfile, numpy as np, soundfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "stereo.flac"
    ...     soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, (88200, 2)), 44100)
    ...     waveform = decode(path, sr=22050)
    >>> waveform.y.shape, waveform.y.dtype, waveform.decoded_seconds
    ((44100,), dtype('float32'), 2.0)
    """
    sound = Sound(source, sr=sr, duration=duration, excerpt=excerpt, part=part)
    y = np.concatenate(list(sound))
    return Waveform(
        y=y, declared_seconds=sound.declared_seconds, decoded_seconds=sound.decoded_seconds
    )


class Sound:
    """Mono samples of one file, a block at a time, decoded anew each time they are iterated.

    Parameters
    ----------
    source
        A regular file in any format that libsndfile or libav reads; content decides, not the name.
    sr
        Wanted sampling rate in Hz.
    duration
        Seconds from the start to decode; 0 means all.
    excerpt
        Part of the file to decode, in place of `duration`. What comes before it is passed over by
        seeking, except in streams that only guess their length.
    part
        What of the file is the track, of which `duration` and `excerpt` are taken.

    Attributes
    ----------
    n_samples, decoded_seconds
        Samples that were handed out, and the length that was decoded, so far.
    declared_seconds
        Length that the header promises; None where it does not say.

    Raises
    ------
    AudioError
        While it is iterated: ``E-NOTREGULAR``, ``E-PERM``, ``E-EMPTY`` (no samples), ``E-DECODE``,
        ``E-DRM``, ``E-RATE`` (outside 4 to 384 kHz), ``E-CHANNELS`` (more than 32),
        ``E-NONFINITE``, ``E-TRUNC`` (more is promised than is there, and it was wanted),
        ``E-SILENT``; ``E-SHORT`` when it ends before the excerpt begins.
    """

    def __init__(
        self,
        source: Path,
        *,
        sr: int,
        duration: float = 0.0,
        excerpt: Excerpt | None = None,
        part: Part | None = None,
    ) -> None:
        self._source, self._sr = source, sr
        by_cue = part is not None and not (excerpt and excerpt.start)
        self._named_by = "its cue sheet" if by_cue else "audio.excerpt"
        if excerpt is None and duration > 0:
            excerpt = Excerpt(start=0.0, seconds=duration)
        self._excerpt = excerpt if part is None else within(part, excerpt)
        self._start()

    def _start(self) -> None:
        self.n_samples = 0
        self.decoded_seconds = 0.0
        self.declared_seconds: float | None = None

    def __iter__(self) -> Iterator[FloatArray]:
        """Yield arrays of shape (n,), float32, full scale 1, finite."""
        self._start()
        with open_audio(self._source) as (file, content):
            check_wav_header(content)
            quiet = silent_stderr() if content.format == MPEG else contextlib.nullcontext()
            with quiet, _open(file, content) as stream:
                _check_form(stream)
                if stream.n_declared is not None:
                    self.declared_seconds = stream.n_declared / stream.rate
                try:
                    for block in self._blocks(stream, file, content):
                        self.n_samples += len(block)
                        yield block
                except AudioError as error:
                    declared = error.declared_seconds or self.declared_seconds
                    known = {"declared_seconds": declared, "decoded_seconds": self.decoded_seconds}
                    raise AudioError(**vars(error) | known) from error

    def _blocks(self, stream: Stream, file: BinaryIO, content: Content) -> Iterator[FloatArray]:
        limit, first = None, 0
        if self._excerpt is not None:
            limit = self._excerpt.n_frames(stream.rate)
            first = self._first_frame(self._excerpt, stream)
            _skip(stream, first)
        resampler = Resampler(rate=stream.rate, sr=self._sr)
        level = Level()
        while limit is None or resampler.n_samples < limit:
            n_wanted = _BLOCK if limit is None else min(_BLOCK, limit - resampler.n_samples)
            block = _read(stream, n_wanted, file, self.decoded_seconds)
            if len(block) == 0:
                break
            channels = ends(block)
            check_finite(*channels)
            mono = downmix(block)
            mixed = channels if stream.n_channels == 1 else ends(mono)
            level.add(channels=channels, mono=mixed)
            resampled = resampler.add(mono)
            self.decoded_seconds = resampler.n_samples / stream.rate
            yield resampled
        if resampler.n_samples == 0 and first:
            begin = first / stream.rate
            reason = f"it ends before the excerpt begins, at {begin:.2f} s ({self._named_by})"
            raise AudioError("E-SHORT", reason)
        if resampler.n_samples == 0:
            raise AudioError("E-EMPTY", "no samples could be decoded")
        if resampler.n_samples != limit:
            reached = (first + resampler.n_samples) / stream.rate
            _check_whole(reached, self.declared_seconds, find_cut(file, content))
        level.check(resampler.n_samples)
        yield resampler.finish()

    def _first_frame(self, excerpt: Excerpt, stream: Stream) -> int:
        n_frames = stream.n_declared
        if n_frames is None:
            n_frames = 0 if excerpt.start is not None else _count_frames(self._source)
        return excerpt.first_frame(rate=stream.rate, n_frames=n_frames)


@contextlib.contextmanager
def _open(file: BinaryIO, content: Content) -> Iterator[Stream]:
    """Open with libsndfile, or with libav what libsndfile does not know."""
    with contextlib.ExitStack() as stack:
        try:
            try:
                stream = stack.enter_context(open_sndfile(file, content))
            except UnknownFormatError as error:
                if content.format.demuxer is None:
                    reason = f"it is no audio format that can be read; {content.describe()}"
                    raise AudioError("E-DECODE", reason) from error
                from songatlas.features.audio.libav import open_libav  # slow to load, seldom needed

                stream = stack.enter_context(open_libav(file, content))
        except BrokenStreamError as error:
            cut = find_cut(file, content)
            if cut is not None:
                raise AudioError("E-TRUNC", f"it was cut off: {cut.reason}") from error
            reason = f"it cannot be opened: {error}; {content.describe()}"
            raise AudioError("E-DECODE", reason) from error
        yield stream


def _check_form(stream: Stream) -> None:
    if stream.n_channels == 0 or stream.n_declared == 0:
        raise AudioError("E-EMPTY", "it holds no samples", decoded_seconds=0.0)
    if not LOWEST_RATE <= stream.rate <= HIGHEST_RATE:
        raise AudioError(
            "E-RATE",
            f"its sampling rate must be {LOWEST_RATE} to {HIGHEST_RATE} Hz. Got {stream.rate}",
        )
    if stream.n_channels > MOST_CHANNELS:
        reason = f"it must have at most {MOST_CHANNELS} channels. Got {stream.n_channels}"
        raise AudioError("E-CHANNELS", reason)


def _count_frames(source: Path) -> int:
    """Length of a stream that does not state it, by decoding all of it."""
    n = 0
    with open_audio(source) as (file, content), _open(file, content) as stream:
        while len(block := _read(stream, _BLOCK, file, n / stream.rate)):
            n += len(block)
    return n


def _skip(stream: Stream, n_frames: int) -> None:
    if n_frames == 0:
        return
    try:
        stream.skip(n_frames)
    except BrokenStreamError as error:
        reason = f"it cannot be read from {n_frames / stream.rate:.2f} s on: {error}"
        raise AudioError("E-DECODE", reason) from error


def _read(stream: Stream, n_frames: int, file: BinaryIO, seconds: float) -> FloatArray:
    try:
        return stream.read(n_frames)
    except BrokenStreamError as error:
        after = f"after {seconds:.2f} s"
        if file.read(1) == b"":  # the decoder has had the last byte and wants more
            raise AudioError("E-TRUNC", f"it breaks off {after}: {error}") from error
        raise AudioError("E-DECODE", f"it is damaged {after}: {error}") from error


def _check_whole(decoded: float, declared: float | None, cut: Cut | None) -> None:
    """Raise ``E-TRUNC`` when the end was reached sooner than promised; lengths in seconds."""
    if cut is not None and cut.share is None:
        raise AudioError("E-TRUNC", f"it was cut off: {cut.reason}")
    if cut is not None and cut.share:
        declared = decoded / cut.share
    if declared is None or declared - decoded <= max(
        _TOLERATED_SECONDS, _TOLERATED_SHARE * declared
    ):
        return
    because = "" if cut is None else f": {cut.reason}"
    raise AudioError(
        "E-TRUNC",
        f"it promises {declared:.2f} s and {decoded:.2f} s could be decoded{because}",
        declared_seconds=declared,
    )
