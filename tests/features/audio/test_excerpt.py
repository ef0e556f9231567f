"""An excerpt that is reached by seeking is that part of the whole file."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import soundfile

from songatlas.config.excerpt import Excerpt, parse_excerpt
from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError
from songatlas.features.audio.decode import Sound, decode
from songatlas.features.audio.frames import extract

RATE = 44100  # also the wanted rate here: no resampling blurs the edges
SECONDS = 12.0
EXACT = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
LIBAV = {"m4a": ("ipod", "aac"), "alac": ("ipod", "alac"), "wma": ("asf", "wmav2")}


@pytest.fixture
def make(music, encode_libav, tmp_path):
    def make(kind, seconds=SECONDS):
        samples = music(seconds, RATE, 2, seed=7)
        path = tmp_path / f"it.{kind}"
        if kind in EXACT:
            container, subtype = EXACT[kind]
            soundfile.write(path, samples, RATE, format=container, subtype=subtype)
            return path
        return encode_libav(path, samples, RATE, *{**LIBAV, "aac": ("adts", "aac")}[kind])

    return make


def part(whole, text):
    excerpt = parse_excerpt(text)
    first = excerpt.first_frame(rate=RATE, n_frames=len(whole))
    return whole[first : first + excerpt.n_frames(RATE)]


@pytest.mark.parametrize("text", ["start:2", "middle:3", "4.5:6.25", "11:30"])
@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "alac"])
def test_lossless_seeking_is_exact(make, kind, text):
    path = make(kind)
    whole = decode(path, sr=RATE).y
    y = decode(path, sr=RATE, excerpt=parse_excerpt(text)).y
    np.testing.assert_array_equal(y, part(whole, text))


@pytest.mark.parametrize("text", ["middle:3", "4.5:6.25"])
@pytest.mark.parametrize(("kind", "tolerance"), [("mp3", 1e-3), ("aac", 0.0)])
def test_lossy_seeking_is_as_good(make, kind, tolerance, text):
    """ADTS states no positions: what comes before is read. MP3 is sought to the sample."""
    path = make(kind)
    whole = decode(path, sr=RATE).y
    y = decode(path, sr=RATE, excerpt=parse_excerpt(text)).y
    np.testing.assert_allclose(y, part(whole, text), atol=tolerance, rtol=0)


@pytest.mark.parametrize(("kind", "shift"), [("m4a", 0), ("wma", 45)])
def test_containers_with_times_are_sought_by_them(make, kind, shift):
    """MP4 times are exact, AAC fills bands with noise of its own; ASF times are milliseconds."""
    path = make(kind)
    whole = decode(path, sr=RATE).y
    y = decode(path, sr=RATE, excerpt=parse_excerpt("4.5:6.25")).y
    first = int(4.5 * RATE)
    alike = [
        np.corrcoef(y, whole[first + offset : first + offset + len(y)])[0, 1]
        for offset in range(-shift, shift + 1)
    ]
    assert max(alike) > 0.999


def test_an_excerpt_is_resampled_as_a_file_of_its_own(make, tmp_path):
    path = make("flac")
    samples, _ = soundfile.read(path, dtype="float32")
    soundfile.write(tmp_path / "cut.wav", samples[4 * RATE : 6 * RATE], RATE, subtype="FLOAT")
    y = decode(path, sr=22050, excerpt=Excerpt(start=4.0, seconds=2.0)).y
    np.testing.assert_array_equal(y, decode(tmp_path / "cut.wav", sr=22050).y)


def test_mp3_that_borrows_bits_from_before_is_sought_without_a_scar(music, tmp_path):
    samples = music(SECONDS, 22050, 1, seed=1)
    soundfile.write(tmp_path / "a.mp3", samples, 22050, subtype="MPEG_LAYER_III")
    whole = decode(tmp_path / "a.mp3", sr=22050).y
    for start in (1.0, 3.3, 5.77, 8.123):
        y = decode(tmp_path / "a.mp3", sr=22050, excerpt=Excerpt(start=start, seconds=2.0)).y
        first = int(start * 22050)
        np.testing.assert_allclose(y, whole[first : first + 44100], atol=1e-6)


def test_only_what_is_needed_is_read(make, monkeypatch):
    path = make("flac")
    n_read = []
    sound = Sound(path, sr=RATE, excerpt=Excerpt(start=None, seconds=1.0))
    read = soundfile.SoundFile.read

    def watched(self, frames, **options):
        block = read(self, frames, **options)
        n_read.append(len(block))
        return block

    monkeypatch.setattr(soundfile.SoundFile, "read", watched)
    assert sum(map(len, sound)) == RATE
    assert sum(n_read) == 1.5 * RATE  # with half a second before it


def test_duration_is_an_excerpt_from_the_start(make):
    path = make("ogg")
    by_duration = extract(path, AudioConfig(duration=2.5))
    by_excerpt = extract(path, AudioConfig(excerpt="start:2.5"))
    np.testing.assert_array_equal(by_duration.values, by_excerpt.values)


def test_a_shorter_file_gives_what_it_has(make):
    path = make("wav", 2.0)
    whole = decode(path, sr=RATE).y
    for text in ("middle:30", "start:30", "0:7"):
        np.testing.assert_array_equal(decode(path, sr=RATE, excerpt=parse_excerpt(text)).y, whole)


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3", "m4a", "aac"])
def test_an_excerpt_behind_the_end_is_refused(make, kind):
    path = make(kind, 2.0)
    with pytest.raises(AudioError, match=r"E-SHORT: it ends before the excerpt begins, at 60.00 s"):
        decode(path, sr=RATE, excerpt=parse_excerpt("60:90"))


def test_damage_matters_where_it_was_wanted_only(make, tmp_path):
    data = make("wav").read_bytes()
    cut = tmp_path / "cut.wav"
    cut.write_bytes(data[: len(data) * 2 // 3])  # 8 of 12 seconds
    y = decode(cut, sr=RATE, excerpt=parse_excerpt("2:4")).y
    np.testing.assert_array_equal(y, part(decode(tmp_path / "it.wav", sr=RATE).y, "2:4"))
    with pytest.raises(AudioError, match="E-TRUNC"):
        decode(cut, sr=RATE, excerpt=parse_excerpt("6:10"))


@pytest.mark.battery
def test_equals_librosa_with_an_offset(librosa, make):
    path = make("flac")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, _ = librosa.load(path, sr=22050, offset=3.0, duration=2.0)
    y = decode(path, sr=22050, excerpt=parse_excerpt("3:5")).y
    np.testing.assert_array_equal(y, expected)
