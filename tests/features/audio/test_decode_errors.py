"""Every code, from files that code makes."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from pathlib import Path

import numpy as np
import pytest
import soundfile

from songatlas.config.stages import AudioConfig
from songatlas.errors import TRANSIENT, AudioError
from songatlas.features.audio.decode import decode
from songatlas.features.audio.frames import extract
from songatlas.store.formats import FORMATS
from songatlas.store.regular_file import Reading


@pytest.mark.parametrize(
    ("data", "described"),
    [
        (b"Dear listener, this is a letter.\n", "text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "a PNG picture"),
        (b"\xff\xd8\xff\xe0" + bytes(500), "a JPEG picture"),
        (b"PK\x03\x04" + bytes(500), "a zip archive"),
        (b"#EXTM3U\nhttp://127.0.0.1:9/a.mp3\n", "a playlist"),
        (bytes(5000), "zero bytes only"),
        (np.random.default_rng(0).bytes(5000), "no format that is known"),
        (b"RIFF\x00\x01\x00\x00WAVEjunk" + bytes(300), "WAV"),
        (b"\x00\x00\x00\x20ftypM4A " + bytes(300), "MP4"),
        (b"\x1a\x45\xdf\xa3" + bytes(300), "Matroska"),
    ],
)
def test_what_is_no_sound_is_named(tmp_path, data, described, refusal):
    path = tmp_path / "song.mp3"
    path.write_bytes(data)
    error = refusal(path)
    assert error.code == "E-DECODE"
    assert described in error.reason
    assert data[:8].hex(" ").upper() in error.reason


def test_a_film_without_sound(tmp_path, refusal):
    import av

    with av.open(str(tmp_path / "a.mp4"), "w", format="mp4") as file:
        stream = file.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        picture = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")
        file.mux(stream.encode(picture))
        file.mux(stream.encode(None))
    error = refusal(tmp_path / "a.mp4")
    assert error.code == "E-DECODE"
    assert "no sound" in error.reason


def test_empty(tmp_path, refusal):
    (tmp_path / "nothing.mp3").write_bytes(b"")
    assert refusal(tmp_path / "nothing.mp3").code == "E-EMPTY"
    for form in ("WAV", "FLAC", "AIFF"):
        soundfile.write(tmp_path / form, np.zeros((0, 2)), 44100, format=form)
        error = refusal(tmp_path / form)
        assert (error.code, error.decoded_seconds) == ("E-EMPTY", 0.0)


def test_short(music, tmp_path, write_wav):
    path = write_wav(tmp_path / "a.wav", music(0.5, 44100, 1))
    with pytest.raises(AudioError, match=r"0\.50 s of sound; at least 1 s") as caught:
        extract(path, AudioConfig())
    assert caught.value.code == "E-SHORT"
    assert caught.value.declared_seconds == caught.value.decoded_seconds == 0.5
    assert extract(path, AudioConfig(min_duration=0.5)).seconds == 0.5


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("zeros", "it is silent"),
        ("denormal", "it is silent"),
        ("dither", "it is silent"),
        ("constant", "constant level of 0.5"),
        ("opposite", "cancel out"),
        ("nearly opposite", "cancel out"),
    ],
)
def test_silent(music, tmp_path, name, why, refusal, write_wav):
    tune = music(2.0, 44100, 1)[:, 0]
    samples = {
        "zeros": np.zeros((88200, 2)),
        "denormal": np.full((88200, 2), 1e-40) * np.sign(tune)[:, None],
        "dither": 2e-5 * np.sign(tune),
        "constant": np.full((88200, 2), 0.5),
        "opposite": np.stack([tune, -tune], axis=1),
        "nearly opposite": np.stack([tune, -tune + 1e-5 * np.sign(tune)], axis=1),
    }[name]
    error = refusal(write_wav(tmp_path / "a.wav", samples))
    assert error.code == "E-SILENT"
    assert why in error.reason
    assert error.decoded_seconds == 2.0


def test_channels_that_cancel_out_stay_so_in_mp3(music, tmp_path, refusal):
    tune = music(2.0, 44100, 1)[:, 0]
    soundfile.write(tmp_path / "a.mp3", np.stack([tune, -tune], axis=1), 44100)
    assert refusal(tmp_path / "a.mp3").code == "E-SILENT"


def test_quiet_music_is_not_silent(music, tmp_path, write_wav):
    tune = 2e-3 * music(2.0, 44100, 2)
    assert decode(write_wav(tmp_path / "a.wav", tune), sr=22050).decoded_seconds == 2.0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30, -3e38])
def test_not_finite(music, tmp_path, value, refusal, write_wav):
    samples = music(2.0, 44100, 2)
    samples[80_000, 1] = value
    error = refusal(write_wav(tmp_path / "a.wav", samples))
    assert error.code == "E-NONFINITE"
    assert error.declared_seconds == 2.0
    assert decode(tmp_path / "a.wav", sr=22050, duration=1.0).decoded_seconds == 1.0


def test_integers_kept_as_floats_are_sound(music, tmp_path, write_wav):
    path = write_wav(tmp_path / "a.wav", 2.0**31 * music(2.0, 44100, 1))
    frames = extract(path, AudioConfig())
    assert np.isfinite(frames.values).all()
    assert np.isfinite(frames.mel).all()


@pytest.mark.parametrize("rate", [1, 3999, 384_001, 2_000_000])
def test_rate(tmp_path, rate, refusal, write_wav):
    error = refusal(write_wav(tmp_path / "a.wav", np.ones(100), rate, "PCM_16"))
    assert error.code == "E-RATE"
    assert f"Got {rate}" in error.reason


@pytest.mark.parametrize("rate", [4000, 384_000])
def test_extreme_rates_that_are_allowed(music, tmp_path, rate, write_wav):
    waveform = decode(write_wav(tmp_path / "a.wav", music(1.0, rate, 1), rate), sr=22050)
    assert len(waveform.y) == 22050


def test_channels(music, tmp_path, refusal, write_wav):
    for n_channels in (33, 64):
        error = refusal(write_wav(tmp_path / "a.wav", music(0.1, 44100, n_channels)))
        assert error.code == "E-CHANNELS"
        assert f"Got {n_channels}" in error.reason
    assert len(decode(write_wav(tmp_path / "a.wav", music(0.1, 44100, 32)), sr=22050).y) == 2205


def test_encrypted(music, encode_libav, tmp_path, refusal):
    path = encode_libav(tmp_path / "a", music(2.0, 44100, 2), 44100, "ipod", "aac")
    data = path.read_bytes()
    assert data.count(b"mp4a") == 1
    path.write_bytes(data.replace(b"mp4a", b"drms"))
    error = refusal(path)
    assert error.code == "E-DRM"
    assert "FairPlay" in error.reason
    path = encode_libav(tmp_path / "b", music(2.0, 44100, 2), 44100, "asf", "wmav2")
    data = path.read_bytes()
    encryption = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
    path.write_bytes(data[:30] + encryption + data[46:])
    assert refusal(path).code == "E-DRM"


def test_sound_that_no_decoder_knows(music, encode_libav, tmp_path, refusal):
    path = encode_libav(tmp_path / "a", music(2.0, 44100, 2), 44100, "asf", "wmav2")
    data = bytearray(path.read_bytes())
    form = data.index(b"\x61\x01\x02\x00")  # WAVEFORMATEX: WMA 2, two channels
    data[form : form + 2] = b"\x0b\x00"  # a format that nobody implements
    path.write_bytes(data)
    error = refusal(path)
    assert error.code == "E-DECODE"
    assert "no decoder" in error.reason


def test_what_is_no_regular_file(tmp_path, refusal):
    os.mkfifo(tmp_path / "pipe.wav")  # plain decoders wait for ever
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "nowhere.wav").symlink_to(tmp_path / "missing")
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    found = {
        "pipe.wav": "named pipe",
        "folder.wav": "folder",
        "nowhere.wav": "link to nothing",
        "loop.wav": "link that leads back",
        "vanished.wav": "not there any more",
        "/dev/zero": "device",
    }
    for name, why in found.items():
        error = refusal(tmp_path / name)
        assert error.code == "E-NOTREGULAR"
        assert why in error.reason


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs local sockets")
def test_a_socket_is_no_regular_file(tmp_path, monkeypatch, refusal):
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a.wav")
        assert "socket" in refusal(tmp_path / "a.wav").reason


def test_permission(music, tmp_path, refusal, write_wav):
    path = write_wav(tmp_path / "a.wav", music(1.0, 44100, 1))
    decode(path, sr=22050)
    path.chmod(0)
    if os.geteuid() == 0:  # root reads everything
        os.seteuid(65534)
        try:
            error = refusal(path)
        finally:
            os.seteuid(0)
    else:
        error = refusal(path)
    assert error.code == "E-PERM"


def test_decoders_write_nothing_to_the_terminal(music, encode_libav, tmp_path, capfd):
    soundfile.write(tmp_path / "a.mp3", music(4.0, 44100, 2), 44100)
    data = bytearray((tmp_path / "a.mp3").read_bytes())
    rng = np.random.default_rng(0)
    for position in rng.integers(1000, len(data), 300):
        data[position] ^= 0x55
    comment = b"COMM\x00\x00\x00\x04\x00\x00\x03eng".ljust(256, b"\0")
    (tmp_path / "b.mp3").write_bytes(b"ID3\x04\x00\x00\x00\x00\x02\x00" + comment + data)
    with soundfile.SoundFile(tmp_path / "b.mp3") as sound:
        sound.read()
    assert "libmpg123" in capfd.readouterr().err  # what would be there otherwise
    aac = encode_libav(tmp_path / "a.aac", music(4.0, 44100, 2), 44100, "adts", "aac")
    data = bytearray(aac.read_bytes())
    for position in rng.integers(1000, len(data), 300):
        data[position] ^= 0x55
    aac.write_bytes(data)
    for path in (tmp_path / "b.mp3", aac):
        with pytest.raises(AudioError):
            decode(path, sr=22050)
    os.write(2, b"and afterwards it speaks again")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "and afterwards it speaks again")


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="needs Linux")  # noqa: PTH110
def test_a_disk_that_fails_is_no_fault_of_the_file(refusal):
    """The first page of a process' memory is a regular file that nobody can read."""
    error = refusal(Path("/proc/self/mem"))
    assert (error.code, error.reason) == ("E-PERM", "it cannot be read: Input/output error")
    assert error.code in TRANSIENT


@pytest.mark.parametrize("container", ["flac", "mp3", "wav", "m4a"])
def test_a_disk_that_fails_half_way_is_not_a_file_that_ends_there(
    tmp_path, monkeypatch, music, encode_libav, refusal, container
):
    """Decoders take a read that fails for the end of the file, or for nothing at all."""

    class Failing(Reading):
        def readinto(self, buffer, /):
            if self.tell() + len(buffer) > 40_000 and self.failed is None:
                self.failed = OSError(errno.EIO, "Input/output error")
                raise self.failed
            return super().readinto(buffer)

    path = tmp_path / f"a.{container}"
    if container == "m4a":
        encode_libav(path, music(20, 44100, 2), 44100, "mp4", "aac")
    else:
        soundfile.write(path, music(20, 44100, 2), 44100)
    assert path.stat().st_size > 80_000
    decode(path, sr=22050)
    monkeypatch.setattr("songatlas.features.audio.content.Reading", Failing)
    assert refusal(path).code == "E-PERM"


@pytest.mark.parametrize("fill", [b"\0", b"\xff", bytes(range(97, 117))], ids=["0", "255", "text"])
def test_a_head_of_any_format_and_nothing_sensible_behind_it_is_an_audio_error_at_most(
    tmp_path, fill
):
    """Sizes that stand there may be cut off, or greater than any file."""
    for row in FORMATS:
        head = bytearray(max((at + len(magic) for at, magic in row.signature), default=0))
        for at, magic in row.signature:
            head[at : at + len(magic)] = magic
        for n_more in (0, 1, 3, 7, 12, 40, 200):
            path = tmp_path / "x.wav"
            path.write_bytes(head + (fill * 200)[:n_more])
            with contextlib.suppress(AudioError):  # a few decode the zeros
                assert np.isfinite(decode(path, sr=22050).y).all()
