"""Files in which more sound follows where a decoder stops: all of it is read, or it is said."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import soundfile

from songatlas.config.excerpt import parse_excerpt
from songatlas.errors import AudioError
from songatlas.features.audio.decode import Sound, decode

TAG = b"ID3\x03\0\0\0\0\x0a\0" + bytes(1280)
APE = (
    b"APETAGEX" + struct.pack("<IIII", 2000, 3016 + 32, 1, 0xA0000000) + bytes(8)
    + struct.pack("<II", 3000, 0) + b"Comment\0" + b"x" * 3000
    + b"APETAGEX" + struct.pack("<IIII", 2000, 3016 + 32, 1, 0x80000000) + bytes(8)
)  # fmt: skip
V1 = b"TAG" + bytes(125)
JUNK = np.random.default_rng(0).bytes(5000)


@pytest.fixture
def sound(music, encode_libav, tmp_path):
    """Bytes of a file: its kind, seconds, rate, channels."""

    def make(kind: str, seconds: float, rate: int = 44100, n_channels: int = 2, seed: int = 1):
        samples = music(seconds, rate, n_channels, seed=seed)
        if "/" in kind:
            container, codec = kind.split("/")
            options = {"write_xing": "0"} if container == "mp3" else {}
            path = tmp_path / "part"
            return encode_libav(path, samples, rate, container, codec, **options).read_bytes()
        subtypes = {"MP3": "MPEG_LAYER_III", "OGG": "VORBIS", "OPUS": "OPUS"}
        buffer = io.BytesIO()
        form = "OGG" if kind == "OPUS" else kind
        soundfile.write(buffer, samples, rate, format=form, subtype=subtypes.get(kind, "PCM_16"))
        return buffer.getvalue()

    return make


def read(tmp_path, data: bytes, excerpt: str = ""):
    (tmp_path / "joined").write_bytes(data)
    return decode(tmp_path / "joined", sr=22050, excerpt=parse_excerpt(excerpt))


@pytest.mark.parametrize(
    ("kind", "rate"),
    [("MP3", 44100), ("OGG", 44100), ("OPUS", 48000), ("FLAC", 44100), ("WAV", 44100),
     ("AIFF", 44100), ("AU", 44100), ("W64", 44100), ("RF64", 44100), ("CAF", 44100),
     ("mp3/libmp3lame", 44100), ("ogg/flac", 44100), ("adts/aac", 44100), ("ipod/aac", 44100),
     ("wv/wavpack", 44100), ("tta/tta", 44100), ("asf/wmav2", 44100), ("webm/libopus", 48000),
     ("matroska/flac", 44100), ("ac3/ac3", 48000)],
)  # fmt: skip
def test_two_files_of_a_kind(sound, tmp_path, kind, rate):
    first, second = sound(kind, 2.0, rate), sound(kind, 3.0, rate, seed=2)
    (tmp_path / "one").write_bytes(second)
    alone = decode(tmp_path / "one", sr=22050).y
    joined = read(tmp_path, first + second)
    assert joined.decoded_seconds == pytest.approx(5.0, abs=0.12)
    tail = slice(-22050, -6000)  # what stands at the end is the end of the second
    best = max(
        np.corrcoef(joined.y[-22050 + d : -6000 + d], alone[tail])[0, 1] for d in range(-3, 4)
    )
    assert best > 0.98 or kind in ("adts/aac", "ipod/aac", "ac3/ac3", "mp3/libmp3lame")


@pytest.mark.battery
@pytest.mark.parametrize("kind", ["MP3", "mp3/libmp3lame", "OGG", "FLAC", "wv/wavpack", "adts/aac"])
@pytest.mark.parametrize(("rate", "n_channels"), [(44100, 1), (22050, 2), (48000, 1)])
def test_rate_and_channels_change_on_the_way(sound, tmp_path, kind, rate, n_channels):
    parts = sound(kind, 2.0), sound(kind, 3.0, rate, n_channels), sound(kind, 2.0, seed=3)
    waveform = read(tmp_path, b"".join(parts))
    assert waveform.decoded_seconds == pytest.approx(7.0, abs=0.25)
    assert len(waveform.y) == pytest.approx(22050 * waveform.decoded_seconds, abs=3)
    level = np.abs(waveform.y[: 22050 * 6]).reshape(-1, 11025).max(axis=1)
    assert level.min() > 0.05, "no part of it is silent"


@pytest.mark.battery
@pytest.mark.parametrize("kind", ["MP3", "mp3/libmp3lame"])
@pytest.mark.parametrize(
    "between", [TAG, V1, APE, APE + V1 + TAG, bytes(4000)], ids=["id3", "v1", "ape", "all", "zeros"]
)
def test_tags_between_mpeg_files(sound, tmp_path, kind, between):
    data = TAG + sound(kind, 2.0) + between + sound(kind, 3.0, seed=2) + between
    assert read(tmp_path, data).decoded_seconds == pytest.approx(5.0, abs=0.15)


def test_other_kinds_of_ogg_in_one_chain(sound, tmp_path):
    parts = [sound("OGG", 2.0), sound("ogg/flac", 3.0), sound("OPUS", 2.0, 48000)]
    assert read(tmp_path, b"".join(parts)).decoded_seconds == pytest.approx(7.0, abs=0.05)
    many = b"".join(sound("OGG", 1.0, seed=i) for i in range(6))
    assert read(tmp_path, many).decoded_seconds == pytest.approx(6.0, abs=0.05)


@pytest.mark.battery
def test_an_excerpt_is_placed_in_all_of_it(sound, tmp_path):
    for kind, rate in (("MP3", 44100), ("OGG", 44100), ("OPUS", 48000)):
        data = sound(kind, 2.0, rate) + sound(kind, 4.0, rate, seed=2)
        whole = read(tmp_path, data).y
        for text, first in (("middle:2", 2.0), ("start:5", 0.0), ("3:5", 3.0), ("5:9", 5.0)):
            y = read(tmp_path, data, text).y
            expected = whole[int(first * 22050) :][: len(y)]
            assert len(y) == pytest.approx({"start:5": 5, "5:9": 1}.get(text, 2) * 22050, abs=9)
            assert np.corrcoef(y[2000:-2000], expected[2000:-2000])[0, 1] > 0.99, (kind, text)
        with pytest.raises(AudioError, match="E-SHORT: it ends before the excerpt begins"):
            read(tmp_path, data, "60:90")


@pytest.mark.battery
@pytest.mark.parametrize("kind", ["MP3", "OGG", "FLAC", "WAV"])
def test_what_is_missing_of_the_last_is_missing(sound, tmp_path, kind):
    first, second = sound(kind, 2.0), sound(kind, 4.0, seed=2)
    with pytest.raises(AudioError) as caught:
        read(tmp_path, first + second[: len(second) // 2])
    assert caught.value.code == "E-TRUNC"
    assert 2.0 < caught.value.decoded_seconds < 4.5
    if kind in ("OGG", "FLAC"):  # and of the first
        with pytest.raises(AudioError, match="E-TRUNC"):
            read(tmp_path, first[: len(first) // 2] + second)


def test_what_is_no_sound_behind_it_is_counted(sound, tmp_path):
    junk = np.random.default_rng(1).bytes(200_000)
    counts = {
        b"": 0, APE: 0, V1: 0, TAG * 99: 0, bytes(300_000): 0, junk: 200_000,
        JUNK: 0,  # too little to be worth a word
    }  # fmt: skip
    for kind in ("MP3", "FLAC", "OGG"):
        for behind, expected in counts.items():
            (tmp_path / "a").write_bytes(sound(kind, 2.0) + behind)
            track = Sound(tmp_path / "a", sr=22050)
            n = sum(map(len, track))
            assert n == pytest.approx(2 * 22050, abs=2), "and nothing of it is taken for sound"
            assert track.n_unread == pytest.approx(expected, abs=20_000), kind
    (tmp_path / "a").write_bytes(sound("MP3", 2.0) + sound("FLAC", 2.0))
    track = Sound(tmp_path / "a", sr=22050)
    assert sum(map(len, track)) == pytest.approx(2 * 22050, abs=2)
    assert track.n_unread > 100_000


def test_nothing_is_searched_where_nothing_follows(sound, tmp_path, monkeypatch):
    from songatlas.features.audio import further

    def never(*_: object) -> None:
        raise AssertionError("it was searched")

    for name in ("_next_frames", "_next_stream", "_next_file"):
        monkeypatch.setattr(further, name, never)
    for kind in ("MP3", "OGG", "FLAC", "WAV", "mp3/libmp3lame"):
        assert read(tmp_path, sound(kind, 2.0) + V1).decoded_seconds > 1.9


def test_the_first_of_two_is_cut_off(sound, tmp_path):
    for kind, seconds in (("MP3", 4.0), ("MP3", 9.0)):
        first, second = sound(kind, 4.0), sound(kind, seconds, seed=2)
        for kept in (0.3, 0.6):
            with pytest.raises(AudioError, match="E-TRUNC: it was cut off: another file begins"):
                read(tmp_path, first[: int(kept * len(first))] + second)
        assert read(tmp_path, first + second).decoded_seconds == pytest.approx(4 + seconds, abs=0.1)


@pytest.mark.parametrize(
    "between",
    [b"<html><body>504" + b"<p>Gateway</p>" * 500, b"StreamTitle='A - B';" * 300,
     "é夜".encode() * 900, V1 + b"one more line\r\n" * 400, bytes(300_000)],
    ids=["page", "titles", "script", "tag and text", "zeros"],
)  # fmt: skip
def test_text_among_frames_is_no_damage(sound, tmp_path, between):
    first, second = (sound("mp3/libmp3lame", 3.0, seed=seed) for seed in (1, 2))
    assert read(tmp_path, first + between).decoded_seconds == pytest.approx(3.0, abs=0.1)
    assert read(tmp_path, first + between + second).decoded_seconds == pytest.approx(6.0, abs=0.2)


def test_junk_before_a_file_that_says_where_it_begins(sound, tmp_path):
    first, second = sound("mp3/libmp3lame", 3.0), sound("MP3", 2.0, seed=2)
    assert read(tmp_path, first + JUNK + second).decoded_seconds == pytest.approx(5.0, abs=0.2)
    with pytest.raises(AudioError, match="E-DECODE: it is damaged"):  # as a sector that is gone
        read(tmp_path, first + JUNK + first[1000:])


def test_segments_of_a_broadcast_with_their_times(sound, tmp_path):
    stamp = b"PRIV\0\0\0\x35\0\0com.apple.streaming.transportStreamTimestamp" + bytes(9)
    tag = b"ID3\4\0\0\0\0\0" + bytes([len(stamp)]) + stamp
    data = b"".join(tag + sound("adts/aac", 2.0, seed=i) for i in range(4))
    assert read(tmp_path, data).decoded_seconds == pytest.approx(8.0, abs=0.3)


def test_another_kind_behind_a_wav_is_counted_from_its_end(sound, tmp_path):
    behind = sound("MP3", 6.0)
    for tags in ((b"", b""), (TAG, b""), (bytes(9000) + TAG * 3, APE)):
        (tmp_path / "a").write_bytes(sound("WAV", 2.0) + behind.join(tags))
        track = Sound(tmp_path / "a", sr=22050)
        assert sum(map(len, track)) == 2 * 22050
        assert track.n_unread == pytest.approx(len(behind), abs=40)  # the header of a tag
