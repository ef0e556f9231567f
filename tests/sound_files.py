"""Small audio files of every format, made on the spot."""

from __future__ import annotations

import functools
import io

import av
import numpy as np
import soundfile as sf

SR = 44100
SOUNDFILE = {
    "wav": ("WAV", "PCM_16"),
    "rf64": ("RF64", "PCM_16"),
    "w64": ("W64", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "au": ("AU", "PCM_16"),
    "caf": ("CAF", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
PYAV = {"m4a": ("ipod", "aac"), "aac": ("adts", "aac"), "wma": ("asf", "wmav2")}


def _noise(seed: int, seconds: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (0.1 * rng.standard_normal(int(seconds * SR))).astype(np.float32)


@functools.cache  # encoders put the time or a random number into the header
def audio_bytes(kind: str, *, seed: int = 0, seconds: float = 0.2) -> bytes:
    """A whole file of one kind, the same bytes for the same seed."""
    signal = _noise(seed, seconds)
    buffer = io.BytesIO()
    if kind in SOUNDFILE:
        container, subtype = SOUNDFILE[kind]
        sr = 48000 if kind == "opus" else SR
        sf.write(buffer, signal, sr, format=container, subtype=subtype)
    else:
        container, codec = PYAV[kind]
        with av.open(buffer, "w", format=container) as output:
            stream = output.add_stream(codec, rate=SR, layout="mono")
            stream.bit_rate = 128000
            frame = av.AudioFrame.from_ndarray(signal[None], format="fltp", layout="mono")
            frame.sample_rate = SR
            for packet in (*stream.encode(frame), *stream.encode(None)):
                output.mux(packet)
    return buffer.getvalue()
