"""The parts of decoding by themselves."""

from __future__ import annotations

import io
import os
import threading

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from songatlas.features.audio.content import identify
from songatlas.features.audio.mono import Resampler, downmix
from songatlas.features.audio.quiet import silent_stderr
from songatlas.features.audio.truncation import find_cut


@settings(max_examples=25, deadline=None)
@given(
    rate=st.sampled_from([8000, 22050, 32000, 44100, 48000, 192000]),
    cuts=st.lists(st.integers(0, 20_000), max_size=6),
    n=st.integers(1, 20_000),
)
def test_resampling_does_not_depend_on_the_blocks(rate, cuts, n):
    y = np.random.default_rng(n).standard_normal(n).astype(np.float32)
    resampler = Resampler(rate=rate, sr=22050)
    blocks = np.split(y, sorted(min(cut, n) for cut in cuts))
    result = np.concatenate([*map(resampler.add, blocks), resampler.finish()])
    expected = y if rate == 22050 else soxr.resample(y, rate, 22050, quality="HQ")
    n_expected = int(np.ceil(n * 22050 / rate))
    assert len(result) == n_expected
    assert result.dtype == np.float32
    common = min(n_expected, len(expected))
    np.testing.assert_array_equal(result[:common], expected[:common])
    np.testing.assert_array_equal(result[common:], 0.0)


@pytest.mark.parametrize("n_channels", [1, 2, 3, 6, 32])
def test_downmix_is_the_mean_and_leaves_its_input(n_channels):
    block = np.random.default_rng(0).standard_normal((100, n_channels)).astype(np.float32)
    before = block.copy()
    np.testing.assert_allclose(downmix(block), block.mean(axis=1), atol=1e-6)
    np.testing.assert_array_equal(block, before)


def test_standard_error_comes_back_from_many_threads(capfd):
    inside = threading.Barrier(4)

    def work():
        with silent_stderr():
            inside.wait(timeout=10)
            os.write(2, b"lost")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xff\xfb\x90\x00" + bytes(40), "MPEG audio"),
        (b"\xff\xf1\x50\x80" + bytes(40), "AAC"),
        (b"ID3\x03\x00\x00\x00\x00\x01\x00" + bytes(128) + b"\xff\xfb\x90\x00", "MPEG audio"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "WAV"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "an AVI film"),
        (b"\x00\x00\x00\x18ftypisom", "MP4"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02.." * 2 + b"fLaC", "FLAC"),
        (bytes(99) + 3 * (b"\xff\xfb\x90\x00" + bytes(413)), "MPEG audio"),  # padding
        (b"\x91" * 99 + 3 * (b"\xff\xfb\x90\x00" + bytes(413)), ""),  # its head is gone
        (b"\x91" * 9999 + 3 * (b"\xff\xfb\x90\x00" + bytes(413)), "MPEG audio"),
        (b"DSD \x1c\x00" + bytes(22), "DSF"),
        (b"\xff", ""),
        (b"", ""),
    ],
)
def test_identify(data, name):
    file = io.BytesIO(data)
    assert identify(file).format.title == name
    assert file.tell() == 0


def box(name: bytes, content: bytes, *, more: int = 0) -> bytes:
    return (8 + len(content) + more).to_bytes(4, "big") + name + content


@pytest.mark.parametrize(
    ("mdat", "cut"),
    [
        (box(b"mdat", bytes(100)), False),
        (box(b"mdat", bytes(100), more=50), True),
        (b"\0\0\0\1mdat" + (16 + 100).to_bytes(8, "big") + bytes(100), False),
        (b"\0\0\0\1mdat" + (16 + 101).to_bytes(8, "big") + bytes(100), True),
        (b"\0\0\0\0mdat" + bytes(100), False),
        (box(b"mdat", bytes(100)) + b"\xff\xff\xff\xffjunkjunkjunk", False),
        (bytes(200), False),
    ],
)
def test_mp4_boxes(mdat, cut):
    file = io.BytesIO(box(b"ftyp", b"M4A isom") + mdat)
    file.seek(5)
    found = find_cut(file, identify(io.BytesIO(file.getvalue())))
    assert (found is not None) == cut
    assert file.tell() == 5
