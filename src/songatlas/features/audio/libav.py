"""Streams that libsndfile does not know: MP4 and AAC, WMA, Matroska and more, by libav."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, BinaryIO, cast

import av
import numpy as np

from songatlas.errors import AudioError
from songatlas.features.audio.content import Content
from songatlas.features.audio.stream import RUN_UP, BrokenStreamError, Stream, read_away
from songatlas.types import FloatArray

# A tag that is no text must not keep the sound from being read; from 19 on, av sees to that itself.
_LENIENT: dict[str, Any] = (
    {} if int(av.__version__.split(".")[0]) >= 19 else {"metadata_errors": "replace"}
)
_ENCRYPTED_TAGS = {"drms": "FairPlay", "enca": "common encryption", "aavd": "Audible"}
_ENCRYPTED_ASF = (
    bytes.fromhex("fbb31122 23bd d211 b4b7 00a0c955fc6e"),
    bytes.fromhex("14e68a29 2226 174c b935 dae07ee9289c"),
)


@contextlib.contextmanager
def open_libav(file: BinaryIO, content: Content) -> Iterator[Stream]:
    """Open with libav, as the container that the first bytes name and no other.

    Guessing is left out on purpose: some of libav's formats (playlists, lists of parts) open
    further files and addresses.

    Raises
    ------
    BrokenStreamError
        With libav's message.
    AudioError
        ``E-DRM`` for encrypted sound, ``E-DECODE`` for a container without sound or with sound
        that no decoder knows.
    """
    if content.format.demuxer == "asf" and any(mark in content.head for mark in _ENCRYPTED_ASF):
        raise AudioError("E-DRM", "it is encrypted (Windows Media DRM)")
    file.seek(0)
    try:
        container = av.open(_Source(file), "r", format=content.format.demuxer, **_LENIENT)
    except (av.FFmpegError, ValueError) as error:
        raise BrokenStreamError(_message(error)) from error
    with container:
        kind = f"{content.format.title} container"
        if not container.streams.audio:
            raise AudioError("E-DECODE", f"there is no sound in it ({kind})")
        stream = container.streams.audio[0]
        codec = cast("av.AudioCodecContext | None", stream.codec_context)  # its stub denies None
        if codec is None:
            raise AudioError("E-DECODE", f"no decoder for its sound ({kind})")
        try:
            scheme = _ENCRYPTED_TAGS.get(codec.codec_tag)
        except UnicodeDecodeError:  # a number, not four letters
            scheme = None
        if scheme:
            raise AudioError("E-DRM", f"it is encrypted ({scheme})")
        blocks = _Blocks(container, stream)
        seconds = _declared_seconds(container, stream)
        if content.length_is_estimated:
            seconds = None
        yield Stream(
            rate=blocks.rate,
            n_channels=blocks.n_channels,
            n_declared=None if seconds is None else round(seconds * blocks.rate),
            read=blocks.read,
            skip=partial(blocks.skip, seekable=not content.length_is_estimated),
        )


class _Source:
    """A file that answers libav, as a disk would, where a damaged one sends it before its start."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.tell, self._seek = file.read, file.tell, file.seek

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """New position, or the negative number of the error."""
        try:
            return self._seek(offset, whence)
        except (OSError, OverflowError, ValueError) as error:
            if getattr(error, "errno", errno.EINVAL) != errno.EINVAL:
                raise
            return -errno.EINVAL


def _declared_seconds(
    container: av.container.InputContainer, stream: av.AudioStream
) -> float | None:
    if stream.duration and stream.time_base is not None:  # 0 is unknown, too
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else None


class _Blocks:
    """Decoded packets joined and cut to the number of frames that is asked for.

    Rate and channels are those of the first decoded packet: for some AAC streams the container
    states half the rate. What changes on the way is converted to them.
    """

    def __init__(self, container: av.container.InputContainer, stream: av.AudioStream) -> None:
        self._container, self._stream = container, stream
        self._packets = container.decode(stream)
        self._waiting = av.AudioFifo()
        self.rate, self.n_channels = 0, 0
        self._form = self._changed = (
            "",
            "",
            0,
        )  # format, layout, rate: first, and last different one
        self._converter: av.AudioResampler | None = None
        self._time: float | None = None  # seconds at which the last decoded packet begins
        self._take()
        self._start: float | None = self._time

    def skip(self, n_frames: int, *, seekable: bool) -> int:
        """Let the next frame be number `n_frames`, by the times that the container states."""
        seconds = n_frames / self.rate
        if self._start is None or not seekable or seconds <= RUN_UP:
            return read_away(self.read, n_frames)
        self._seek(self._start + seconds - RUN_UP)
        position = self._position()
        if position is None or position > n_frames:  # it could not go to where it was sent
            self._seek(self._start)
            position = self._position()
            if position != 0:
                raise BrokenStreamError("it cannot be read from any place but its beginning")
        return read_away(self.read, n_frames - position)

    def _seek(self, seconds: float) -> None:
        try:
            self._container.seek(int(seconds * av.time_base))
        except av.FFmpegError as error:
            raise BrokenStreamError(_message(error)) from error
        self._packets = self._container.decode(self._stream)
        self._waiting = av.AudioFifo()

    def _position(self) -> int | None:
        """Number of the first frame of the packet that is now decoded and waits."""
        if not self._take() or self._time is None or self._start is None:
            return None
        return round((self._time - self._start) * self.rate)

    def read(self, n_frames: int) -> FloatArray:
        while self._waiting.samples < n_frames and self._take():
            pass
        joined = self._waiting.read(n_frames, partial=True)
        return np.empty((0, self.n_channels), np.float32) if joined is None else _as_float(joined)

    def _take(self) -> bool:
        """Decode one more packet, if there is one."""
        try:
            packet = next(self._packets, None)
            if packet is not None:
                self._time = packet.time
                form = packet.format.name, packet.layout.name, packet.sample_rate
                if not self.rate:
                    self._form, self._unit, self.rate = form, packet.time_base, packet.sample_rate
                    self.n_channels = packet.layout.nb_channels
            elif self._converter is None:
                return False
            if packet is None or form != self._changed:
                self._write(self._converter.resample(None) if self._converter else [])
                self._converter = None
            if packet is not None and form != self._form:
                if self._converter is None:  # the rest is brought into the form of the beginning
                    self._converter = av.AudioResampler(*self._form)
                self._changed = form
                self._write(self._converter.resample(packet))
            elif packet is not None:
                self._write([packet])
        except (av.FFmpegError, ValueError) as error:
            raise BrokenStreamError(_message(error)) from error
        return True

    def _write(self, packets: Iterable[av.AudioFrame]) -> None:
        for packet in packets:  # a queue with times refuses what follows a gap
            packet.pts, packet.time_base = None, self._unit
            self._waiting.write(packet)


def _as_float(packet: av.AudioFrame) -> FloatArray:
    """Shape (n, n_channels), float32, full scale 1."""
    samples = packet.to_ndarray()
    if packet.format.is_packed:  # (1, n * n_channels)
        samples = samples.reshape(-1, packet.layout.nb_channels)
    else:  # (n_channels, n)
        samples = samples.T
    if samples.dtype == np.uint8:
        return (samples.astype(np.float32) - 128.0) / 128.0
    if samples.dtype.kind == "i":
        scale = 2.0 ** (8 * samples.dtype.itemsize - 1)
        return (samples / scale).astype(np.float32)
    return samples.astype(np.float32, copy=False)


def _message(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error) or type(error).__name__
