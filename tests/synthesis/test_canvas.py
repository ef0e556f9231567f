"""Mixing, echoes and the level of the finished record."""

import numpy as np
import pytest

from songatlas.synthesis.canvas import ECHO_SECONDS, PEAK, Canvas, finished

SR = 8000


def test_pan_keeps_the_power() -> None:
    for pan in (-1.0, -0.4, 0.0, 0.7, 1.0):
        canvas = Canvas(1, SR, 2)
        canvas.add(np.ones(1), 0.0, pan=pan)
        left, right = canvas.dry[:, 0]
        assert left**2 + right**2 == pytest.approx(2.0, rel=1e-5)
        assert np.sign(round(float(right - left), 6)) == np.sign(pan)


def test_what_lies_outside_the_track_is_cut() -> None:
    canvas = Canvas(4, 1, 1)
    canvas.add(np.arange(1.0, 4.0), -1.0)
    canvas.add(np.arange(1.0, 4.0), 3.0)
    canvas.add(np.ones(3), 9.0)
    canvas.add(np.ones(3), -9.0)
    assert canvas.dry.tolist() == [[2.0, 3.0, 0.0, 1.0]]


def test_the_room_answers_after_its_delays_and_fades_by_its_feedback() -> None:
    canvas = Canvas(SR, SR, 1)
    canvas.send[0] = 1.0
    # a room of size 0, and a click so sharp that the muffling only smears it
    echo = canvas.with_room(0.0)[0]
    first = int(min(ECHO_SECONDS[0]) * SR)
    assert np.abs(echo[:first]).max() == 0
    assert np.abs(echo[first : first + 5]).max() > 0.01
    early, late = (np.sum(echo[start : start + SR // 4] ** 2) for start in (0, SR // 2))
    assert late < 0.01 * early


def test_a_dry_canvas_has_no_room() -> None:
    canvas = Canvas(SR, SR, 2)
    canvas.add(np.ones(100), 0.1)
    assert np.array_equal(canvas.with_room(1.0), canvas.dry)


@pytest.mark.parametrize("loudness", [-21.0, -16.0])
def test_finished_has_the_loudness_asked_for_and_never_clips(loudness: float) -> None:
    rng = np.random.default_rng(0)
    mix = 3 * np.sin(np.arange(4 * SR) / 7)[None].astype(np.float32)
    out = finished(mix.copy(), SR, rng, loudness=loudness, warmth=3.0, hiss=-60.0, ceiling=1e9)
    middle = out[:, SR:-SR]
    assert 10 * np.log10(np.mean(middle**2)) == pytest.approx(loudness, abs=0.5)
    assert np.abs(out).max() <= PEAK
    assert out[0, -1] == 0


def test_hiss_is_as_loud_as_said() -> None:
    rng = np.random.default_rng(0)
    mix = np.zeros((1, 4 * SR), dtype=np.float32)
    mix[0, 0] = 1.0  # one click, so that there is something to bring to a level
    out = finished(mix, SR, rng, loudness=-60.0, warmth=0.0, hiss=-40.0, ceiling=1e9)
    assert 10 * np.log10(np.mean(out[0, SR:-SR] ** 2)) == pytest.approx(-40.0, abs=0.2)


def test_warmth_lifts_the_bass_against_the_rest() -> None:
    t = np.arange(4 * SR) / SR
    mix = (np.sin(2 * np.pi * 40 * t) + np.sin(2 * np.pi * 2000 * t))[None].astype(np.float32)
    ratios = []
    for warmth in (0.0, 6.0):
        rng = np.random.default_rng(0)
        out = finished(mix.copy(), SR, rng, loudness=-30.0, warmth=warmth, hiss=-90.0, ceiling=1e9)
        spectrum = np.abs(np.fft.rfft(out[0]))
        ratios.append(20 * np.log10(spectrum[160] / spectrum[8000]))
    assert ratios[1] - ratios[0] == pytest.approx(6.0, abs=0.6)
