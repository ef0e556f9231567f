"""The compiled loops give the bits of numpy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from songatlas.config.stages import AudioConfig
from songatlas.features.audio import compiled
from songatlas.features.audio.clip import frame_table
from songatlas.features.audio.contrast import peaks_and_valleys
from songatlas.features.audio.level import ends
from songatlas.features.audio.mono import downmix
from songatlas.features.audio.tuning import spectral_peaks

pytestmark = pytest.mark.skipif(
    compiled.KERNELS is None, reason="built without a C compiler: there is nothing to compare"
)
SIGNALS = ("noise", "tones", "silence", "clicks", "steps")


def signal(kind: str, n_samples: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if kind == "noise":
        y = rng.standard_normal(n_samples) * rng.uniform(1e-6, 1)
    elif kind == "tones":
        t = np.arange(n_samples) / 22050
        y = sum(np.sin(2 * np.pi * f * t) for f in rng.uniform(30, 9000, 5)) / 5
    elif kind == "silence":
        y = np.zeros(n_samples)
    elif kind == "clicks":
        y = np.zeros(n_samples)
        y[rng.integers(0, n_samples, 3)] = 1.0
    else:  # many equal cells: who is a peak, and which of equals is extreme
        y = np.round(rng.standard_normal(n_samples))
    return y.astype(np.float32)


def both(function):
    """What `function` returns with the compiled loops, and without."""
    with pytest.MonkeyPatch.context() as patch:
        fast = function()
        patch.setattr(compiled, "KERNELS", None)
        return fast, function()


@given(
    kind=st.sampled_from(SIGNALS),
    n_samples=st.integers(1, 60_000),
    seed=st.integers(0, 99),
    n_fft=st.sampled_from([1024, 2048, 16384]),
    hop_length=st.sampled_from([200, 512, 3000]),
)
@example(kind="noise", n_samples=13, seed=13, n_fft=16384, hop_length=200)  # a flat peak
@settings(max_examples=60, deadline=None)
def test_tables_are_the_same_to_the_bit(kind, n_samples, seed, n_fft, hop_length):
    chosen = AudioConfig(sr=22050, n_fft=n_fft, hop_length=hop_length)
    y = signal(kind, n_samples, seed)
    fast, slow = both(lambda: frame_table([y], chosen))
    assert fast.tobytes() == slow.tobytes()


@pytest.mark.parametrize("shape", ["falling", "rising", "equal", "random"])
def test_extremes_and_peaks_of_any_order_of_cells(shape):
    rng = np.random.default_rng(3)
    power = rng.exponential(size=(50, 1025)).astype(np.float32)
    if shape == "equal":
        power = np.round(power)
    elif shape != "random":
        power = np.sort(power, axis=1)[:, :: -1 if shape == "falling" else 1].copy()
    for function in (peaks_and_valleys, spectral_peaks):
        fast, slow = both(lambda: function(power, sr=22050, n_fft=2048))  # noqa: B023
        assert fast.tobytes() == slow.tobytes()


def test_what_is_not_float32_in_one_piece_goes_the_other_way():
    power = np.random.default_rng(0).exponential(size=(8, 1025))
    expected = peaks_and_valleys(power.astype(np.float32), sr=22050, n_fft=2048)
    assert np.allclose(peaks_and_valleys(power, sr=22050, n_fft=2048), expected, rtol=1e-6)
    strided = np.repeat(power.astype(np.float32), 2, axis=0)[::2]
    assert (peaks_and_valleys(strided, sr=22050, n_fft=2048) == expected).all()


@pytest.mark.parametrize("n_channels", [1, 2, 3, 6])
@pytest.mark.parametrize("n", [1, 15, 16, 4097])
def test_mixes_and_ends_are_the_same_to_the_bit(n, n_channels):
    block = np.random.default_rng(n).standard_normal((n, n_channels)).astype(np.float32)
    for odd in (0.0, np.inf, np.nan):
        block[n // 2, -1] += odd
        for function in (downmix, ends):
            fast, slow = both(lambda: np.array(function(block)))  # noqa: B023
            np.testing.assert_array_equal(fast, slow)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("average", (np.ones((2, 2), np.float32), 2, np.empty(3, np.float32))),
        ("average", (np.ones((2, 2), np.float32), 0, np.empty(2, np.float32))),
        ("ends", (np.empty(0, np.float32),)),
        ("power", (np.ones(9, "f4"), np.ones(8), np.ones(5, complex), 4, np.empty((2, 5), "f4"))),
        ("power", (np.ones(8, "f4"), np.ones(8), np.ones(5, complex), 0, np.empty((1, 5), "f4"))),
        ("power", (np.ones(6, "f4"), np.ones(6), np.ones(4, complex), 1, np.empty((1, 4), "f4"))),
        ("power", (np.ones(8, "f4"), np.ones(8), np.ones(4, complex), 1, np.empty((1, 5), "f4"))),
        (
            "band_extremes",
            (np.ones((1, 4), np.float32), 4, np.array([[2, 5, 1]]), np.empty((2, 1, 1), "f4")),
        ),
        (
            "band_extremes",
            (np.ones((1, 4), np.float32), 4, np.array([[1, 3, 3]]), np.empty((2, 1, 1), "f4")),
        ),
        (
            "spectral_peaks",
            (np.ones((1, 8), np.float32), 8, 1, 8, 0.1, 1.0, np.empty((2, 9), np.float32)),
        ),
        (
            "spectral_peaks",
            (np.ones((1, 8), np.float32), 8, 1, 7, 0.1, 1.0, np.empty((2, 2), np.float32)),
        ),
    ],
)
def test_sizes_that_do_not_fit_are_refused(name, arguments):
    with pytest.raises(ValueError, match=r"buffer|outside|at least"):
        getattr(compiled.KERNELS, name)(*arguments)
