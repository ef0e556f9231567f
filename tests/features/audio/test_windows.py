from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.config.stages import InputConfig
from songatlas.features.audio.fluctuation import fluctuation, fluctuation_names
from songatlas.features.audio.frames import FEATURE_NAMES, FrameFeatures
from songatlas.features.audio.windows import FRAME_RATE, statistics_names, window_statistics

STEP = FRAME_RATE / 128


def noise(n_frames: int, seed: int = 0) -> FrameFeatures:
    rng = np.random.default_rng(seed)
    return FrameFeatures(
        values=rng.normal(size=(n_frames, 39)).astype(np.float32),
        mel=rng.normal(-30, 5, size=(n_frames, 16)).astype(np.float32),
        percussion=rng.random((n_frames, 16)).astype(np.float32),
        seconds=n_frames / FRAME_RATE,
    )


@given(n_frames=st.integers(1, 700), window_frames=st.integers(2, 200))
def test_number_of_windows(n_frames, window_frames):
    statistics = window_statistics(noise(n_frames), InputConfig(window_frames=window_frames))
    whole, rest = divmod(n_frames, window_frames)
    assert statistics.shape == (max(1, whole + (rest >= window_frames / 2)), 293 + 48 + 35)
    assert statistics.dtype == np.float32
    assert np.isfinite(statistics).all()


@pytest.mark.parametrize("rhythm", [True, False])
def test_statistics_are_those_of_each_window(rhythm):
    frames, config = noise(128 * 2 + 70), InputConfig(rhythm=rhythm)
    statistics, told = window_statistics(frames, config), statistics_names(config)
    names = sum(told.values(), ())
    n_audio = 117 + 176 * rhythm
    assert statistics.shape[1] == len(names) == len(set(names))
    assert {name: len(x) for name, x in told.items()} == {
        "audio": n_audio,
        "percussion": 48,
        "harmony": 35,
    }
    for row, start, stop in zip(statistics, (0, 128, 256), (128, 256, 326), strict=True):
        for part, at in ((frames.values, 0), (frames.percussion, n_audio)):
            x = part[start:stop].astype(np.float64)
            expected = np.concatenate([x.mean(0), x.std(0), np.diff(x, axis=0).std(0)])
            found = row[at : at + len(expected)]
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert names[0] == "mfcc_0_mean"
    assert names[39] == "mfcc_0_sd"
    assert names[78 + 38] == f"{FEATURE_NAMES[38]}_delta_sd"
    if rhythm:
        assert names[117:293] == fluctuation_names()


@pytest.mark.parametrize("left_out", ["percussion", "harmony"])
def test_what_is_switched_off_leaves_the_rest_as_it_is(left_out):
    frames, config = noise(300), InputConfig(**{left_out: False})
    names, all_names = (sum(statistics_names(c).values(), ()) for c in (config, InputConfig()))
    kept = [all_names.index(name) for name in names]
    whole = window_statistics(frames, InputConfig())
    np.testing.assert_array_equal(window_statistics(frames, config), whole[:, kept])
    assert not any(name.startswith(left_out) for name in names)


def test_windows_do_not_know_each_other():
    frames = noise(384)
    changed = noise(384)
    changed.values[128:256] += 1.0
    changed.mel[128:256] *= 2.0
    changed.percussion[128:256] /= 2.0
    before = window_statistics(frames, InputConfig())
    after = window_statistics(changed, InputConfig())
    np.testing.assert_array_equal(before[[0, 2]], after[[0, 2]])
    assert (before[1] != after[1]).any()


def test_one_frame_is_a_window():
    statistics = window_statistics(noise(1), InputConfig(percussion=False, harmony=False))
    assert statistics.shape == (1, 293)
    np.testing.assert_array_equal(statistics[0, 39:], 0.0)


def test_a_window_needs_two_frames():
    with pytest.raises(ValueError, match=r"at least 2\. Got 1"):
        window_statistics(noise(10), InputConfig(window_frames=1))


@pytest.mark.parametrize(
    ("steps", "band"),
    [(1, 0), (2, 1), (3, 2), (5, 3), (6, 4), (9, 5), (12, 6), (17, 7), (22, 8), (30, 9), (45, 10)],
)
def test_a_swing_is_in_its_band_with_its_variance(steps, band):
    t = np.arange(128) / FRAME_RATE
    mel = np.zeros((1, 128, 16))
    mel[0, :, 3] = -20.0 + 6.0 * np.sin(2 * np.pi * steps * STEP * t + 0.4)
    patterns = fluctuation(mel, frame_rate=FRAME_RATE).reshape(16, 11)
    assert np.unravel_index(patterns.argmax(), patterns.shape) == (3, band)
    assert np.expm1(patterns[3, band]) == pytest.approx(18.0, rel=1e-4)  # 6² / 2
    others = np.delete(patterns.ravel(), 3 * 11 + band)
    assert np.abs(others).max() < 1e-4


@pytest.mark.parametrize(("n_frames", "frame_rate"), [(70, FRAME_RATE), (128, 86.1), (400, 21.5)])
def test_other_windows_and_rates_see_the_same_swing(n_frames, frame_rate):
    t = np.arange(n_frames) / frame_rate
    mel = (6.0 * np.sin(2 * np.pi * 17 * STEP * t))[None, :, None]
    patterns = fluctuation(mel, frame_rate=frame_rate)[0]
    assert patterns.argmax() == 7
    assert np.expm1(patterns).sum() == pytest.approx(18.0, rel=0.15)


def test_the_level_itself_does_not_count():
    mel = noise(128).mel[None]
    np.testing.assert_allclose(
        fluctuation(mel, frame_rate=FRAME_RATE),
        fluctuation(mel - 25.0, frame_rate=FRAME_RATE),
        atol=1e-4,
    )
