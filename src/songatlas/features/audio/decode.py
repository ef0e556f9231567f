"""Audio file to mono samples at one rate, or the reason why not.

Channels are averaged, then soxr (HQ) resamples, as ``librosa.load`` does and with the same result.
Everything runs in blocks, and :class:`Sound` never holds more than one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from songatlas.config.excerpt import Excerpt, within
from songatlas.errors import AudioError
from songatlas.features.audio.content import open_audio
from songatlas.features.audio.level import Level, check_finite, ends
from songatlas.features.audio.mono import Resampler, downmix
from songatlas.features.audio.parts import Parts
from songatlas.features.audio.quiet import silent_stderr
from songatlas.features.audio.silence import QUIETEST, is_silent, without_long
from songatlas.features.audio.stream import BLOCK
from songatlas.store.formats import MPEG
from songatlas.types import FloatArray, Part

_STEPS = 2  # a second, in which silence is looked for
_ALL = 2**62  # frames
_MOST_HELD = 2**24  # frames of an excerpt that is placed where there is sound: 64 MB a channel


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
    moved
        Seconds of silence that an excerpt from the start or the middle was moved past.
    opposed
        Whether two channels have opposite polarity, so that most of them is lost in their mix.
    n_unread
        Bytes behind the sound that are neither sound nor a tag that is known.

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
        # by its own name it is a part of the sound; a duration, or times, of the file as it is
        self._seeks_sound = part is None and excerpt is not None and not excerpt.start
        if excerpt is None and duration > 0:
            excerpt = Excerpt(start=0.0, seconds=duration)
        self._excerpt = excerpt if part is None else within(part, excerpt)
        self._start()

    def _start(self) -> None:
        self.n_samples = self._first = 0
        self.n_unread, self.moved = 0, 0.0
        self.opposed = False
        self.decoded_seconds = 0.0
        self.declared_seconds: float | None = None

    def __iter__(self) -> Iterator[FloatArray]:
        """Yield arrays of shape (n,), float32, full scale 1, finite."""
        self._start()
        with open_audio(self._source) as (file, content):
            quiet = silent_stderr() if content.format == MPEG else contextlib.nullcontext()
            with quiet, Parts(file, content) as parts:
                try:
                    for block in self._blocks(parts):
                        self.n_samples += len(block)
                        self.declared_seconds = parts.declared_seconds
                        yield block
                    self.n_unread = parts.n_unread
                except AudioError as error:
                    declared = error.declared_seconds or parts.declared_seconds
                    known: dict[str, object] = {
                        "declared_seconds": declared,
                        "decoded_seconds": self.decoded_seconds,
                    }
                    if error.code == "E-SILENT" and self._excerpt is not None:
                        begin = self._first / parts.stream.rate
                        part = f"{begin:.2f} s to {begin + self.decoded_seconds:.2f} s"
                        known["reason"] = f"{error.reason}, from {part} (audio.excerpt)"
                    raise AudioError(**vars(error) | known) from error

    def _blocks(self, parts: Parts) -> Iterator[FloatArray]:
        resampler, level = Resampler(rate=parts.stream.rate, sr=self._sr), Level()
        rate, seconds = parts.stream.rate, 0.0
        for block, new_rate in self._wanted(parts):
            if new_rate != rate:  # of a stream that was joined to the one before
                yield resampler.finish()
                rate, seconds = new_rate, self.decoded_seconds
                resampler = Resampler(rate=rate, sr=self._sr)
            channels = ends(block)
            check_finite(*channels)
            mono = downmix(block)
            mixed = channels if block.shape[1] == 1 else ends(mono)
            level.add(channels=channels, mono=mixed)
            if block.shape[1] == 2:
                level.add_pair(block, mono)
            resampled = resampler.add(mono)
            self.decoded_seconds = seconds + resampler.n_samples / rate
            yield resampled
        if self.decoded_seconds == 0 and self._first:
            begin = self._first / rate
            reason = f"it ends before the excerpt begins, at {begin:.2f} s ({self._named_by})"
            raise AudioError("E-SHORT", reason)
        if self.decoded_seconds == 0:
            raise AudioError("E-EMPTY", "no samples could be decoded")
        level.check(round(self.decoded_seconds * rate))
        self.opposed = level.opposed
        yield resampler.finish()

    def _wanted(self, parts: Parts) -> Iterator[tuple[FloatArray, int]]:
        """Blocks of the excerpt, (n, n_channels), and their rate; the whole file without one."""
        if self._excerpt is None:
            yield from _read(parts, None)
            return
        n_frames = parts.n_frames
        if n_frames is None:
            n_frames = 0 if self._excerpt.start is not None else _count_frames(self._source)
        rate = parts.stream.rate
        wanted = self._excerpt.n_frames(rate)
        self._first = self._excerpt.first_frame(rate=rate, n_frames=n_frames)
        parts.skip(self._first)
        if not self._seeks_sound or wanted > _MOST_HELD:
            yield from _read(parts, wanted)
            return
        held = list(_read(parts, wanted))
        quiet = np.array([_variance(block) <= QUIETEST**2 for block, _ in held], bool)
        if not without_long(quiet, _STEPS).all():
            held = list(self._sounding(self._excerpt)) or held
        yield from held

    def _sounding(self, excerpt: Excerpt) -> Iterator[tuple[FloatArray, int]]:
        """The first or the middle part of the sound, passing over silence.

        All of the file is decoded twice, which only one needs that is silent in the wrong place.
        """
        with open_audio(self._source) as (file, content), Parts(file, content) as parts:
            found = [(len(block) / rate, _variance(block)) for block, rate in _read(parts, _ALL)]
        seconds, squares = np.array(found).T
        kept = without_long(is_silent(squares), _STEPS)
        if kept.all() or not kept.any():
            return
        self.moved = float(seconds[~kept].sum())
        ends = np.cumsum(np.where(kept, seconds, 0.0))
        first = 0.0 if excerpt.start is not None else max(0.0, (ends[-1] - excerpt.seconds) / 2)
        with open_audio(self._source) as (file, content), Parts(file, content) as parts:
            for (block, rate), end, is_kept in zip(_read(parts, _ALL), ends, kept, strict=True):
                begin = end - len(block) / rate
                part = slice(
                    round(max(0.0, first - begin) * rate),
                    round(max(0.0, first + excerpt.seconds - begin) * rate),
                )
                if is_kept and len(block[part]):
                    yield block[part], rate


def _read(parts: Parts, n_frames: int | None) -> Iterator[tuple[FloatArray, int]]:
    """So many frames, at the rate of the stream that is read now, or all; each block's rate."""
    left, rate = n_frames, parts.stream.rate
    most = BLOCK if n_frames is None else rate // _STEPS
    while left is None or left > 0:
        block = parts.read(most if left is None else min(most, left))
        if len(block) == 0:
            return
        if left is not None:
            left = round(left * parts.stream.rate / rate) - len(block)
        rate = parts.stream.rate
        yield block, rate


def _variance(block: FloatArray) -> float:
    return float(downmix(block).var(dtype=np.float64))


def _count_frames(source: Path) -> int:
    """Length at its first rate of a file that does not state it, by decoding all of it."""
    with open_audio(source) as (file, content), Parts(file, content) as parts:
        first = parts.stream.rate
        return round(sum(len(block) * first / rate for block, rate in _read(parts, None)))
