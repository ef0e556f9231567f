"""Chroma spectra: the same in every key, and each swing at its speed."""

from __future__ import annotations

import numpy as np
import pytest

from songatlas.features.audio.harmony import chroma_spectra, harmony_names

RATE = 22050 / 512
STEP = RATE / 128


def spectra(chroma, rate=RATE):
    """(7 turns, 5 speeds), without the logarithm."""
    return 1e-3 * np.expm1(chroma_spectra(chroma[None], frame_rate=rate)[0].reshape(7, 5))


@pytest.mark.parametrize("n_frames", [1, 64, 90, 128, 300])
def test_no_transposition_changes_them(n_frames):
    chroma = np.random.default_rng(n_frames).random((3, n_frames, 12)).astype(np.float32)
    found = chroma_spectra(chroma, frame_rate=RATE)
    assert found.shape == (3, 35)
    assert len(harmony_names()) == 35
    for semitones in range(1, 12):
        higher = chroma_spectra(np.roll(chroma, semitones, axis=2), frame_rate=RATE)
        np.testing.assert_allclose(higher, found, atol=2e-3)


@pytest.mark.parametrize("turns", range(7))
def test_what_stands_still_is_in_the_first_column(turns):
    wave = np.cos(2 * np.pi * turns * np.arange(12) / 12)
    found = spectra(np.tile(0.4 * wave, (128, 1)))
    assert found[turns, 0] == pytest.approx(0.16 * (wave**2).sum(), rel=1e-4)
    found[turns, 0] = 0.0
    assert np.abs(found).max() < 1e-6


@pytest.mark.parametrize(("steps", "speed"), [(1, 1), (3, 2), (10, 3), (30, 4)])
def test_a_swing_is_in_its_band_with_its_variance(steps, speed):
    t = np.arange(128) / RATE
    fifths = np.cos(2 * np.pi * 5 * np.arange(12) / 12)
    found = spectra(0.3 * np.sin(2 * np.pi * steps * STEP * t)[:, None] * fifths)
    assert found[5, speed] == pytest.approx(0.09 / 2 * 6, rel=1e-3)
    found[5, speed] = 0.0
    assert np.abs(found).max() < 1e-4


def test_all_that_there_is_is_counted_once():
    chroma = np.random.default_rng(0).random((128, 12))
    chroma -= chroma.mean(axis=0)
    found = spectra(chroma)
    assert found[:, 0].max() < 1e-6
    assert found.sum() == pytest.approx(chroma.var(axis=0).sum(), rel=1e-4)


def test_a_third_is_no_fifth():
    third, fifth = np.zeros((2, 128, 12))
    third[:, [0, 4]] = fifth[:, [0, 7]] = 1.0
    assert np.abs(spectra(third) - spectra(fifth))[1:, 0].max() > 0.3
