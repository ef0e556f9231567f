"""What strikes and what stays, against definitions and sounds whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.clip import N_COLUMNS, frame_table, shares_of
from songatlas.features.audio.frames import frame_features
from songatlas.features.audio.mel import fours, mel_power
from songatlas.features.audio.percussion import percussive_shares
from songatlas.features.audio.spectrum import power_blocks

SR = 22050


def by_definition(power):
    """The share in every pair of bands, by numpy's medians of what lies around a cell."""
    along = np.pad(power, ((4, 4), (0, 0)), "edge")
    across = np.pad(power, ((0, 0), (2, 2)), "edge")
    stays = np.median(np.lib.stride_tricks.sliding_window_view(along, 9, axis=0), axis=2)
    strikes = np.median(np.lib.stride_tricks.sliding_window_view(across, 5, axis=1), axis=2)
    percussive = power * strikes / (stays + strikes + 1e-20)
    return percussive.reshape(len(power), -1, 2).sum(2) / (
        power.reshape(len(power), -1, 2).sum(2) + 1e-20
    )


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 600), seed=st.integers(0, 99), whole=st.booleans())
def test_shares_are_those_of_the_definition(n, seed, whole):
    power = np.random.default_rng(seed).exponential(size=(n, 32)).astype(np.float32)
    power = np.round(power) if whole else power  # many that are equal, and none at all
    shares = percussive_shares(power)
    assert shares.dtype == np.float32
    assert ((shares >= 0) & (shares <= 1)).all()
    np.testing.assert_allclose(shares, by_definition(power), rtol=2e-5, atol=1e-6)


def test_a_tone_stays_clicks_strike_and_noise_is_neither():
    t = np.arange(5 * SR) / SR
    tone = np.sin(2 * np.pi * 1000 * t)
    clicks = np.zeros(len(t))
    clicks[SR // 3 :: SR // 2] = 1.0
    noise = np.random.default_rng(0).normal(0, 0.1, len(t))
    found = {}
    for name, y in {"tone": tone, "clicks": clicks, "noise": noise}.items():
        frames = frame_features(y.astype(np.float32))
        power = 10 ** (frames.mel / 10)
        # of the sound as a whole, by its power, but for where it begins and ends
        share = (frames.percussion * power)[10:-10].sum() / power[10:-10].sum()
        found[name] = float(share)
    assert found["tone"] < 0.02
    assert found["clicks"] > 0.98
    assert found["noise"] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("n_samples", [0, 300, 512, 1024, 122_880, 123_000, 123_392, 300_001])
def test_two_frames_have_one_share_in_common(n_samples):
    y = np.random.default_rng(1).normal(size=n_samples).astype(np.float32)
    table = frame_table([y], AudioConfig())
    shares = shares_of(table)
    assert table.shape[1] == N_COLUMNS
    assert shares.shape == (len(table), 16)
    blocks = power_blocks([y], n_fft=2048, hop_length=512)
    power = np.concatenate([fours(mel_power(block, sr=SR, n_fft=2048)) for block in blocks])
    n = len(power) // 2
    expected = percussive_shares(power[: 2 * n].reshape(n, 2, 32).sum(axis=1))
    np.testing.assert_array_equal(shares[: 2 * n : 2], expected)
    np.testing.assert_array_equal(shares[1 : 2 * n : 2], expected)
    for last in shares[2 * n :]:
        np.testing.assert_array_equal(last, expected[-1] if n else 0.0)


def test_silence_has_no_share():
    assert not frame_features(np.zeros(SR, np.float32)).percussion.any()
