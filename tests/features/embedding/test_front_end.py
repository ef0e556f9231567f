"""What a network is given, against librosa where it does the same."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from songatlas.features.embedding.front_end import MelFrontEnd, WaveformFrontEnd, cut


@pytest.mark.battery
@pytest.mark.parametrize(("fmin", "fmax"), [(0.0, 0.0), (60.0, 7000.0)])
@pytest.mark.parametrize("log", ["log10", "ln", "none"])
def test_mel_is_librosas(librosa, log, fmin, fmax, tone):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
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


@pytest.mark.battery
@pytest.mark.parametrize(
    ("given", "wanted", "decibels"),
    [
        (  # CLAP
            {"pad_mode": "reflect", "fmin": 50.0, "fmax": 7000.0},
            {"pad_mode": "reflect", "fmin": 50.0, "fmax": 7000.0},
            {"top_db": None},
        ),
        (  # PANNs with another window, HTK's mels
            {"win_length": 400, "mel_scale": "htk", "norm": "none"},
            {"win_length": 400, "htk": True, "norm": None},
            {"top_db": None},
        ),
        (  # OpenL3
            {"power": 1.0, "ref": "max", "top_db": 40.0},
            {"power": 1.0},
            {"ref": np.max, "top_db": 40.0},
        ),
        (
            {"window": "hamming", "n_fft": 600},
            {"window": "hamming", "n_fft": 600},
            {"top_db": None},
        ),
    ],
)
def test_decibels_of_other_spectra_are_librosas(librosa, given, wanted, decibels, tone):
    front_end = MelFrontEnd(
        **{"n_fft": 512} | given, hop_length=160, n_mels=40, patch_frames=20,
        log="dB", floor=0.0, amin=1e-10,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mel = librosa.feature.melspectrogram(
            y=tone, sr=16000, hop_length=160, n_mels=40, **{"n_fft": 512} | wanted
        )
        expected = librosa.power_to_db(mel.astype("f8"), amin=1e-10, **decibels).T
    found = front_end.mel(tone, sr=16000)
    loud = expected > expected.max() - 90  # below, float32 bands are rounding noise
    assert found.shape == expected.shape
    np.testing.assert_allclose(found[loud], expected[loud], atol=2e-3)


def test_tensorflows_bands_of_windows_that_are_not_centred():
    """VGGish and YAMNet: 400 samples in 512, nothing beyond the ends, triangles in mels."""
    y = np.random.default_rng(0).normal(size=1300).astype("f4")
    front_end = MelFrontEnd(
        n_fft=512, win_length=400, hop_length=160, center=False, power=1.0, n_mels=6,
        fmin=125.0, fmax=7500.0, mel_scale="tensorflow", norm="none", patch_frames=2,
        log="ln", floor=0.01,
    )  # fmt: skip

    def mels(hz):
        return 1127.0 * np.log(1 + hz / 700)

    edges = np.linspace(mels(125.0), mels(7500.0), 8)
    expected = np.zeros((6, 6))
    for t in range(6):  # 1 + (1300 - 400) // 160
        window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
        magnitude = np.abs(np.fft.fft(y[160 * t : 160 * t + 400] * window, 512))[:257]
        for b in range(6):
            at = mels(np.arange(257) * 16000 / 512)
            up = (at - edges[b]) / (edges[b + 1] - edges[b])
            down = (edges[b + 2] - at) / (edges[b + 2] - edges[b + 1])
            weights = np.clip(np.minimum(up, down), 0, None)
            expected[t, b] = np.log(0.01 + magnitude[1:] @ weights[1:])
    np.testing.assert_allclose(front_end.mel(y, sr=16000), expected, atol=1e-4)


def test_a_spectrum_of_every_patch_and_scales_after_the_logarithm(tone):
    settings = {"n_fft": 512, "hop_length": 160, "n_mels": 4}
    plain = MelFrontEnd(**settings, patch_frames=1)
    front_end = MelFrontEnd(
        **settings, patch_samples=4000, patch_hop=3000, mean=(1.0, 2.0, 3.0, 4.0), std=(2.0,),
        axes=("channel", "mel", "patch", "time"), channels=2,
    )  # fmt: skip
    patches = front_end.patches(tone, sr=16000, most=99)
    assert patches.shape == (5, 2, 4, 1, 26)  # 1 + (17600 - 4000) // 3000 of 1 + 4000 // 160
    expected = (plain.mel(tone[6000:10000], sr=16000) - [1.0, 2.0, 3.0, 4.0]) / 2.0
    for channel in range(2):
        np.testing.assert_allclose(patches[2, channel, :, 0], expected.T, rtol=1e-5)


@pytest.mark.parametrize("normalize", ["patch", "track"])
@pytest.mark.parametrize(
    "front_end",
    [
        WaveformFrontEnd(patch_samples=4000),
        MelFrontEnd(n_fft=512, hop_length=160, n_mels=8, patch_frames=20),
        MelFrontEnd(n_fft=512, hop_length=160, n_mels=8, patch_samples=4000),
    ],
)
def test_z_scores(front_end, normalize, tone):
    whole = tone[:16000]
    patches = replace(front_end, normalize=normalize).patches(whole, sr=16000, most=99)
    each = patches.reshape(len(patches), -1)
    of_patches = np.allclose(each.mean(1), 0, atol=1e-3) and np.allclose(each.std(1), 1, atol=1e-2)
    assert of_patches == (normalize == "patch")  # it grows louder
    assert abs(each.mean()) < 0.05
    assert abs(each.std() - 1) < 0.05


def test_a_waveform_of_rank_one_and_full_scale():
    front_end = WaveformFrontEnd(patch_samples=2, axes=("time",), gain=100.0)
    patches = front_end.patches(np.array([0.1, 0.2, 0.3], np.float32), sr=16000, most=9)
    np.testing.assert_allclose(patches, [[10.0, 20.0]], rtol=1e-6)


@given(
    n=st.integers(1, 90), length=st.integers(1, 30), hop=st.integers(0, 40),
    last=st.sampled_from(["drop", "repeat", "zeros"]),
)  # fmt: skip
def test_patches_overlap_and_the_last_is_filled(n, length, hop, last):
    x = np.arange(1.0, n + 1)
    expected = []
    for start in range(0, n, hop or length):
        piece = x[start : start + length].tolist()
        if len(piece) == length:
            expected.append(piece)
        elif (last != "drop" and n > start - (hop or length) + length) or not start:
            filled = [0.0] * length if last == "zeros" else piece * length
            expected.append((piece + filled)[:length])
            break
        else:
            break
    assert cut(x, length, most=1000, hop=hop, last=last).tolist() == expected
