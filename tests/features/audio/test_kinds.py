"""What people have: containers of every kind, and MP3s that begin with something else."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from songatlas.errors import AudioError
from songatlas.features.audio.decode import decode
from songatlas.library.scan import Found, scan
from songatlas.library.walk import walk

# name of the file, muxer, encoder, rate, channels
CONTAINERS = [
    ("a.oga", "ogg", "flac", 44100, 2), ("a.ogx", "ogg", "libopus", 48000, 2),
    ("a.webm", "webm", "libopus", 48000, 2), ("a.mka", "matroska", "ac3", 48000, 2),
    ("a.3gp", "3gp", "aac", 44100, 2), ("a.3g2", "3g2", "aac", 44100, 1),
    ("a.mov", "mov", "pcm_s16be", 44100, 2), ("a.m4r", "ipod", "alac", 44100, 2),
    ("a.ac3", "ac3", "ac3", 48000, 6), ("a.ec3", "eac3", "eac3", 48000, 2),
    ("a.tta", "tta", "tta", 44100, 2), ("a.wv", "wv", "wavpack", 96000, 2),
    ("a.mp2", "mp2", "mp2", 44100, 2), ("a.aifc", "aiff", "pcm_mulaw", 44100, 2),
    ("b.aifc", "aiff", "adpcm_ima_qt", 44100, 1), ("a.caf", "caf", "alac", 44100, 2),
    ("a.w64", "w64", "pcm_s16le", 44100, 2), ("a.wav", "wav", "libmp3lame", 44100, 2),
    ("b.wav", "wav", "ac3", 48000, 2), ("a.rm", "rm", "ac3", 48000, 2),
    ("a.aac", "mpegts", "aac", 48000, 2), ("a.mp3", "mpegts", "libmp3lame", 44100, 2),
    ("b.aac", "flv", "aac", 44100, 2), ("b.mp3", "flv", "libmp3lame", 44100, 2),
    ("c.mp3", "mpeg", "mp2", 48000, 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "muxer", "codec", "rate", "n_channels"), CONTAINERS)
def test_what_libav_reads_is_found_and_read(
    music, encode_libav, tmp_path, name, muxer, codec, rate, n_channels
):
    try:
        encode_libav(tmp_path / name, music(2.0, rate, n_channels), rate, muxer, codec)
    except ValueError:
        pytest.skip("this libav cannot write it")
    (found,) = scan(walk([tmp_path]))
    assert isinstance(found, Found)
    waveform = decode(found.source, sr=22050)
    assert waveform.decoded_seconds == pytest.approx(2.0, abs=0.15)
    assert np.abs(waveform.y).max() > 0.05


@pytest.mark.parametrize("padding", [0, 4, 4096, 30_000])
def test_coded_sound_in_the_samples_of_a_wav_is_no_noise(music, encode_libav, tmp_path, padding):
    path = encode_libav(tmp_path / "a", music(3.0, 48000, 2), 48000, "spdif", "ac3")
    data = bytes(padding) + path.read_bytes()
    form = struct.pack("<IHHIIHH", 16, 1, 2, 48000, 192_000, 4, 16)
    head = b"WAVEfmt " + form + b"data" + struct.pack("<I", len(data))
    path.write_bytes(b"RIFF" + struct.pack("<I", len(head) + len(data)) + head + data)
    waveform = decode(path, sr=22050)
    assert waveform.decoded_seconds == pytest.approx(3.0, abs=0.2)
    spectrum = np.abs(np.fft.rfft(waveform.y[22050:44100])) ** 2
    assert spectrum[8000:].sum() < 0.05 * spectrum.sum(), "of noise it is a quarter"


def bits(seconds: float, rate: int) -> np.ndarray:
    """A tone of 440 Hz as one bit a sample, by a first-order sigma-delta modulator."""
    wave = 0.4 * np.sin(2 * np.pi * 440 / rate * np.arange(int(seconds * rate)))
    steps = np.floor(np.cumsum((wave + 1) / 2))
    return np.diff(steps, prepend=0.0).astype(np.uint8)


def dsf(stream: np.ndarray, rate: int) -> bytes:
    packed = np.packbits(stream, bitorder="little").tobytes()
    packed += bytes(-len(packed) % 4096)
    form = struct.pack("<QIIIIIIQII", 52, 1, 0, 1, 1, rate, 1, len(stream), 4096, 0)
    head = b"DSD " + struct.pack("<QQQ", 28, 92 + len(packed), 0) + b"fmt " + form
    return head + b"data" + struct.pack("<Q", 12 + len(packed)) + packed


def dff(stream: np.ndarray, rate: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack(">Q", len(data)) + data + bytes(len(data) % 2)

    form = b"SND " + chunk(b"FS  ", struct.pack(">I", rate))
    form += chunk(b"CHNL", struct.pack(">H", 1) + b"C000") + chunk(
        b"CMPR", b"DSD \x0enot compressed\0"
    )
    body = b"DSD " + chunk(b"FVER", b"\1\5\0\0") + chunk(b"PROP", form)
    return chunk(b"FRM8", body + chunk(b"DSD ", np.packbits(stream).tobytes()))


@pytest.mark.battery
@pytest.mark.parametrize("write", [dsf, dff])
@pytest.mark.parametrize("rate", [2_822_400, 5_644_800])
def test_one_bit_a_sample(tmp_path, write, rate):
    path = tmp_path / f"a.{write.__name__}"
    path.write_bytes(write(bits(1.2, rate), rate))
    (found,) = scan(walk([tmp_path]))
    assert isinstance(found, Found)
    y = decode(path, sr=22050).y
    assert len(y) == pytest.approx(1.2 * 22050, abs=30)
    spectrum = np.abs(np.fft.rfft(y[2000:24050]))
    assert spectrum.argmax() * 22050 / 22050 == pytest.approx(440, abs=2)


RANDOM = np.random.default_rng(3).bytes(300_000)
JUNK = {
    "kilobytes of zeros": bytes(5000),
    "a hundred of them": bytes(100_000),
    "a mark of UTF-8": b"\xef\xbb\xbf",
    "a page": b"<!DOCTYPE html><html><p>404</p>\n" + b"<p>not found</p>\n" * 300,
    "an answer of a server": b"ICY 200 OK\r\nicy-name: here\r\n\r\n",
    "a RIFF header": b"RIFF\0\0\1\0WAVELIST\x04\0\0\0INFO",
    "another one": b"RIFF\0\0\1\0RMP3data\0\0\1\0",
    "an APE tag": b"APETAGEX" + struct.pack("<IIII", 2000, 832, 0, 0xA0000000) + bytes(808)
    + b"APETAGEX" + struct.pack("<IIII", 2000, 832, 0, 0x80000000) + bytes(8),
    "a tag that is longer than it says": b"ID3\3\0\0\0\0\1\0" + bytes(128) + RANDOM[:900],
    "zeros and a tag": bytes(3000) + b"ID3\3\0\0\0\0\1\0" + bytes(128),
    "other bytes": RANDOM,
}  # fmt: skip


@pytest.mark.battery
@pytest.mark.parametrize("what", JUNK)
@pytest.mark.parametrize("counted", ["0", "1"])
def test_what_stands_before_the_first_frame_is_passed_over(
    music, encode_libav, tmp_path, what, counted
):
    options = {"write_xing": counted, "id3v2_version": "0"}
    samples = music(2.0, 44100, 2)
    path = encode_libav(tmp_path / "a.mp3", samples, 44100, "mp3", "libmp3lame", **options)
    alone = decode(path, sr=22050)
    path.write_bytes(JUNK[what] + path.read_bytes())
    (found,) = scan(walk([tmp_path]))
    assert isinstance(found, Found)
    waveform = decode(path, sr=22050)
    assert waveform.decoded_seconds == pytest.approx(alone.decoded_seconds, abs=0.06)
    n = min(len(waveform.y), len(alone.y)) - 2000
    shifted = [waveform.y[-n - 1000 + d :][: n // 2] for d in (0, *range(-3, 4))]
    level = [np.abs(part).max() for part in shifted]
    assert min(level) > 0.05


def test_a_file_that_has_lost_its_first_frame_is_damaged(music, encode_libav, tmp_path):
    options = {"write_xing": "0", "id3v2_version": "0"}
    samples = music(2.0, 44100, 2)
    path = encode_libav(tmp_path / "a.mp3", samples, 44100, "mp3", "libmp3lame", **options)
    data = path.read_bytes()
    for damaged in (data[64:], b"\x55" * 16 + data[16:], bytes(4) + data[4:]):
        path.write_bytes(damaged)
        with pytest.raises(AudioError, match="E-DECODE"):
            decode(path, sr=22050)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.ofr", b"OFR " + RANDOM[:400], "OptimFROG, which is not supported"),
        ("a.aa", RANDOM[:4] + b"\x57\x90\x75\x36" + RANDOM[:400], "Audible book, which is not"),
        ("a.mp3", b"Extended Module: x" + bytes(99), "a tracker's notes, which are not supported"),
        ("a.dsf", b"<html>" * 99, "a web page"),
        ("a.webm", b"\x89PNG" + bytes(99), "a PNG picture"),
    ],
)
def test_what_is_not_supported_is_named(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    (skip,) = scan(walk([tmp_path]))
    assert skip.code == "E-DECODE"
    assert said in skip.reason


def test_headers_of_the_blocks_of_a_voc_are_no_sound(music, tmp_path):
    samples = (music(2.0, 44100, 1) * 2**15).astype("<i2")
    blocks = [
        b"\x09" + (12 + piece.nbytes).to_bytes(3, "little")
        + struct.pack("<IBBHI", 44100, 16, 1, 4, 0) + piece.tobytes()
        for piece in np.split(samples, 100)
    ]  # fmt: skip
    head = b"Creative Voice File\x1a" + struct.pack("<HHH", 26, 0x0114, 0x111F)
    (tmp_path / "a.voc").write_bytes(head + b"".join(blocks) + b"\0")
    y = decode(tmp_path / "a.voc", sr=44100).y
    np.testing.assert_array_equal(y, samples[:, 0] / np.float32(2**15))
