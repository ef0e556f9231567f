"""The styles differ in what can be heard: tempo, metre, drums, timbre."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from songatlas.synthesis.artists import ARTISTS
from songatlas.synthesis.canvas import Canvas
from songatlas.synthesis.lyrics.song import BOOKS
from songatlas.synthesis.plan import PlannedTrack
from songatlas.synthesis.playing import draw_score, play
from songatlas.synthesis.score import Dials, Score
from songatlas.synthesis.sound import filtered
from songatlas.synthesis.styles import STYLES

SR = 22050
HOP = 220  # 100 frames a second
EVEN = Dials(brightness=0.5, drive=0.6, density=0.5, percussion=0.6, space=0.5, colour=0.5, age=0.3)


def played(style: str, bpm: float, beats_per_bar: int, seed: int = 0) -> np.ndarray:
    """Twelve seconds of a style, all dials in the middle, all sections loud."""
    score = Score(
        sr=SR,
        n_channels=1,
        seconds=12.0,
        bpm=bpm,
        beats_per_bar=beats_per_bar,
        tonic=50,
        minor=True,
        opening=0.0,
        progression=(0, 3),
        dials=EVEN,
    )
    canvas = Canvas(12 * SR, SR, 1)
    STYLES[style].play(score, canvas, np.random.default_rng(seed))
    return canvas.dry[0]


def onsets(sound: np.ndarray) -> np.ndarray:
    """Rise of the level in dB from frame to frame, 100 frames a second."""
    frames = sound[: len(sound) // HOP * HOP].reshape(-1, HOP)
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-6)
    return np.maximum(np.diff(level, prepend=level[0]), 0)


def periodicity(strength: np.ndarray, seconds: float) -> float:
    """Autocorrelation at a lag, within one frame of it."""
    x = strength - strength.mean()
    lag = round(100 * seconds)
    return max(float(np.dot(x[:-k], x[k:]) / np.dot(x, x)) for k in (lag - 1, lag, lag + 1))


def test_every_style_has_artists_and_words_in_every_language() -> None:
    for table in (ARTISTS, *(book.themes for book in BOOKS.values())):
        assert list(table) == list(STYLES)


@pytest.mark.parametrize("bpm", [121.0, 128.0, 137.0])
def test_techno_has_a_kick_on_every_beat(bpm: float) -> None:
    kicks = onsets(filtered(played("Techno", bpm, 4), SR, 100.0, "lowpass", order=4))
    assert periodicity(kicks, 60 / bpm) > 0.5
    assert periodicity(kicks, 0.72 * 60 / bpm) < 0.2


@pytest.mark.parametrize("bpm", [100.0, 150.0])
def test_rock_has_its_snare_on_two_and_four(bpm: float) -> None:
    high = onsets(filtered(played("Rock", bpm, 4), SR, 2000.0, "highpass", order=4))
    n_beats = int(11 * bpm / 60)
    at = [high[max(0, round(6000 * i / bpm) - 2) :][:6].max() for i in range(n_beats)]
    energy = np.array(at)
    assert np.median(energy[1::2]) > 1.2 * np.median(energy[2::2])


@pytest.mark.parametrize("bpm", [110.0, 160.0])
def test_folk_is_in_three(bpm: float) -> None:
    strength = onsets(filtered(played("Folk", bpm, 3), SR, 150.0, "lowpass", order=4))
    three, *others = (periodicity(strength, beats * 60 / bpm) for beats in (3, 2, 4))
    assert three > 2 * max(others)


def test_the_same_tempo_sounds_different_in_every_style() -> None:
    spectra = {}
    for style in STYLES:
        power = np.abs(np.fft.rfft(played(style, 120.0, 3 if style == "Folk" else 4))) ** 2
        bands = np.add.reduceat(power, np.geomspace(12 * 30, len(power) - 1, 13).astype(int)[:-1])
        spectra[style] = 10 * np.log10(bands / bands.sum())
    for a in STYLES:
        for b in STYLES:
            assert a == b or np.sqrt(np.mean((spectra[a] - spectra[b]) ** 2)) > 3  # dB


def test_tempo_and_key_stay_within_the_style(plan: tuple[PlannedTrack, ...]) -> None:
    scores = [(track, draw_score(track, seconds=15.0, seed=42)) for track in plan]
    for track, score in scores:
        slowest, fastest = STYLES[track.style].bpm
        assert slowest <= score.bpm <= fastest
        assert 13.5 <= score.seconds <= 16.5
    for style in STYLES:
        own = [score for track, score in scores if track.style == style]
        assert len({score.tonic for score in own}) > 5
        assert len({score.progression for score in own}) > 2
        assert np.ptp([score.bpm for score in own]) > 10


def test_melodies_stay_in_the_scale_and_within_reach(plan: tuple[PlannedTrack, ...]) -> None:
    for track in plan[:8]:
        score = draw_score(track, seconds=15.0, seed=42)
        notes = list(score.melody(np.random.default_rng(0)))
        assert len(notes) > 5
        assert all(-1 <= degree <= 8 and length > 0 for _, length, degree in notes)
        scale = {(score.tonic + step) % 12 for step in (0, 2, 3, 4, 5, 7, 8, 9, 10, 11)}
        assert {score.pitch(degree) % 12 for _, _, degree in notes} <= scale


def describe(sound: np.ndarray, sr: int) -> list[float]:
    """Brightness, share of bass, rate of strong onsets, pulse, and how much the level varies."""
    mono = sound[:, : sound.shape[1] // sr * sr].mean(axis=0)  # whole seconds, for a fast FFT
    power = np.abs(np.fft.rfft(mono)) ** 2
    frequency = np.fft.rfftfreq(len(mono), 1 / sr)
    hop = sr // 100
    frames = mono[: len(mono) // hop * hop].reshape(-1, hop)
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-6)
    rise = np.maximum(np.diff(level), 0)
    return [
        np.log(np.sum(frequency * power) / power.sum()),
        10 * np.log10(power[frequency < 120].sum() / power.sum()),
        float(np.mean(rise > 6)),
        float(np.std(rise)),
        float(np.std(level)),
    ]


def share_found(X: np.ndarray, plan: tuple[PlannedTrack, ...]) -> float:
    """Share of tracks whose three nearest, by other artists, vote for their style."""
    styles = np.array([track.style for track in plan])
    artists = np.array([track.artist.name for track in plan])
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    distance = np.linalg.norm(X[:, None] - X[None], axis=2)
    distance[artists[:, None] == artists[None]] = np.inf
    nearest = styles[np.argsort(distance, axis=1)[:, :3]]
    votes = np.array([[np.sum(row == style) for style in STYLES] for row in nearest])
    return float(np.mean(np.array(list(STYLES))[votes.argmax(axis=1)] == styles))


def test_styles_are_findable_but_by_no_number_alone(
    collection: Path, plan: tuple[PlannedTrack, ...]
) -> None:
    sounds = [soundfile.read(collection / track.path, always_2d=True) for track in plan]
    X = np.array([describe(sound.T, sr) for sound, sr in sounds])
    alone = [share_found(X[:, [i]], plan) for i in range(X.shape[1])]
    assert share_found(X, plan) > 0.7  # chance is 0.25
    assert max(alone) < 0.75


def test_a_track_is_the_same_whatever_else_is_played(plan: tuple[PlannedTrack, ...]) -> None:
    alone = play(plan[5], seconds=1.0, seed=3)
    play(plan[6], seconds=1.0, seed=3)
    assert np.array_equal(play(plan[5], seconds=1.0, seed=3), alone)
    assert not np.array_equal(play(plan[5], seconds=1.0, seed=4), alone)
    same_style = replace(plan[5], index=plan[5].index + 40)
    assert not np.array_equal(play(same_style, seconds=1.0, seed=3), alone)
