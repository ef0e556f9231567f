"""Every format, rate and number of channels decodes to what librosa.load would give."""

from __future__ import annotations

import os
import shutil
import warnings

import av
import numpy as np
import pytest
import soundfile

from songatlas.features.audio.decode import decode

SNDFILE = {
    "wav-16": ("WAV", "PCM_16"),
    "wav-24": ("WAV", "PCM_24"),
    "wav-float": ("WAV", "FLOAT"),
    "wav-adpcm": ("WAV", "MS_ADPCM"),
    "rf64": ("RF64", "PCM_16"),
    "w64": ("W64", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "au": ("AU", "PCM_16"),
    "caf": ("CAF", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
LIBAV = {
    "m4a": ("ipod", "aac"),
    "aac": ("adts", "aac"),
    "alac": ("ipod", "alac"),
    "wma": ("asf", "wmav2"),
    "mka": ("matroska", "aac"),
    "wavpack": ("wv", "wavpack"),
}
FORMS = [(8000, 1), (22050, 2), (44100, 1), (44100, 2), (48000, 2), (96000, 6)]


def possible(kind: str, rate: int, n_channels: int) -> bool:
    if kind == "opus":
        return rate in (8000, 48000)
    if kind == "mp3":
        return rate <= 48000 and n_channels <= 2
    return kind != "wav-adpcm" or n_channels <= 2


@pytest.mark.battery
@pytest.mark.parametrize(
    ("kind", "rate", "n_channels"),
    [(kind, *form) for kind in SNDFILE for form in FORMS if possible(kind, *form)],
)
def test_equals_librosa_load(librosa, music, tmp_path, kind, rate, n_channels):
    path = tmp_path / "it"
    container, subtype = SNDFILE[kind]
    samples = music(1.3, rate, n_channels)
    soundfile.write(path, samples, rate, format=container, subtype=subtype)
    waveform = decode(path, sr=22050)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, _ = librosa.load(path, sr=22050)
    assert waveform.y.dtype == np.float32
    if n_channels <= 2:
        np.testing.assert_array_equal(waveform.y, expected)
    else:  # numpy adds up more than two channels in another order
        np.testing.assert_allclose(waveform.y, expected, atol=1e-6)
    assert waveform.declared_seconds == pytest.approx(1.3, abs=0.1)
    assert waveform.decoded_seconds == pytest.approx(1.3, abs=0.1)


@pytest.mark.battery
def test_duration_equals_librosa_load(librosa, music, tmp_path):
    soundfile.write(tmp_path / "a.flac", music(3.0, 44100, 2), 44100)
    for duration in (0.5, 1.49999, 2.0, 5.0):
        waveform = decode(tmp_path / "a.flac", sr=22050, duration=duration)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected, _ = librosa.load(tmp_path / "a.flac", sr=22050, duration=duration)
        np.testing.assert_array_equal(waveform.y, expected)
        assert waveform.declared_seconds == 3.0
        assert waveform.decoded_seconds == int(min(duration, 3.0) * 44100) / 44100


@pytest.mark.parametrize("kind", LIBAV)
@pytest.mark.parametrize(("rate", "n_channels"), [(22050, 1), (44100, 2), (48000, 2)])
def test_libav_formats_equal_their_own_samples(
    music, encode_libav, tmp_path, kind, rate, n_channels
):
    """The same packets, decoded and averaged here, go through a float WAV."""
    path = encode_libav(tmp_path / "it", music(2.0, rate, n_channels), rate, *LIBAV[kind])
    with av.open(str(path)) as container:
        packets = [frame.to_ndarray() for frame in container.decode(audio=0)]
    joined = np.concatenate(packets, axis=1)
    if joined.dtype.kind == "i":
        joined = (joined / 2.0 ** (8 * joined.dtype.itemsize - 1)).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", joined.mean(axis=0), rate, subtype="FLOAT")
    waveform = decode(path, sr=22050)
    np.testing.assert_allclose(waveform.y, decode(tmp_path / "a.wav", sr=22050).y, atol=1e-6)
    assert waveform.decoded_seconds == pytest.approx(2.0, abs=0.1)


def test_libav_formats_sound_like_what_was_encoded(music, encode_libav, tmp_path):
    samples = music(2.0, 44100, 2)
    soundfile.write(tmp_path / "a.wav", samples, 44100, subtype="FLOAT")
    original = decode(tmp_path / "a.wav", sr=22050).y
    for kind in ("m4a", "alac"):  # these two state their delay, so that the samples line up
        path = encode_libav(tmp_path / kind, samples, 44100, *LIBAV[kind])
        y = decode(path, sr=22050).y[: len(original)]
        assert np.corrcoef(y, original[: len(y)])[0, 1] > 0.98


@pytest.mark.parametrize("kind", ["wav-16", "flac", "ogg", "opus", "mp3"])
def test_blocks_join_without_a_seam(music, tmp_path, kind):
    container, subtype = SNDFILE[kind]
    samples = music(6.0, 48000, 2)
    soundfile.write(tmp_path / "a", samples, 48000, format=container, subtype=subtype)
    whole, _ = soundfile.read(tmp_path / "a", dtype="float32")  # in one piece
    mono = (whole[:, 0] + whole[:, 1]) * np.float32(0.5)
    np.testing.assert_array_equal(decode(tmp_path / "a", sr=48000).y, mono)


def test_a_guessed_length_is_not_declared(music, encode_libav, tmp_path):
    path = encode_libav(tmp_path / "a", music(2.0, 44100, 2), 44100, "adts", "aac")
    assert decode(path, sr=22050).declared_seconds is None


def test_content_decides_and_not_the_name(music, tmp_path):
    soundfile.write(tmp_path / "a.flac", music(1.5, 44100, 2), 44100)
    expected = decode(tmp_path / "a.flac", sr=22050).y
    for name in (
        "b.mp3",
        "b.wav",
        "b.raw",
        "b.txt",
        "b",
        "b.jpeg",
        os.fsdecode(b"caf\xe9 \xff.wav"),
    ):
        shutil.copy(tmp_path / "a.flac", tmp_path / name)
        np.testing.assert_array_equal(decode(tmp_path / name, sr=22050).y, expected)


def test_a_link_to_a_file_is_that_file(music, tmp_path):
    soundfile.write(tmp_path / "a.flac", music(1.5, 44100, 2), 44100)
    (tmp_path / "link.flac").symlink_to(tmp_path / "a.flac")
    assert decode(tmp_path / "link.flac", sr=22050).decoded_seconds == 1.5


def test_a_tag_before_the_sound_is_passed_over(music, encode_libav, tmp_path):
    path = encode_libav(tmp_path / "a.aac", music(1.5, 44100, 2), 44100, "adts", "aac")
    tag = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128 + 37)  # more padding than it says
    (tmp_path / "tagged").write_bytes(tag + path.read_bytes())
    plain = decode(path, sr=22050).y
    np.testing.assert_array_equal(decode(tmp_path / "tagged", sr=22050).y, plain)


def test_streams_that_do_not_know_their_length_are_whole(music, encode_libav, tmp_path):
    samples = music(3.0, 44100, 2)
    soundfile.write(tmp_path / "a.wav", samples, 44100)
    data = bytearray((tmp_path / "a.wav").read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"  # what a program that writes to a pipe leaves
    (tmp_path / "pipe.wav").write_bytes(data)
    soundfile.write(tmp_path / "a.flac", samples, 44100)
    data = bytearray((tmp_path / "a.flac").read_bytes())
    data[21] &= 0xF0  # STREAMINFO: 36 bits of number of samples, 0 is unknown
    data[22:26] = bytes(4)
    (tmp_path / "pipe.flac").write_bytes(data)
    for name in ("pipe.wav", "pipe.flac"):
        assert decode(tmp_path / name, sr=22050).decoded_seconds == 3.0
    # without the Xing tag the length of an MP3 is guessed from its bit rate
    options = {"write_xing": "0"}
    quiet_start = np.concatenate([np.zeros((44100 * 2, 2), np.float32), samples])
    mp3 = encode_libav(tmp_path / "b", quiet_start, 44100, "mp3", "libmp3lame", **options)
    waveform = decode(mp3, sr=22050)
    assert waveform.declared_seconds is None
    assert waveform.decoded_seconds == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize("count", ["none", "zero", "VBRI"])
@pytest.mark.parametrize("quiet_first", [True, False])
def test_frames_of_any_size_that_nobody_counted_are_all_read(music, tmp_path, count, quiet_first):
    parts = [music(4.0, 44100, 2), 1e-3 * music(4.0, 44100, 2, seed=1)]
    samples = np.concatenate(parts[::-1] if quiet_first else parts)
    options = {"bitrate_mode": "VARIABLE", "compression_level": 0.2}
    soundfile.write(tmp_path / "a.mp3", samples, 44100, format="MP3", **options)
    whole = decode(tmp_path / "a.mp3", sr=22050).y
    data = bytearray((tmp_path / "a.mp3").read_bytes())
    at = data.index(b"Xing")
    if count == "none":
        del data[at - 36 : data.index(b"\xff\xfb", at)]
    else:
        data[at : at + 12] = b"VBRI" + bytes(8) if count == "VBRI" else b"Xing" + bytes(8)
    (tmp_path / "b.mp3").write_bytes(data)
    waveform = decode(tmp_path / "b.mp3", sr=22050)
    assert waveform.declared_seconds is None
    assert waveform.decoded_seconds == pytest.approx(8.05, abs=0.08)
    end, expected = waveform.y[-44100:-22050], whole[-42900:-23250]  # padding shifts one of them
    alike = np.correlate(end, expected) / (np.linalg.norm(end) * np.linalg.norm(expected))
    assert alike.max() > 0.9


@pytest.mark.parametrize("n_missing", [*range(1, 1000, 111), 417])
def test_a_last_frame_that_is_cut_ends_frames_that_nobody_counted(music, tmp_path, n_missing):
    """As a radio's recorder or a download leaves it: what is before it is whole."""
    options = {"bitrate_mode": "CONSTANT", "compression_level": 0.5}
    soundfile.write(tmp_path / "a.mp3", music(2.0, 44100, 2), 44100, format="MP3", **options)
    data = (tmp_path / "a.mp3").read_bytes()
    first = data.index(b"\xff\xfb", data.index(b"Info"))
    (tmp_path / "a.mp3").write_bytes(data[first : len(data) - n_missing])
    assert decode(tmp_path / "a.mp3", sr=22050).decoded_seconds == pytest.approx(2.0, abs=0.06)
