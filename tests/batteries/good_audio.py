"""Good files that damage starts from: three seconds of chords and beats, made by code."""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping

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


def encode_libav(
    samples: FloatArray,
    rate: int,
    muxer: str,
    codec: str,
    tags: Mapping[str, str] | None = None,
    **options: str,
) -> bytes:
    """`samples` as a file by libav, with `tags` where that writes them."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[samples.shape[1]]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=muxer, options={"fflags": "+bitexact", **options}) as file:
        file.metadata.update(tags or {})
        stream = file.add_stream(codec, rate=rate, layout=layout)
        stream.bit_rate = 128_000
        planes = np.ascontiguousarray(samples.T)
        whole = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        whole.sample_rate, whole.pts = rate, 0
        resampler = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate)
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return buffer.getvalue()


@functools.cache
def song(seed: int, *, seconds: float = 8.0, late: float = 0.0, rate: int = 22050) -> FloatArray:
    """Notes with harmonics, mono; played again, each is up to `late` seconds later or earlier."""
    notes, played = np.random.default_rng(seed), np.random.default_rng(seed + 10_000)
    y = np.zeros(int(rate * seconds))
    for beat in range(int(seconds / 0.4)):
        at = max(0, int(rate * (0.4 * beat + late * played.uniform(-1, 1))))
        t = np.arange(min(int(0.8 * rate), len(y) - at)) / rate
        pitch = 110 * 2 ** (notes.integers(24) / 12)
        loud = notes.uniform(0.05, 1) * (1 if not late else played.uniform(0.6, 1.4))
        tone = sum(np.sin(2 * np.pi * pitch * h * t) / h for h in range(1, 12))
        y[at : at + len(t)] += loud * tone * np.exp(-5 * t)
    y += 1e-3 * notes.normal(size=len(y))
    return np.asarray(0.5 * y / np.abs(y).max(), np.float32)


def encode(
    samples: FloatArray, rate: int = RATE, *, form: str = "WAV", subtype: str = "FLOAT"
) -> bytes:
    """`samples` as a file by libsndfile."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=form, subtype=subtype)
    return buffer.getvalue()
