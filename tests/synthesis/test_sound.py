"""Closed forms: pitch, partials, decay, filters."""

import numpy as np
import pytest

from songatlas.synthesis import drums
from songatlas.synthesis.sound import (
    decay,
    filtered,
    hertz,
    overdriven,
    plucked,
    rolloff,
    struck,
    tone,
    vowel,
)

SR = 22050


def loudest_frequency(sound: np.ndarray) -> float:
    """Parabola through the greatest three bins of a windowed, padded spectrum."""
    size = 8 * len(sound)
    level = np.log(np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size)) + 1e-12)
    i = int(level.argmax())
    left, peak, right = level[i - 1 : i + 2]
    return (i + 0.5 * (left - right) / (left - 2 * peak + right)) * SR / size


def centroid(sound: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    return float(np.sum(np.fft.rfftfreq(len(sound), 1 / SR) * power) / power.sum())


@pytest.mark.parametrize("pitch", [36, 57, 69, 88])
def test_tones_and_strings_are_in_tune_to_two_cents(pitch: int) -> None:
    frequency = hertz(pitch)
    steady = tone(frequency, 1.0, SR, np.array([1.0]))
    string = plucked(frequency, 1.0, SR, np.random.default_rng(1), brightness=0.0, damping=1.0)
    string = filtered(string, SR, 1.2 * frequency, "lowpass", order=4)
    for sound in (steady, string):
        cents = 1200 * np.log2(loudest_frequency(sound) / frequency)
        assert abs(cents) < 2


def test_partials_have_the_amplitudes_asked_for() -> None:
    # 200 whole cycles in a second: every partial lies on a bin
    sound = tone(200.0, 1.0, SR, np.array([1.0, 0.5, 0.0, 0.25]))
    bins = np.abs(np.fft.rfft(sound))[[200, 400, 600, 800]]
    np.testing.assert_allclose(bins / bins[0], [1.0, 0.5, 0.0, 0.25], atol=0.01)


def test_partials_above_the_band_are_left_out_not_folded_back() -> None:
    sound = tone(4000.0, 1.0, SR, rolloff(0.5))
    power = np.abs(np.fft.rfft(sound)) ** 2
    assert power[[4000, 8000]].sum() > 0.999 * power.sum()


def test_vibrato_swings_about_the_pitch_by_its_depth() -> None:
    sound = tone(440.0, 2.0, SR, np.array([1.0]), vibrato=0.02)
    crossings = np.flatnonzero((sound[:-1] < 0) & (sound[1:] >= 0))
    exact = crossings - sound[crossings] / (sound[crossings + 1] - sound[crossings])
    frequency = SR / np.diff(exact)
    assert np.mean(frequency) == pytest.approx(440, rel=0.002)
    assert frequency.max() == pytest.approx(440 * 1.02, rel=0.003)
    assert frequency.min() == pytest.approx(440 * 0.98, rel=0.003)


def test_decay_halves_every_half_life() -> None:
    fall = decay(SR, SR, 0.2)
    for i in (0, 1000, 9000):
        assert fall[i + int(0.2 * SR)] == pytest.approx(fall[i] / 2, rel=1e-3)
    assert fall[-1] == 0


def test_a_duller_string_is_darker_and_a_damped_one_shorter() -> None:
    def string(brightness: float, damping: float) -> np.ndarray:
        rng = np.random.default_rng(0)
        return plucked(220.0, 1.0, SR, rng, brightness=brightness, damping=damping)

    def tail(sound: np.ndarray) -> float:
        return float(np.sum(sound[SR // 2 :] ** 2) / np.sum(sound**2))

    assert centroid(string(1.0, 0.3)) > 1.3 * centroid(string(0.0, 0.3))
    assert tail(string(0.5, 0.0)) > 2 * tail(string(0.5, 1.0))


def test_formants_lift_the_partials_near_them() -> None:
    with_formant = vowel(100.0, (1500.0,)) / rolloff(1.4, n_partials=24)
    assert with_formant.argmax() == 14
    assert with_formant[14] == pytest.approx(1.12)


def test_drive_adds_overtones_and_stays_bounded() -> None:
    sine = tone(200.0, 1.0, SR, np.array([1.0]))
    clean, driven = overdriven(sine, SR, 0.0), overdriven(sine, SR, 1.0)
    third = [np.abs(np.fft.rfft(s))[600] / np.abs(np.fft.rfft(s))[200] for s in (clean, driven)]
    assert third[0] < 0.1
    assert third[1] > 0.25
    assert np.abs(driven).max() < 1.3


def test_filters_halve_the_power_at_their_cutoff() -> None:
    for kind in ("lowpass", "highpass"):
        sine = tone(1000.0, 1.0, SR, np.array([1.0]))
        out = filtered(sine, SR, 1000.0, kind)[SR // 2 :]
        assert np.mean(out**2) == pytest.approx(0.25, rel=0.02)


def test_drums_run_from_low_to_high_and_end_in_silence() -> None:
    rng = np.random.default_rng(0)
    kit = {
        "kick": drums.kick(SR, rng, punch=0.5),
        "stomp": drums.stomp(SR, rng),
        "snare": drums.snare(SR, rng, snap=0.5),
        "clap": drums.clap(SR, rng),
        "brush": drums.brush(SR, rng),
        "shaker": drums.shaker(SR, rng),
        "hat": drums.hat(SR, rng, length=0.2),
        "crash": drums.crash(SR, rng),
    }
    centre = {name: centroid(sound) for name, sound in kit.items()}
    assert max(centre["kick"], centre["stomp"]) < 400
    assert 400 < centre["snare"] < centre["hat"]
    assert min(centre["hat"], centre["shaker"], centre["crash"]) > 4000
    assert len(kit["crash"]) > 4 * len(kit["hat"])
    for sound in (*kit.values(), struck(220.0, 1.0, SR, 0.5)):
        assert sound.dtype == np.float32
        assert np.all(np.isfinite(sound))
        assert 0.05 < np.abs(sound).max() < 2.5
        assert np.abs(sound[-20:]).max() < 0.02
