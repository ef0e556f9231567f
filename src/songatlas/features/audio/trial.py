"""Whether each usual format can be decoded here: a second of it is made and read back."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import av
import numpy as np
import soundfile

from songatlas.errors import AudioError
from songatlas.features.audio.decode import decode
from songatlas.types import FloatArray

_RATE = 48_000  # Hz; Opus knows no 44.1 kHz


def decoder_versions() -> dict[str, str]:
    """Versions of the two decoding libraries."""
    return {"libsndfile": soundfile.__libsndfile_version__, "FFmpeg": str(av.ffmpeg_version_info)}


def try_format(name: str) -> str:
    """Make a second of sound in a format and decode it.

    Parameters
    ----------
    name
        Row of :data:`TRIALS`.

    Returns
    -------
    str
        What is wrong; empty when the sound came back.

    Examples
    --------
    >>> try_format("flac")
    ''
    """
    sound = 0.3 * np.sin(2 * np.pi * 440 / _RATE * np.arange(_RATE, dtype=np.float32))
    try:
        data = TRIALS[name](sound)
    except (soundfile.LibsndfileError, av.FFmpegError, ValueError) as error:
        return f"no file of it could be made to try it with: {error}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"trial.{name}"
        path.write_bytes(data)
        try:
            decoded = decode(path, sr=22050)
        except AudioError as error:
            return error.reason
    if abs(decoded.decoded_seconds - 1) > 0.2:
        return f"1 s of it came back as {decoded.decoded_seconds:.2f} s"
    return ""


def _libsndfile(container: str, subtype: str) -> Callable[[FloatArray], bytes]:
    def encode(sound: FloatArray) -> bytes:
        buffer = io.BytesIO()
        soundfile.write(buffer, sound, _RATE, format=container, subtype=subtype)
        return buffer.getvalue()

    return encode


def _libav(container: str, codec: str) -> Callable[[FloatArray], bytes]:
    def encode(sound: FloatArray) -> bytes:
        buffer = io.BytesIO()
        with av.open(buffer, "w", format=container) as file:
            stream = cast("av.AudioStream", file.add_stream(codec, rate=_RATE, layout="mono"))
            stream.bit_rate = 128_000
            frame = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
            frame.sample_rate = _RATE
            resampler = av.AudioResampler(
                format=stream.format.name,
                layout="mono",
                rate=_RATE,
                frame_size=stream.codec_context.frame_size,
            )
            for piece in [*resampler.resample(frame), *resampler.resample(None)]:
                file.mux(stream.encode(piece))
            file.mux(stream.encode(None))
        return buffer.getvalue()

    return encode


TRIALS: Mapping[str, Callable[[FloatArray], bytes]] = {
    "wav": _libsndfile("WAV", "PCM_16"),
    "flac": _libsndfile("FLAC", "PCM_16"),
    "ogg": _libsndfile("OGG", "VORBIS"),
    "opus": _libsndfile("OGG", "OPUS"),
    "mp3": _libsndfile("MP3", "MPEG_LAYER_III"),
    "m4a": _libav("ipod", "aac"),
    "wma": _libav("asf", "wmav2"),
}
