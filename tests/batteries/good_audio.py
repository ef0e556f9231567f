"""Good files that damage starts from: three seconds of chords and beats, made by code."""

from __future__ import annotations

import functools
import io

import av
import numpy as np
import soundfile

from songatlas.types import FloatArray

RATE, SECONDS = 44100, 3.0
FORMATS = ("wav", "flac", "ogg", "mp3", "m4a")
_SNDFILE = {"wav": "PCM_16", "flac": "PCM_16", "ogg": "VORBIS", "mp3": "MPEG_LAYER_III"}


def music(
    seconds: float = SECONDS, rate: int = RATE, n_channels: int = 2, *, seed: int = 0
) -> FloatArray:
    """Chords, a beat and a little noise; shape (n, n_channels), float32, full scale 1."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    chord = np.array([220.0, 277.2, 329.6, 440.0]) * 2 ** (rng.uniform(-0.4, 0.4) / 12)
    tones = np.sin(2 * np.pi * chord[:, None] * t).sum(axis=0)
    beat = np.exp(-8 * np.mod(2 * t, 1.0)) * rng.standard_normal(len(t))
    channels = 0.05 * tones[:, None] + 0.1 * beat[:, None]
    return (channels + 0.003 * rng.standard_normal((len(t), n_channels))).astype(np.float32)


@functools.cache  # the Ogg encoder draws a serial number
def good(form: str, *, seed: int = 0) -> bytes:
    """A whole file of one of ``FORMATS``."""
    samples = music(seed=seed)
    if form != "m4a":
        return encode(samples, form=form.upper(), subtype=_SNDFILE[form])
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="ipod") as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo")
        stream.bit_rate = 128_000
        planes = np.ascontiguousarray(samples.T)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        frame.sample_rate = RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return buffer.getvalue()


def encode(
    samples: FloatArray, rate: int = RATE, *, form: str = "WAV", subtype: str = "FLOAT"
) -> bytes:
    """`samples` as a file by libsndfile."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=form, subtype=subtype)
    return buffer.getvalue()
