"""What a network is given, against librosa where it does the same."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.features.embedding.front_end import MelFrontEnd, WaveformFrontEnd, cut


@pytest.mark.parametrize(("fmin", "fmax"), [(0.0, 0.0), (60.0, 7000.0)])
@pytest.mark.parametrize("log", ["log10", "ln", "none"])
@pytest.mark.xdist_group("librosa")
def test_mel_is_librosas(log, fmin, fmax, tone):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import librosa

        power = librosa.feature.melspectrogram(
            y=tone, sr=16000, n_fft=512, hop_length=256, n_mels=96, fmin=fmin, fmax=fmax or None
        ).T
    scaled = 1.0 + 10000.0 * power.astype(np.float64)
    expected = {"log10": np.log10, "ln": np.log, "none": np.asarray}[log](scaled)
    front_end = MelFrontEnd(
        n_fft=512, hop_length=256, n_mels=96, patch_frames=20,
        fmin=fmin, fmax=fmax, log=log, gain=10000.0, floor=1.0,
    )  # fmt: skip
    mel = front_end.mel(tone, sr=16000)
    np.testing.assert_allclose(mel, expected, rtol=2e-5, atol=2e-5)
    patches = front_end.patches(tone, sr=16000, most=9)
    assert patches.shape == (3, 1, 20, 96)
    np.testing.assert_array_equal(patches[1, 0], mel[20:40])


@given(n=st.integers(1, 300), length=st.integers(1, 50), most=st.integers(1, 12))
def test_patches_are_pieces_of_the_signal_in_order(n, length, most):
    patches = cut(np.arange(float(n)), length, most=most)
    assert patches.shape == (min(most, max(1, n // length)), length)
    starts = patches[:, 0].astype(int)
    for start, patch in zip(starts, patches, strict=True):
        assert start % length == 0
        np.testing.assert_array_equal(patch, np.arange(start, start + length) % n)
    assert (np.diff(starts) > 0).all()


def test_a_short_signal_is_repeated():
    patches = WaveformFrontEnd(patch_samples=5).patches(
        np.array([1.0, 2.0], np.float32), sr=16000, most=4
    )
    assert patches[0].tolist() == [[1.0, 2.0, 1.0, 2.0, 1.0]]
