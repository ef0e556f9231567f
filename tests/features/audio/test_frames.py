from __future__ import annotations

import numpy as np
import pytest
import soundfile

from songatlas.config.stages import AudioConfig
from songatlas.errors import ConfigError
from songatlas.features.audio.chroma import CHROMA_NAMES, chroma, chroma_filters
from songatlas.features.audio.contrast import contrast, peaks_and_valleys
from songatlas.features.audio.frames import FEATURE_NAMES, extract, frame_features
from songatlas.features.audio.mel import mel_filters, mel_power
from songatlas.features.audio.spectrum import BLOCK_FRAMES, power_blocks
from songatlas.features.audio.tuning import estimate_tuning, spectral_peaks


def tone(frequency: float, seconds: float = 1.0, sr: int = 22050) -> np.ndarray:
    return np.sin(2 * np.pi * frequency * np.arange(round(seconds * sr)) / sr).astype(np.float32)


def test_extraction_is_deterministic_and_whole(music, tmp_path):
    soundfile.write(tmp_path / "a.ogg", music(4.0, 44100, 2), 44100)
    first, second = (extract(tmp_path / "a.ogg", AudioConfig()) for _ in range(2))
    assert first.values.tobytes() == second.values.tobytes()
    assert first.mel.tobytes() == second.mel.tobytes()
    assert first.values.shape == (1 + 4 * 22050 // 512, len(FEATURE_NAMES))
    assert first.seconds == 4.0


def test_duration_is_obeyed(music, tmp_path):
    soundfile.write(tmp_path / "a.wav", music(4.0, 22050, 1), 22050)
    frames = extract(tmp_path / "a.wav", AudioConfig(duration=1.5))
    assert (frames.seconds, len(frames.values)) == (1.5, 1 + 33075 // 512)


@pytest.mark.parametrize("n_samples", [1, 511, 512, 1500, 2048, 512 * BLOCK_FRAMES, 130_000])
def test_spectrum_equals_the_definition(n_samples):
    y = np.random.default_rng(0).standard_normal(n_samples).astype(np.float32)
    power = np.concatenate(list(power_blocks([y], n_fft=2048, hop_length=512)))
    assert power.shape == (1 + n_samples // 512, 1025)
    padded = np.pad(y.astype(np.float64), 1024)
    for frame in {0, len(power) // 2, len(power) - 1}:
        segment = padded[frame * 512 : frame * 512 + 2048] * np.hanning(2049)[:-1]
        expected = np.abs(np.fft.rfft(segment)) ** 2
        np.testing.assert_allclose(power[frame], expected, rtol=1e-5, atol=1e-9)


def test_mel_bands_have_unit_area_and_grouping_loses_nothing():
    filters = mel_filters(sr=22050, n_fft=16384)  # fine enough for the narrowest triangle
    np.testing.assert_allclose(filters.sum(axis=1) * 22050 / 16384, 1.0, rtol=0.02)
    power = np.random.default_rng(0).random((5, 1025), dtype=np.float32)
    expected = power.astype(np.float64) @ mel_filters(sr=22050, n_fft=2048).T
    np.testing.assert_allclose(mel_power(power, sr=22050, n_fft=2048), expected, rtol=1e-5)


@pytest.mark.parametrize("semitones", range(12))
def test_chroma_names_the_note(semitones):
    values = frame_features(tone(261.6256 * 2 ** (semitones / 12))).values[5:-5, 20:32]
    assert (values.argmax(axis=1) == semitones).all()
    np.testing.assert_array_equal(values.max(axis=1), 1.0)
    assert CHROMA_NAMES[semitones] == FEATURE_NAMES[20 + semitones]


def test_chroma_of_silence_is_zero():
    filters = chroma_filters(sr=22050, n_fft=2048, tuning=0.0)
    np.testing.assert_array_equal(chroma(np.zeros((2, 1025), np.float32), filters), 0.0)


@pytest.mark.parametrize("deviation", [-0.45, -0.2, 0.0, 0.13, 0.4])
def test_tuning_of_a_detuned_chord(deviation):
    chord = sum(tone(f * 2 ** (deviation / 12)) for f in (440.0, 587.33, 880.0, 1318.51))
    (power,) = power_blocks([chord], n_fft=2048, hop_length=512)
    peaks = spectral_peaks(power, sr=22050, n_fft=2048)
    assert estimate_tuning(peaks) == pytest.approx(deviation, abs=0.05)


def test_contrast_of_a_known_spectrum():
    power = np.full((3, 1025), 1e-4, dtype=np.float32)  # magnitude 0.01
    power[:, 60] = 1.0  # 646 Hz, in the third band
    values = contrast(peaks_and_valleys(power, sr=22050, n_fft=2048))
    expected = np.zeros((3, 7))
    expected[:, 2] = 20.0  # 10 log10 of a ratio of 100
    np.testing.assert_allclose(values, expected, atol=1e-4)


def test_a_rate_too_low_for_seven_octaves_is_refused():
    with pytest.raises(ConfigError, match=r"audio\.sr must be above 12800 Hz .* Got 8000"):
        frame_features(tone(440.0, sr=8000), sr=8000)


def test_louder_changes_only_the_level():
    y = tone(300.0) + 0.1 * np.random.default_rng(0).standard_normal(22050).astype(np.float32)
    one, other = frame_features(y).values, frame_features(4.0 * y).values
    difference = (other - one)[5:-5]
    level = 20 * np.log10(4.0)
    np.testing.assert_allclose(difference[:, 0], level * np.sqrt(128), rtol=1e-3)
    np.testing.assert_allclose(difference[:, 1:], 0.0, atol=2e-3)
