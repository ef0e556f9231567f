"""Steady noise under a recording is found, and music is none."""

import numpy as np
import pytest

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.clip import frame_table
from songatlas.features.audio.noise import noise_floor
from songatlas.types import FloatArray

CONFIG = AudioConfig()
SR = CONFIG.sr


def floor(y: FloatArray) -> float:
    return noise_floor(frame_table([y.astype(np.float32)], CONFIG))


def music(seconds: int = 10) -> FloatArray:
    """Struck tones with strokes of noise that die away."""
    rng, t = np.random.default_rng(0), np.arange(seconds * SR) / SR
    tones = sum(np.sin(2 * np.pi * 110 * h * t) / h for h in range(1, 60))
    strokes = rng.normal(size=len(t)) * np.exp(-12 * (t % 0.7))
    return 0.1 * tones * np.exp(-3 * (t % 1.4)) + 0.1 * strokes


def hiss(y: FloatArray, decibels: float) -> FloatArray:
    return np.random.default_rng(1).normal(size=len(y)) * 10 ** (decibels / 20)


@pytest.mark.parametrize("decibels", [-40, -50, -60])
@pytest.mark.parametrize("level", [1.0, 0.03])
def test_noise_is_found_at_its_level(decibels: float, level: float) -> None:
    y = music()
    expected = floor(y + hiss(y, -40)) - 40 - decibels
    assert floor(level * (y + hiss(y, decibels))) == pytest.approx(expected, abs=2)


def test_silence_at_the_ends_hides_no_noise() -> None:
    y = music()
    assert np.isfinite(floor(np.pad(y + hiss(y, -45), SR)))


@pytest.mark.parametrize("kind", ["dry", "decaying", "swelling", "noise alone", "silent", "short"])
def test_what_is_no_steady_noise(kind: str) -> None:
    y = music()
    sounds = {
        "dry": y,
        "decaying": y + hiss(y, -30) * np.exp(-np.arange(len(y)) / SR),
        "swelling": y + hiss(y, -30) * np.sin(np.arange(len(y)) / SR * 2),
        "noise alone": hiss(y, -20),
        "silent": np.zeros(SR),
        "short": y[:SR],
    }
    assert np.isinf(floor(sounds[kind]))
