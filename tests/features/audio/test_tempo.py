"""The tempo of patterns whose tempo is known."""

from types import ModuleType

import numpy as np
import pytest

from songatlas.features.audio.frames import frame_features
from songatlas.features.audio.tempo import onset_envelope, tempo

SR = 22050
RATE = SR / 512


def clicks(bpm: float, seconds: float = 20.0, seed: int = 0) -> np.ndarray:
    """Decibels of 16 bands, (n_frames, 16): attacks that decay, in noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    since = time % (60 / bpm)
    level = -60 + 40 * np.exp(-since / 0.05)
    return level[:, None] + rng.normal(0, 1.0, (len(time), 16))


def drums(bpm: float, seconds: float = 20.0) -> np.ndarray:
    """Kick and snare in turn with hi-hats on every half beat, as samples."""
    rng = np.random.default_rng(1)
    y = rng.normal(0, 1e-3, round(seconds * SR))
    t = np.arange(round(0.2 * SR)) / SR
    kick = np.sin(2 * np.pi * 60 * t) * np.exp(-t / 0.1)
    snare = rng.normal(0, 0.5, len(t)) * np.exp(-t / 0.06)
    hat = rng.normal(0, 0.2, len(t)) * np.exp(-t / 0.01)
    beat = 60 / bpm
    for number in range(int(seconds / beat * 2)):
        start = round(number * beat / 2 * SR)
        sound = hat if number % 2 else hat + (snare if number % 4 else kick)
        n = min(len(t), len(y) - start)
        y[start : start + n] += 0.5 * sound[:n]
    return y.astype(np.float32)


@pytest.mark.parametrize("bpm", [60, 73, 90, 101, 120, 128, 140, 163, 180])
def test_clicks_have_their_tempo(bpm: float) -> None:
    found = tempo(onset_envelope(clicks(bpm)), frame_rate=RATE)
    assert found.bpm == pytest.approx(bpm, rel=0.012)
    assert found.pulse > 0.6


@pytest.mark.parametrize("bpm", [76, 112, 150])
def test_drums_have_their_tempo_or_half_or_twice_of_it(bpm: float) -> None:
    found = tempo(onset_envelope(frame_features(drums(bpm)).mel), frame_rate=RATE)
    ratio = found.bpm / bpm
    assert min(abs(ratio - octave) / octave for octave in (0.5, 1.0, 2.0)) < 0.02


@pytest.mark.parametrize("seed", range(5))
def test_noise_has_no_tempo(seed: int) -> None:
    mel = np.random.default_rng(seed).normal(-30, 3, (1300, 16))
    assert np.isnan(tempo(onset_envelope(mel), frame_rate=RATE).bpm)


def test_a_clip_shorter_than_the_window_has_a_tempo_too() -> None:
    found = tempo(onset_envelope(clicks(120, seconds=4.0)), frame_rate=RATE)
    assert found.bpm == pytest.approx(120, rel=0.02)
    assert tempo(np.zeros(1), frame_rate=RATE).pulse == 0.0


@pytest.mark.battery
@pytest.mark.parametrize("bpm", range(60, 181, 10))
def test_librosa_hears_the_same_up_to_octaves(librosa: ModuleType, bpm: float) -> None:
    y = drums(bpm)
    theirs = float(librosa.feature.tempo(y=y, sr=SR)[0])
    ours = tempo(onset_envelope(frame_features(y).mel), frame_rate=RATE).bpm
    assert min(abs(ours / theirs / octave - 1) for octave in (0.25, 0.5, 1, 2, 4)) < 0.06
