"""Files that break off or are damaged within: never silently shorter."""

from __future__ import annotations

import contextlib
import errno
import re

import numpy as np
import pytest
import soundfile
from batteries.whatever_sound import sound

from songatlas.errors import AudioError
from songatlas.features.audio import libav
from songatlas.features.audio.decode import Waveform, decode


def outcome(path, duration=0.0) -> Waveform | AudioError:
    try:
        return decode(path, sr=22050, duration=duration)
    except AudioError as error:
        return error


CUT = {
    "WAV": ("WAV", "PCM_16"),
    "AIFF": ("AIFF", "PCM_16"),
    "FLAC": ("FLAC", "PCM_16"),
    "Vorbis": ("OGG", "VORBIS"),
    "Opus": ("OGG", "OPUS"),
    "MP3": ("MP3", "MPEG_LAYER_III"),
}


@pytest.mark.parametrize("kind", CUT)
@pytest.mark.parametrize("share", [0.35, 0.6, 0.9])
def test_cut_off(music, tmp_path, kind, share, refusal):
    container, subtype = CUT[kind]
    soundfile.write(tmp_path / "a", music(4.0, 48000, 2), 48000, format=container, subtype=subtype)
    data = (tmp_path / "a").read_bytes()
    (tmp_path / "cut").write_bytes(data[: int(share * len(data))])
    assert decode(tmp_path / "a", sr=22050).decoded_seconds == pytest.approx(4.0, abs=0.05)
    error = refusal(tmp_path / "cut")
    assert error.code == "E-TRUNC"
    assert error.decoded_seconds < 4 * share + 0.5
    if kind not in ("Vorbis", "Opus"):
        assert error.declared_seconds == pytest.approx(4.0, abs=0.05)
    # what was asked for is there
    assert decode(tmp_path / "cut", sr=22050, duration=0.3).decoded_seconds == 0.3


@pytest.mark.parametrize(
    ("container", "codec", "options"),
    [
        ("ipod", "aac", {}),
        ("ipod", "aac", {"movflags": "faststart"}),
        ("ipod", "alac", {}),
        ("adts", "aac", {}),
        ("asf", "wmav2", {}),
    ],
)
def test_cut_off_libav_formats(music, encode_libav, tmp_path, container, codec, options, refusal):
    path = encode_libav(tmp_path / "a", music(8.0, 44100, 2), 44100, container, codec, **options)
    assert decode(path, sr=22050).decoded_seconds == pytest.approx(8.0, abs=0.1)
    data = path.read_bytes()
    (tmp_path / "cut").write_bytes(data[: 6 * len(data) // 10])
    assert refusal(tmp_path / "cut").code == "E-TRUNC"


def test_a_missing_last_packet_is_tolerated(music, tmp_path):
    soundfile.write(tmp_path / "a.mp3", music(8.0, 44100, 2), 44100)
    data = (tmp_path / "a.mp3").read_bytes()
    (tmp_path / "b.mp3").write_bytes(data[:-700])
    assert decode(tmp_path / "b.mp3", sr=22050).decoded_seconds > 7.8


@pytest.mark.parametrize("container", ["FLAC", "OGG", "MP3"])
def test_damage_within_is_not_silent(music, tmp_path, container):
    soundfile.write(tmp_path / "a", music(8.0, 44100, 2), 44100, format=container)
    data = bytearray((tmp_path / "a").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = np.random.default_rng(0).bytes(4000)
    (tmp_path / "a").write_bytes(data)
    result = outcome(tmp_path / "a")
    if isinstance(result, AudioError):
        assert result.code in ("E-DECODE", "E-TRUNC")
        assert result.decoded_seconds is not None
    else:  # a decoder may find its way back, but then nothing may be missing
        assert container == "MP3"
        assert result.decoded_seconds == pytest.approx(8.0, abs=0.25)


def test_damage_in_flac_names_the_time(music, tmp_path, refusal):
    soundfile.write(tmp_path / "a.flac", music(8.0, 44100, 2), 44100)
    data = bytearray((tmp_path / "a.flac").read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = np.random.default_rng(0).bytes(4000)
    (tmp_path / "a.flac").write_bytes(data)
    error = refusal(tmp_path / "a.flac")
    assert error.code == "E-DECODE"
    found = re.search(r"damaged after (\d\.\d\d) s: \w+", error.reason)
    assert found
    assert float(found[1]) < 4.1


@pytest.mark.parametrize("duration", [0.0, 1.0])
def test_no_damage_goes_unnamed(music, tmp_path, duration):
    """Whatever is done to the bytes: samples that are finite, or a code with a reason."""
    rng = np.random.default_rng(7)
    for container in ("WAV", "FLAC", "OGG", "MP3", "AIFF"):
        soundfile.write(tmp_path / "a", music(1.5, 44100, 2), 44100, format=container)
        whole = (tmp_path / "a").read_bytes()
        for _ in range(12):
            data = bytearray(whole)
            for position in rng.integers(0, min(len(data), 4 * rng.integers(20, 30000)), 8):
                data[position] = rng.integers(256)
            (tmp_path / "b").write_bytes(data[: rng.integers(1, 2 * len(data))])
            result = outcome(tmp_path / "b", duration)
            if isinstance(result, AudioError):
                assert re.fullmatch(r"E-[A-Z]+", result.code)
                assert result.reason
            else:
                assert np.isfinite(result.y).all()
                assert len(result.y) > 0


def test_a_container_that_points_before_its_beginning_is_damaged_and_no_crash(tmp_path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(100))
    with path.open("rb") as file:
        source = libav._Source(file)
        assert [source.seek(*where) for where in ((5,), (-9,), (-200, 2), (2**70,))] == [
            5, -errno.EINVAL, -errno.EINVAL, -errno.EINVAL,
        ]  # fmt: skip
        assert source.read(3) == bytes(3)


@pytest.mark.battery
@pytest.mark.parametrize(
    "kind", ["asf/wmav2", "matroska/flac", "wv/wavpack", "ipod/aac", "tta/tta"]
)
def test_flipped_headers_of_containers_are_read_or_named(kind, tmp_path) -> None:
    whole, rng = sound(kind, 1.5), np.random.default_rng(0)
    for _ in range(150):
        data = bytearray(whole)
        for i in rng.integers(16, 1500, size=int(rng.integers(1, 60))):
            data[i] ^= 1 << int(rng.integers(8))
        (tmp_path / "a").write_bytes(data)
        with contextlib.suppress(AudioError):
            assert np.isfinite(decode(tmp_path / "a", sr=22050).y).all()
