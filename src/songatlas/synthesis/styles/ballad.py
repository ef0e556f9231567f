"""Slow: broken chords on a piano, strings behind them, a voice-like tune, little or no drums."""

from __future__ import annotations

from functools import cache

import numpy as np

from songatlas.synthesis import drums
from songatlas.synthesis.canvas import Canvas
from songatlas.synthesis.score import Score
from songatlas.synthesis.sound import hertz, plucked, rolloff, struck, swell, tone, vowel
from songatlas.types import FloatArray

# steps above the chord's root, one an eighth note
FIGURES = {
    4: ((0, 4, 7, 9, 11, 9, 7, 4), (0, 4, 7, 4, 9, 4, 7, 4), (0, 2, 4, 7, 9, 7, 4, 2)),
    3: ((0, 4, 7, 9, 7, 4), (0, 2, 4, 7, 4, 2), (0, 4, 9, 7, 9, 4)),
}


def play(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    """Fill `canvas` with `score`."""
    _keys(score, canvas, rng)
    _strings(score, canvas)
    _voice(score, canvas, rng)
    if score.dials.percussion > 0.5:
        _drums(score, canvas, rng)


def _keys(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    brightness, sr = score.dials.brightness, score.sr
    on_strings = score.dials.colour > 0.75  # a nylon guitar in the piano's place

    @cache
    def note(pitch: int) -> FloatArray:
        if on_strings:
            return plucked(hertz(pitch), 1.6, sr, rng, brightness=0.3 * brightness, damping=0.4)
        return struck(hertz(pitch), 1.8, sr, brightness)

    figure = FIGURES[score.beats_per_bar][int(rng.integers(3))]
    sparse = score.dials.density < 0.35
    for bar in score.bars():
        bass = note(score.pitch(bar.degree, -1))
        canvas.add(bass, bar.start, gain=0.7, pan=-0.2, room=0.2)
        for i, step in enumerate(figure):
            if sparse and i % 2 and bar.energy < 1:
                continue
            time = bar.start + i * score.beat / 2 + rng.normal(0, 0.008)
            accent = (0.75 if i % 2 else 1.0) * rng.uniform(0.75, 1.0)
            sound = note(score.pitch(bar.degree + step))
            canvas.add(sound, time, gain=0.55 * accent, pan=0.06 * step - 0.3, room=0.3)


def _strings(score: Score, canvas: Canvas) -> None:
    sr, seconds = score.sr, score.bar_seconds * 1.15
    timbre = rolloff(2.1 - 0.7 * score.dials.brightness, n_partials=24)

    @cache
    def note(pitch: int, detune: float) -> FloatArray:
        sound = tone(hertz(pitch + detune), seconds, sr, timbre, vibrato=0.002, phase=detune)
        return sound * swell(len(sound), sr, 0.5, 0.6)

    level = 0.10 + 0.16 * score.dials.density
    for bar in score.bars():
        if bar.energy < 0.5 and score.dials.density < 0.6:
            continue
        for i, step in enumerate((0, 2, 4)):
            for side in (-1, 1):
                sound = note(score.pitch(bar.degree + step, i % 2), 0.05 * side)
                gain = level * bar.energy
                canvas.add(sound, bar.start - 0.1, gain=gain, pan=0.7 * side, room=0.5)


def _voice(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    for start, length, degree in score.melody(rng):
        frequency = hertz(score.pitch(degree, 1))
        sound = tone(frequency, length * 0.95 + 0.1, score.sr, vowel(frequency), vibrato=0.006)
        sound = sound * swell(len(sound), score.sr, 0.07, 0.15)
        canvas.add(sound, start, gain=0.42, room=0.45)


def _drums(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    sr = score.sr
    bass = drums.kick(sr, rng, punch=0.1)
    stroke, rattle = drums.brush(sr, rng), drums.shaker(sr, rng)
    for bar in score.bars(least=0.5):
        canvas.add(bass, bar.start, gain=0.5)
        for beat in (1, 3) if score.beats_per_bar == 4 else (2,):
            canvas.add(stroke, bar.start + beat * score.beat - 0.05, gain=0.4, pan=0.2, room=0.3)
        for eighth in range(2 * score.beats_per_bar):
            canvas.add(rattle, bar.start + eighth * score.beat / 2, gain=0.08, pan=-0.5)
