"""Minutes of silence are no observation, and no excerpt."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from songatlas.config import load_config
from songatlas.config.excerpt import parse_excerpt
from songatlas.config.stages import AudioConfig
from songatlas.errors import AudioError
from songatlas.features.audio.clip import frame_table
from songatlas.features.audio.decode import Sound, decode
from songatlas.features.audio.descriptors import describe_frames
from songatlas.features.audio.first_frames import OpeningInput
from songatlas.features.audio.frames import columns, extract, extract_table
from songatlas.features.audio.silence import sounding, sounding_frames
from songatlas.features.audio.windows import WindowInput
from songatlas.features.whitening import Whitening

RATE = 22050


def quiet(seconds: float, kind: str = "digital", seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    n = int(seconds * RATE)
    noise = {
        "digital": np.zeros(n),
        "triangular dither": (rng.uniform(-0.5, 0.5, n) + rng.uniform(-0.5, 0.5, n)) / 32768,
        "shaped dither": np.diff(rng.normal(0, 2.5e-5, n + 1)),
        "hiss at -80 dB": rng.normal(0, 1e-4, n),
        "an offset": np.full(n, 1e-4),
        "a great offset": np.full(n, 1e-3),
        "mains hum": 4e-4 * np.sin(2 * np.pi * 50 / RATE * np.arange(n)),
    }[kind]
    return noise[:, None].astype(np.float32)


KINDS = ["digital", "triangular dither", "shaped dither", "hiss at -80 dB", "an offset"]
KINDS += ["a great offset", "mains hum"]


@pytest.fixture
def save(tmp_path):
    def save(*parts: np.ndarray, name: str = "a.wav", subtype: str = "FLOAT"):
        path = tmp_path / name
        soundfile.write(path, np.concatenate(parts), RATE, subtype=subtype)
        return path

    return save


def windows(path, **settings):
    table, facts = extract_table(path, AudioConfig(**settings))
    return WindowInput.reduce(columns(table, facts["seconds"]), load_config()), facts


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["before", "between", "behind"])
def test_long_silence_is_in_no_window(music, save, kind, place):
    song, silence = music(18.0, RATE, 1), quiet(20.0, kind)
    alone, facts = windows(save(song, name="alone.wav"))
    assert "silent" not in facts
    parts = {
        "before": (silence, song), "behind": (song, silence),
        "between": (song[: 9 * RATE], silence, song[9 * RATE :]),
    }[place]  # fmt: skip
    found, facts = windows(save(*parts))
    assert facts["silent"] == pytest.approx(20.0, abs=0.3)
    assert facts["seconds"] == 38.0
    assert len(found) == len(alone)
    np.testing.assert_allclose(found[:, 0], alone[:, 0], atol=25)  # mean loudness; silence: −500


def test_pauses_fades_and_quiet_recordings_stay(music, save):
    song = music(6.0, RATE, 1)
    for parts in (
        (song, quiet(1.5), song),
        (song * np.linspace(1, 0.02, len(song), dtype=np.float32)[:, None],),
        (song * np.float32(1e-3),),
        (song, song * np.float32(0.02), song),
    ):
        _, facts = windows(save(*parts))
        assert "silent" not in facts


@pytest.mark.battery
def test_a_song_with_a_hidden_track_is_next_to_itself(save):
    """Ten songs, each once as it is and once with long silence."""
    tracks = []
    for i in range(10):
        rng = np.random.default_rng(i)
        notes = rng.choice([1, 9 / 8, 5 / 4, 3 / 2, 2], 40) * rng.uniform(80, 500)
        tones = np.repeat(notes, 12 * RATE // 40)
        decay = np.exp(-rng.uniform(1, 9) * np.mod(np.arange(len(tones)) / RATE, 0.3))
        song = decay * np.sin(2 * np.pi * np.cumsum(tones) / RATE)
        song = (0.3 * song + 0.003 * rng.normal(size=len(song)))[:, None].astype(np.float32)
        silence = quiet(20.0, KINDS[i % 4], seed=i)
        tracks.append(windows(save(song))[0])
        tracks.append(windows(save(song[: 8 * RATE], silence, song[8 * RATE :]))[0])
    means = Whitening.fit(tracks).flat(tracks)
    distances = np.linalg.norm(means[:, None] - means[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    np.testing.assert_array_equal(distances.argmin(axis=1), np.arange(20) ^ 1)


@pytest.mark.battery
@pytest.mark.parametrize("kind", KINDS[:4])
def test_an_excerpt_is_one_of_the_sound(music, save, kind):
    first, last = music(30.0, RATE, 1), music(12.0, RATE, 1, seed=2)
    path = save(first, quiet(40.0, kind), last)
    for text in ("middle:9", "start:9"):
        sound = Sound(path, sr=RATE, excerpt=parse_excerpt(text))
        y = np.concatenate(list(sound))
        assert len(y) == 9 * RATE
        assert np.abs(y).reshape(-1, RATE).max(axis=1).min() > 0.05
        assert (sound.moved > 30) == (text == "middle:9")
    y = decode(path, sr=RATE, excerpt=parse_excerpt("middle:9")).y
    begin = int((42 - 9) / 2 * RATE)  # of the sound
    lag = np.correlate(first[begin - 2 * RATE : begin + 3 * RATE, 0], y[:RATE], "valid").argmax()
    assert abs(lag - 2 * RATE) < RATE, "the middle of the sound, give or take a step"


@pytest.mark.battery
def test_an_excerpt_passes_over_silence_at_either_end(music, save):
    song = music(20.0, RATE, 1)
    for parts in ((quiet(30.0), song), (song, quiet(70.0)), (quiet(30.0), song, quiet(50.0))):
        for text in ("start:12", "middle:12"):
            y = decode(save(*parts), sr=RATE, excerpt=parse_excerpt(text)).y
            assert len(y) == 12 * RATE
            assert (np.abs(y).reshape(-1, RATE).max(axis=1) > 0.05).sum() >= 10


def test_times_that_somebody_names_are_taken_at_their_word(music, save):
    path = save(music(10.0, RATE, 1), quiet(30.0))
    silent = r"E-SILENT: it is silent.*, from 15\.00 s to 25\.00 s \(audio\.excerpt\)"
    with pytest.raises(AudioError, match=silent):
        decode(path, sr=RATE, excerpt=parse_excerpt("15:25"))
    assert decode(save(quiet(5.0), music(9.0, RATE, 1)), sr=RATE, duration=8.0).y[RATE] == 0


@pytest.mark.parametrize("kind", KINDS[:4])
def test_what_is_silent_throughout_is_no_track(save, kind):
    if kind != "hiss at -80 dB":  # a recording of nothing but hiss is still a recording
        for excerpt in ("", "middle:9", "start:9"):
            with pytest.raises(AudioError, match="E-SILENT"):
                extract(save(quiet(20.0, kind)), AudioConfig(excerpt=excerpt))


def test_too_little_sound_in_long_silence_is_short(music, save):
    with pytest.raises(AudioError, match=r"E-SHORT: it holds 0\.\d+ s of sound and [34]\d\.\d+ s"):
        extract(save(quiet(20.0), music(0.5, RATE, 1), quiet(20.0)), AudioConfig())


def test_the_original_recipe_hears_its_first_three_seconds(music, save):
    table, facts = extract_table(save(quiet(4.0), music(9.0, RATE, 1)), AudioConfig())
    frames = columns(table, facts["seconds"])
    config = load_config(preset="original")
    opening = OpeningInput.reduce(frames, config)
    np.testing.assert_array_equal(opening, frames.values[: len(opening)])


def test_samples_without_long_silence(music):
    song = music(5.0, RATE, 1)[:, 0]
    assert sounding(song, RATE) is song
    long = np.concatenate([song, quiet(30.0, "triangular dither")[:, 0], song])
    assert len(sounding(long, RATE)) == pytest.approx(2 * len(song), abs=0.3 * RATE)
    short = np.concatenate([song, quiet(1.0)[:, 0], song])
    assert len(sounding(short, RATE)) == len(short)
    assert sounding_frames(np.full((90, 16), -30.0), 43.0).all()


@pytest.mark.parametrize("offset", [0.003, 0.02, -0.1])
def test_an_offset_is_no_sound_for_an_excerpt(music, save, offset):
    song = music(12.0, RATE, 1)
    sound = Sound(save(song, quiet(40.0) + offset), sr=RATE, excerpt=parse_excerpt("middle:6"))
    assert sum(map(len, sound)) == 6 * RATE
    assert sound.moved == pytest.approx(40, abs=1)
    y = np.concatenate([song, quiet(9.0) + np.float32(offset)])[:, 0]
    assert len(sounding(y, RATE)) == pytest.approx(12 * RATE, abs=RATE / 5)


def test_descriptors_are_those_of_the_sound(music):
    y, config = music(12.0, RATE, 1)[:, 0], AudioConfig()
    alone = describe_frames(frame_table([y], config), config)
    for parts in ((y, quiet(30.0)[:, 0]), (quiet(9.0)[:, 0], y, quiet(50.0, "mains hum")[:, 0])):
        found = describe_frames(frame_table([np.concatenate(parts)], config), config)
        np.testing.assert_allclose(found[2:4], alone[2:4], atol=1.5)  # loudness, dynamics: dB
        np.testing.assert_allclose(found[7], alone[7], rtol=0.2)  # density of the onsets
