"""Speech without music is told from music, and from what ticks, hisses or beeps."""

import numpy as np
import pytest
from spoken import SR, spoken

from songatlas.config.stages import AudioConfig
from songatlas.features.audio.clip import frame_table
from songatlas.features.audio.flaws import flaws_of
from songatlas.features.audio.speech import is_speech
from songatlas.synthesis.plan import plan_collection
from songatlas.synthesis.playing import play

CONFIG = AudioConfig()


def ticking(bpm: float) -> np.ndarray:
    sound, t = np.zeros(20 * SR), np.arange(2000) / SR
    for start in range(0, len(sound) - len(t), int(60 / bpm * SR)):
        sound[start : start + len(t)] = np.sin(2 * np.pi * 1500 * t) * np.exp(-t * 80)
    return sound


def drums(seed: int) -> np.ndarray:
    """A beat of bass drum and hi-hat with nothing between, which has the gaps of speech."""
    rng, step, t = np.random.default_rng(seed), int(0.25 * SR), np.arange(4000) / SR
    sound = np.zeros(20 * SR)
    for number, start in enumerate(range(0, len(sound) - len(t), step)):
        low = np.sin(2 * np.pi * 70 * t) * np.exp(-t * 30)
        high = np.diff(rng.normal(size=len(t) + 1)) * np.exp(-t * 60) / 2
        sound[start : start + len(t)] += high if number % 2 else low + 0.3 * high
    return 0.5 * sound


def heard(sound: np.ndarray) -> bool:
    return is_speech(frame_table([sound.astype(np.float32)], CONFIG), CONFIG)


@pytest.mark.parametrize("seed", range(3))
def test_a_voice_that_speaks_is_speech_also_with_hiss_and_at_any_level(seed: int) -> None:
    sound = spoken(seed)
    assert heard(sound)
    assert heard(0.01 * sound)
    assert heard(sound + np.random.default_rng(seed).normal(size=len(sound)) * 1e-3)


@pytest.mark.parametrize("track", plan_collection(4), ids=lambda track: track.style)
def test_music_is_not_speech_nor_is_speech_over_it(track) -> None:
    music = play(track, seconds=20.0, seed=42).mean(axis=0)[:: max(1, track.pressing.sr // SR)]
    assert not heard(music)
    both = min(len(music), 20 * SR)
    assert not heard(spoken(1)[:both] + music[:both])


@pytest.mark.parametrize(
    "sound",
    [
        *(ticking(bpm) for bpm in (60, 110, 180)),
        *(drums(seed) for seed in range(2)),
        np.random.default_rng(0).normal(size=20 * SR) / 10,
        np.sin(2 * np.pi * 440 * np.arange(20 * SR) / SR),
        spoken(0, seconds=3.0),  # too short to tell
    ],
    ids=["60", "110", "180", "drums", "more drums", "noise", "tone", "short"],
)
def test_what_has_gaps_or_hiss_alone_is_no_speech(sound: np.ndarray) -> None:
    assert not heard(sound)


def test_of_speech_it_is_not_asked_how_it_was_recorded() -> None:
    hiss = np.random.default_rng(0).normal(size=20 * SR) * 2e-3
    voice, music = (
        frame_table([(sound[: 20 * SR] + hiss).astype(np.float32)], CONFIG)
        for sound in (spoken(1), drums(0))
    )
    assert np.isnan(flaws_of(voice, CONFIG)).all()
    assert np.isfinite(flaws_of(music, CONFIG)).any()
