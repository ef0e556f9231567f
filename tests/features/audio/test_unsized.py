"""Sounds whose recorder died before it wrote their size, or wrote a wrong one."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile

from songatlas.errors import AudioError
from songatlas.features.audio.decode import decode

SECONDS = 3.0
N = int(SECONDS * 44100) * 4


@pytest.fixture
def wave(music):
    def make(form: str, subtype: str = "PCM_16", changes=(), n_channels: int = 2) -> bytes:
        buffer = io.BytesIO()
        soundfile.write(
            buffer, music(SECONDS, 44100, n_channels), 44100, format=form, subtype=subtype
        )
        data = bytearray(buffer.getvalue())
        for mark, offset, layout, value in changes:
            struct.pack_into(layout, data, data.rindex(mark) + offset, value)
        return bytes(data)

    return make


@pytest.mark.parametrize("size", [0, 1, 2**32 - 1, 2**31, 0x7FFFFFFF])
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "PCM_U8"])
def test_wav_without_a_size(wave, tmp_path, size, subtype):
    changes = [(b"data", 4, "<I", size), (b"RIFF", 4, "<I", size)]
    (tmp_path / "a.wav").write_bytes(wave("WAV", subtype, changes))
    (tmp_path / "b.wav").write_bytes(wave("WAV", subtype))
    y = decode(tmp_path / "a.wav", sr=22050).y
    np.testing.assert_array_equal(y, decode(tmp_path / "b.wav", sr=22050).y)


@pytest.mark.parametrize("size", [N - 1, N + 1, N - 3, N + 3])
def test_odd_sizes(wave, tmp_path, size):
    (tmp_path / "a.wav").write_bytes(wave("WAV", changes=[(b"data", 4, "<I", size)]))
    assert decode(tmp_path / "a.wav", sr=22050).decoded_seconds == pytest.approx(3.0, abs=1e-3)


@pytest.mark.parametrize(
    ("form", "changes"),
    [
        ("RF64", [(b"ds64", 8, "<QQQ"[:2], 0), (b"ds64", 16, "<Q", 0), (b"ds64", 24, "<Q", 0)]),
        ("RF64", [(b"ds64", 16, "<Q", 2**64 - 1)]),
        ("AU", [(b".snd", 8, ">I", 0)]),
        ("AU", [(b".snd", 8, ">I", 2**32 - 1)]),
        ("CAF", [(b"data", 4, ">q", -1)]),
        ("CAF", [(b"data", 4, ">q", 0)]),
        ("AIFF", [(b"SSND", 4, ">I", 0), (b"COMM", 10, ">I", 0), (b"FORM", 4, ">I", 0)]),
        ("W64", [(b"data", 16, "<Q", 0)]),
    ],
)
def test_other_containers_without_a_size(wave, tmp_path, form, changes):
    if form == "RF64":
        changes = [(mark, offset, "<Q", value) for mark, offset, _, value in changes]
    (tmp_path / "a").write_bytes(wave(form, changes=changes))
    assert decode(tmp_path / "a", sr=22050).decoded_seconds == 3.0


def test_a_size_that_the_recorder_last_brought_up_to_date_long_ago(wave, tmp_path):
    half = [(b"data", 4, "<I", N // 2)]
    (tmp_path / "a.wav").write_bytes(wave("WAV", changes=half))
    assert decode(tmp_path / "a.wav", sr=22050).decoded_seconds == 3.0


def test_chunks_behind_the_sound_are_no_sound(wave, tmp_path):
    chunk = b"LIST" + struct.pack("<I", 100_000) + b"INFO" + bytes(99_996)
    (tmp_path / "a.wav").write_bytes(wave("WAV") + chunk)
    assert decode(tmp_path / "a.wav", sr=22050).decoded_seconds == 3.0
    whole = wave("WAV")
    start = whole.index(b"data")
    empty = whole[:start] + b"data" + bytes(4) + chunk
    (tmp_path / "b.wav").write_bytes(empty)
    with pytest.raises(AudioError, match="E-EMPTY"):
        decode(tmp_path / "b.wav", sr=22050)
