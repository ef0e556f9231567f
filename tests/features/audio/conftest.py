"""Signals and files of every format, made by code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from songatlas.errors import AudioError
from songatlas.features.audio.decode import decode


def make_music(seconds: float, rate: int, n_channels: int, *, seed: int = 0) -> np.ndarray:
    """Detuned chords, a beat and a little noise; shape (n, n_channels), float32."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    chord = np.array([220.0, 277.2, 329.6, 440.0]) * 2 ** (rng.uniform(-0.4, 0.4) / 12)
    tones = np.sin(2 * np.pi * chord[:, None] * t + 0.3 * np.sin(2 * np.pi * 5 * t)).sum(axis=0)
    beat = np.exp(-8 * np.mod(2 * t, 1.0)) * rng.standard_normal(len(t))
    channels = 0.05 * tones[:, None] + 0.1 * beat[:, None]
    return (channels + 0.003 * rng.standard_normal((len(t), n_channels))).astype(np.float32)


def encode(path: Path, samples: np.ndarray, rate: int, container: str, codec: str, **options: str):
    """Write with libav."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[samples.shape[1]]
    with av.open(str(path), "w", format=container, options=options) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        stream.bit_rate = 128_000
        whole = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout=layout
        )
        whole.sample_rate, whole.pts = rate, 0
        resampler = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate)
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


@pytest.fixture
def music() -> Callable[..., np.ndarray]:
    return make_music


@pytest.fixture
def encode_libav() -> Callable[..., Path]:
    return encode


@pytest.fixture(scope="session")
def real_clips() -> list[Path]:
    folder = Path(__file__).parents[3].parent / "shared" / "music"
    clips = sorted(folder.glob("*/audio/*.ogg"))[::100]
    if not clips:
        pytest.skip("the research music is not beside the repository (../shared/music)")
    return clips


@pytest.fixture
def refusal() -> Callable[..., AudioError]:
    """Decode what must be refused, and return the error."""

    def refuse(path: Path, duration: float = 0.0) -> AudioError:
        with pytest.raises(AudioError) as caught:
            decode(path, sr=22050, duration=duration)
        error = caught.value
        assert len(error.reason) > 10, "a reason that a person understands"
        assert str(path) not in error.reason
        return error

    return refuse


@pytest.fixture
def write_wav() -> Callable[..., Path]:
    def write(path: Path, samples: np.ndarray, rate: int = 44100, subtype: str = "FLOAT") -> Path:
        soundfile.write(path, samples, rate, format="WAV", subtype=subtype)
        return path

    return write
