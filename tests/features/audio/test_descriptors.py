"""Descriptors of sounds that are made to have much or little of them."""

import inspect
from types import ModuleType

import numpy as np
import pytest

from songatlas.config.stages import AudioConfig
from songatlas.features import inputs
from songatlas.features.audio.descriptors import DESCRIPTORS, describe_frames
from songatlas.features.audio.frames import frame_features

SR = 22050
T = np.arange(5 * SR) / SR
RNG = np.random.default_rng(0)
NOISE = RNG.normal(0, 0.1, len(T))


def described(y: np.ndarray) -> dict[str, float]:
    frames = frame_features(y.astype(np.float32))
    table = np.hstack([frames.values, frames.mel])
    values = describe_frames(table, AudioConfig(sr=SR))
    return dict(zip([d.name for d in DESCRIPTORS], values.tolist(), strict=True))


def chord(*frequencies: float) -> np.ndarray:
    return 0.05 * sum(np.sin(2 * np.pi * f * k * T) / k for f in frequencies for k in range(1, 8))


def hits(per_second: float) -> np.ndarray:
    since = T % (1 / per_second)
    return NOISE * np.exp(-since / 0.02) * 5 + 1e-3 * NOISE


@pytest.mark.parametrize("y", [NOISE, chord(220, 277.2, 329.6), hits(2)])
def test_loudness_is_the_level_of_the_samples(y: np.ndarray) -> None:
    rms = 10 * np.log10((y**2).mean())
    assert described(y)["loudness"] == pytest.approx(rms, abs=1.0)
    assert described(2 * y)["loudness"] == pytest.approx(rms + 6.02, abs=1.0)


@pytest.mark.battery  # importing librosa takes seconds
@pytest.mark.parametrize("y", [NOISE, chord(220, 277.2, 329.6), chord(1000)])
def test_brightness_is_about_the_spectral_centroid(librosa: ModuleType, y: np.ndarray) -> None:
    theirs = librosa.feature.spectral_centroid(y=y.astype(np.float32), sr=SR)[0, 5:-5].mean()
    assert described(y)["brightness"] == pytest.approx(theirs, rel=0.25)


def test_more_of_it_is_more() -> None:
    tone, noise = described(chord(220, 277.2, 329.6)), described(NOISE)
    assert tone["tonality"] > 0.4 > 0.3 > noise["tonality"]
    assert described(chord(60))["bass"] > -3 > -20 > described(chord(1500))["bass"]
    often, seldom = described(hits(4)), described(hits(1))
    assert often["density"] == pytest.approx(4, abs=0.5)
    assert seldom["density"] == pytest.approx(1, abs=0.4)
    assert often["attack"] > 5 > 2 > tone["attack"] == 0.0
    assert noise["density"] == 0.0
    assert seldom["dynamics"] > 20 > 3 > noise["dynamics"]


def test_a_frame_more_of_silence_changes_no_colour() -> None:
    tone = chord(220, 277.2, 329.6)
    padded = described(np.concatenate([tone, np.zeros(SR)]))
    assert padded["brightness"] == pytest.approx(described(tone)["brightness"], rel=0.05)
    assert padded["tonality"] == pytest.approx(described(tone)["tonality"], abs=0.02)


def test_no_model_reads_them() -> None:
    assert "descriptors" not in inspect.getsource(inputs)
