"""How far up a recording goes: cuts are found, and music is none."""

import io

import numpy as np
import pytest
import soundfile
from scipy.signal import butter, sosfiltfilt

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.bandwidth import bandwidth
from songatlas.features.audio.clip import frame_table
from songatlas.types import FloatArray
from songatlas.types.flaws import FLAWS

CONFIG = AudioConfig()
SR = CONFIG.sr


def top(y: FloatArray) -> float:
    return bandwidth(frame_table([y.astype(np.float32)], CONFIG), CONFIG)


def music(seed: int = 0) -> FloatArray:
    """Ten seconds of struck tones over noise that falls by 6 dB an octave."""
    rng, t = np.random.default_rng(seed), np.arange(10 * SR) / SR
    tones = sum(
        np.sin(2 * np.pi * f * t) * np.exp(-4 * ((t - start) % 2.5)) / n
        for n, f in enumerate(rng.uniform(80, 400) * np.arange(1, 20), 1)
        for start in (0, 0.6)
    )
    noise = np.cumsum(rng.normal(size=len(t)))
    noise = noise - np.convolve(noise, np.ones(400) / 400, "same")
    return 0.1 * tones + 0.05 * noise / noise.std()


def lowpass(y: FloatArray, hertz: float) -> FloatArray:
    return sosfiltfilt(butter(12, hertz, fs=SR, output="sos"), y)


@pytest.mark.parametrize("hertz", [2000, 3400, 5000, 6500, 8000])
@pytest.mark.parametrize("level", [1.0, 0.01])
def test_a_cut_is_found_within_a_band_or_two(hertz: float, level: float) -> None:
    found = top(level * lowpass(music(), hertz))
    assert hertz < found < 1.6 * hertz


@pytest.mark.parametrize("kind", ["whole", "dark", "slope", "quiet", "silent"])
def test_what_is_no_cut(kind: str) -> None:
    y = music(1)
    sounds = {
        "whole": y,
        "dark": np.sin(2 * np.pi * 200 * np.arange(10 * SR) / SR) + 1e-4 * y,
        "slope": sosfiltfilt(butter(2, 2000, fs=SR, output="sos"), y),
        "quiet": 1e-3 * y,
        "silent": np.zeros(10 * SR),
    }
    assert np.isinf(top(sounds[kind]))


def test_a_click_and_long_silence_hide_no_cut() -> None:
    y = lowpass(music(2) * np.hanning(10 * SR), 4000)
    y[100_000] += 0.5
    assert top(np.concatenate([y, np.zeros(3 * SR)])) < 7000


@pytest.mark.battery
@pytest.mark.skipif("MP3" not in soundfile.available_formats(), reason="libsndfile without MP3")
def test_mp3_of_few_bits_are_cut_and_of_many_are_not() -> None:
    found = []
    for loss in (0.99, 0.3):
        file = io.BytesIO()
        soundfile.write(
            file, music(3), SR, format="MP3", compression_level=loss, bitrate_mode="CONSTANT"
        )
        found.append(top(soundfile.read(io.BytesIO(file.getvalue()))[0]))
    assert found[0] < 8000
    assert np.isinf(found[1])


def test_bandwidths_have_names() -> None:
    assert [FLAWS["bandwidth"].value(top) for top in (5670.0, np.inf)] == ["up to 5.7 kHz", "full"]
