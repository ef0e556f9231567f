"""Distorted fifths in eighth notes, bass, and a snare on the second and the fourth beat."""

from __future__ import annotations

from functools import cache

import numpy as np

from songatlas.synthesis import drums
from songatlas.synthesis.canvas import Canvas
from songatlas.synthesis.score import Score
from songatlas.synthesis.sound import (
    decay,
    hertz,
    overdriven,
    plucked,
    rolloff,
    swell,
    together,
    tone,
)
from songatlas.types import FloatArray

# eighth notes of a bar with a kick
KICKS = ((0, 4), (0, 3, 4), (0, 1, 4, 5), (0, 4, 7), (0, 3, 5))
# eighth notes on which the guitar strikes; None between lets the chord ring
STROKES = ((0, 1, 2, 3, 4, 5, 6, 7), (0, 3, 4, 6), (0, 2, 3, 4, 6, 7), (0, 4))


def play(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    """Fill `canvas` with `score`."""
    _drums(score, canvas, rng)
    _guitars(score, canvas, rng)
    _bass(score, canvas)
    if score.dials.colour > 0.4:
        _lead(score, canvas, rng)


def _drums(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    sr, eighth, dials = score.sr, score.beat / 2, score.dials
    beat, back = drums.kick(sr, rng, punch=0.6), drums.snare(sr, rng, snap=dials.brightness)
    tick, cymbal = drums.hat(sr, rng, length=0.1 + 0.4 * dials.drive), drums.crash(sr, rng)
    kicks = KICKS[int(rng.integers(len(KICKS)))]
    loud = 0.7 + 0.4 * dials.percussion
    previous = 0.0
    for bar in score.bars():
        if bar.energy > previous:
            canvas.add(cymbal, bar.start, gain=0.3, pan=0.4, room=0.1)
        previous = bar.energy
        for i in range(8):
            time = bar.start + i * eighth + rng.normal(0, 0.004)
            if i in kicks:
                canvas.add(beat, time, gain=0.7 * loud)
            if i % 4 == 2 and bar.energy > 0.5:
                canvas.add(back, time, gain=loud, room=0.15 + 0.3 * dials.space)
            canvas.add(tick, time, gain=0.2 * (1.0 if i % 2 == 0 else 0.6), pan=0.3)


def _guitars(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    sr, eighth, dials = score.sr, score.beat / 2, score.dials
    strokes = STROKES[int(rng.integers(len(STROKES)))]
    # a chord rings until the next stroke
    lengths = np.diff((*strokes, 8))
    timbre = rolloff(1.15 - 0.3 * dials.brightness)

    @cache
    def chord(degree: int, n_eighths: int, detune: float, full: bool) -> FloatArray:
        seconds = n_eighths * eighth + 0.02
        steps = (0, 4, 7) if full else (0, 4)
        strings = [hertz(score.pitch(degree + step, -1) + detune) for step in steps]
        if dials.drive < 0.25:  # clean, all strings of the chord
            strings += [hertz(score.pitch(degree + step) + detune) for step in (2, 4)]
            parts = [plucked(f, seconds, sr, rng, brightness=0.9, damping=0.2) for f in strings]
            return together(parts) * np.float32(1.35)
        parts = [tone(f, seconds, sr, timbre, phase=f * 0.37) for f in strings]
        ring = 0.12 if n_eighths == 1 and not full else 0.8
        sound = together(parts) * decay(len(parts[0]), sr, ring)
        return overdriven(sound, sr, dials.drive) * swell(len(sound), sr, 0.004, 0.02)

    for bar in score.bars():
        full = bar.energy > 0.9
        for i, n_eighths in zip(strokes, lengths.tolist(), strict=True):
            time = bar.start + i * eighth
            for side in (-1, 1) if score.n_channels == 2 else (0,):
                sound = chord(bar.degree, n_eighths, 0.06 * side, full)
                gain = 0.34 * (0.8 + 0.2 * bar.energy)
                canvas.add(sound, time + 0.004 * side, gain=gain, pan=0.75 * side, room=0.08)


def _bass(score: Score, canvas: Canvas) -> None:
    sr, eighth = score.sr, score.beat / 2

    @cache
    def note(pitch: int) -> FloatArray:
        sound = tone(hertz(pitch), eighth * 0.98, sr, rolloff(1.1, n_partials=16))
        return sound * decay(len(sound), sr, 0.3) * swell(len(sound), sr, 0.005, 0.02)

    for bar in score.bars():
        for i in range(8):
            pitch = score.pitch(bar.degree + (4 if i == 7 else 0), -2)
            canvas.add(note(pitch), bar.start + i * eighth, gain=0.2)


def _lead(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    for start, length, degree in score.melody(rng):
        pitch = score.pitch(degree, 1)
        sound = tone(hertz(pitch), length, score.sr, rolloff(1.0), vibrato=0.005)
        sound = overdriven(sound * 0.5, score.sr, 0.3 + 0.5 * score.dials.drive)
        sound = sound * swell(len(sound), score.sr, 0.01, 0.05)
        canvas.add(sound, start, gain=0.22, pan=-0.15, room=0.3)
