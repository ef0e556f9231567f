"""Audio file to mono samples at one rate, or the reason why not.

Channels are averaged, then soxr (HQ) resamples, as ``librosa.load`` does and with the same result.
Everything runs in blocks, so that memory grows only with the mono result.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from songatlas.errors import AudioError
from songatlas.features.audio.content import MPEG, Content, identify
from songatlas.features.audio.level import Level, check_finite
from songatlas.features.audio.libav import open_libav
from songatlas.features.audio.mono import Resampler, downmix
from songatlas.features.audio.quiet import silent_stderr
from songatlas.features.audio.regular_file import open_regular
from songatlas.features.audio.sndfile import open_sndfile
from songatlas.features.audio.stream import (
    BrokenStreamError,
    Stream,
    UnknownFormatError,
)
from songatlas.features.audio.truncation import Cut, find_cut
from songatlas.features.audio.wav_header import check_wav_header
from songatlas.types import FloatArray

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


def decode(source: Path, *, sr: int, duration: float = 0.0) -> Waveform:
    """Decode one file.

    Parameters
    ----------
    source
        A regular file in any format that libsndfile or libav reads; content decides, not the name.
    sr
        Wanted sampling rate in Hz.
    duration
        Seconds from the start to decode; 0 means all.

    Raises
    ------
    AudioError
        ``E-NOTREGULAR``, ``E-PERM``, ``E-EMPTY`` (no samples), ``E-DECODE``, ``E-DRM``,
        ``E-RATE`` (outside 4 to 384 kHz), ``E-CHANNELS`` (more than 32), ``E-NONFINITE``,
        ``E-TRUNC`` (more is promised than is there, and it was wanted), ``E-SILENT``.

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
    with open_regular(source) as file:
        content = identify(file)
        check_wav_header(content)
        quiet = silent_stderr() if content.name == MPEG else contextlib.nullcontext()
        with quiet, _open(file, content) as stream:
            _check_form(stream)
            return _decode(stream, file, content, sr=sr, duration=duration)


@contextlib.contextmanager
def _open(file: BinaryIO, content: Content) -> Iterator[Stream]:
    """Open with libsndfile, or with libav what libsndfile does not know."""
    with contextlib.ExitStack() as stack:
        try:
            try:
                stream = stack.enter_context(open_sndfile(file, content))
            except UnknownFormatError as error:
                if content.demuxer is None:
                    reason = f"it is no audio format that can be read; {content.describe()}"
                    raise AudioError("E-DECODE", reason) from error
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


def _decode(
    stream: Stream, file: BinaryIO, content: Content, *, sr: int, duration: float
) -> Waveform:
    limit = int(duration * stream.rate) if duration > 0 else None
    declared = None if stream.n_declared is None else stream.n_declared / stream.rate
    resampler = Resampler(rate=stream.rate, sr=sr)
    level = Level()
    try:
        _read_all(stream, file, limit, resampler, level)
        if resampler.n_samples == 0:
            raise AudioError("E-EMPTY", "no samples could be decoded")
        if resampler.n_samples != limit:
            _check_whole(resampler.n_samples / stream.rate, declared, find_cut(file, content))
        level.check()
    except AudioError as error:
        raise AudioError(
            error.code,
            error.reason,
            declared_seconds=error.declared_seconds or declared,
            decoded_seconds=resampler.n_samples / stream.rate,
        ) from error
    return Waveform(
        y=resampler.finish(),
        declared_seconds=declared,
        decoded_seconds=resampler.n_samples / stream.rate,
    )


def _read_all(
    stream: Stream, file: BinaryIO, limit: int | None, resampler: Resampler, level: Level
) -> None:
    while limit is None or resampler.n_samples < limit:
        n_wanted = _BLOCK if limit is None else min(_BLOCK, limit - resampler.n_samples)
        try:
            block = stream.read(n_wanted)
        except BrokenStreamError as error:
            after = f"after {resampler.n_samples / stream.rate:.2f} s"
            if file.read(1) == b"":  # the decoder has had the last byte and wants more
                raise AudioError("E-TRUNC", f"it breaks off {after}: {error}") from error
            raise AudioError("E-DECODE", f"it is damaged {after}: {error}") from error
        if len(block) == 0:
            return
        check_finite(block)
        mono = downmix(block)
        level.add(block, mono)
        resampler.add(mono)


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
