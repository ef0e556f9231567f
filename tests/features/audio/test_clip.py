"""A clip in pieces, in one pass and in two, is the same clip, and never whole in memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError
from songatlas.features.audio.clip import N_COLUMNS, frame_table
from songatlas.features.audio.decode import Sound, decode
from songatlas.features.audio.spectrum import BLOCK_FRAMES, power_blocks
from songatlas.features.audio.tuning import PeakCollection, estimate_tuning

USUAL = AudioConfig(sr=22050, n_fft=2048, hop_length=512)


@pytest.mark.parametrize(
    ("sr", "n_fft", "hop_length"), [(22050, 2048, 512), (16000, 1024, 300), (22050, 512, 4000)]
)
def test_pieces_and_passes_change_no_number(music, sr, n_fft, hop_length):
    y = music(9.0, sr, 1)[:, 0]
    form = AudioConfig(sr=sr, n_fft=n_fft, hop_length=hop_length)
    whole = frame_table([y], form)
    assert whole.shape == (1 + len(y) // hop_length, N_COLUMNS)
    pieces = np.split(y, [1, 1, 700, 50_000, 123_456])
    np.testing.assert_array_equal(frame_table(pieces, form), whole)
    np.testing.assert_array_equal(frame_table(pieces, form, most_cells=0), whole)


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 3000),
    n_fft=st.sampled_from([16, 32]),
    hop_length=st.integers(1, 50),
    cuts=st.lists(st.integers(0, 3000), max_size=5),
)
def test_blocks_of_frames_equal_the_definition(n, n_fft, hop_length, cuts):
    y = np.random.default_rng(n).standard_normal(n).astype(np.float32)
    pieces = np.split(y, sorted(min(cut, n) for cut in cuts))
    blocks = list(power_blocks(pieces, n_fft=n_fft, hop_length=hop_length))
    assert {len(block) for block in blocks[:-1]} <= {BLOCK_FRAMES}
    power = np.concatenate(blocks)
    padded = np.pad(y.astype(np.float64), n_fft)
    starts = n_fft // 2 + hop_length * np.arange(1 + n // hop_length)
    frames = padded[starts[:, None] + np.arange(n_fft)] * np.hanning(n_fft + 1)[:-1]
    np.testing.assert_allclose(power, np.abs(np.fft.rfft(frames)) ** 2, rtol=1e-5, atol=1e-6)


def test_memory_grows_with_the_result_alone(music):
    second = music(1.0, 22050, 1)[:, 0]
    beyond = []
    for seconds in (1, 40, 160):

        class Repeated:
            def __iter__(self, n=seconds):
                return (second.copy() for _ in range(n))

        tracemalloc.start()
        table = frame_table(Repeated(), USUAL, most_cells=0)
        beyond.append(tracemalloc.get_traced_memory()[1] - table.nbytes)
        tracemalloc.stop()
    # the signal of two minutes is 10 MB, its mel bands 2.6 MB, its spectrum 21 MB; pairs of frames
    # in 32 bands and their shares, which are whole, 0.5 MB
    assert beyond[2] - beyond[1] < 1.3e6


def test_a_file_that_changes_between_the_passes_is_refused():
    lengths = iter([30_000, 20_000, 30_000, 40_000])

    class Changing:
        def __iter__(self):
            return iter([np.ones(next(lengths), np.float32)])

    for _ in range(2):
        with pytest.raises(AudioError, match="changed while it was read"):
            frame_table(Changing(), USUAL, most_cells=0)


def test_a_file_in_blocks_is_the_file(music, tmp_path):
    soundfile.write(tmp_path / "a.flac", music(8.0, 44100, 2), 44100)
    sound = Sound(tmp_path / "a.flac", sr=22050)
    blocks = list(sound)
    assert max(map(len, blocks)) < 40_000
    assert (sound.n_samples, sound.decoded_seconds, sound.declared_seconds) == (176400, 8.0, 8.0)
    whole = decode(tmp_path / "a.flac", sr=22050).y
    np.testing.assert_array_equal(np.concatenate(blocks), whole)
    np.testing.assert_array_equal(np.concatenate(list(sound)), whole)  # and once more


def test_counted_peaks_tell_the_tuning_of_kept_ones():
    rng = np.random.default_rng(0)
    notes = 440.0 * 2 ** ((rng.integers(-20, 20, 5000) + rng.normal(0.23, 0.02, 5000)) / 12)
    weak = 440.0 * 2 ** (rng.normal(-0.3, 0.001, 4000) / 12)  # most frequent, but not strong
    frequency = np.concatenate([notes, weak]).astype(np.float32)
    height = np.concatenate([rng.uniform(1, 9, 5000), rng.uniform(0.1, 0.9, 4000)])
    peaks = np.stack([frequency, height.astype(np.float32)])[:, rng.permutation(9000)]
    kept, counted = PeakCollection(), PeakCollection(most=1000)
    for part in np.array_split(peaks, 20, axis=1):
        kept.add(part)
        counted.add(part)
    assert kept.tuning() == estimate_tuning(peaks)
    assert counted.tuning() == kept.tuning() == pytest.approx(0.23, abs=0.021)
