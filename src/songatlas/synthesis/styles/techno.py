"""Fast and even: a kick on every beat, hats between, a saw bass, a filter that opens and closes."""

from __future__ import annotations

from functools import cache

import numpy as np

from songatlas.synthesis import drums
from songatlas.synthesis.canvas import Canvas
from songatlas.synthesis.score import Score
from songatlas.synthesis.sound import decay, filtered, hertz, rolloff, swell, together, tone
from songatlas.types import FloatArray

# sixteenth notes of a bar on which the bass plays
BASS_STEPS = ((2, 6, 10, 14), (2, 3, 6, 7, 10, 11, 14, 15), (0, 3, 6, 8, 11, 14), (2, 5, 7, 10, 13))
STAB_STEPS = ((3, 6, 11), (0, 6, 12), (4, 7, 14), (2, 10))


def play(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    """Fill `canvas` with `score`."""
    _drums(score, canvas, rng)
    _bass(score, canvas, rng)
    _stabs(score, canvas, rng)
    _pad(score, canvas)


def _drums(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    sr, step, dials = score.sr, score.beat / 4, score.dials
    beat = drums.kick(sr, rng, punch=0.5 + 0.5 * dials.drive)
    hands = drums.clap(sr, rng)
    closed, opened = drums.hat(sr, rng, length=0.0), drums.hat(sr, rng, length=0.35)
    loud = 0.12 + 0.3 * dials.percussion
    for bar in score.bars():
        break_down = bar.index % 8 == 6 and dials.density < 0.5
        for i in range(16):
            time = bar.start + i * step
            if i % 4 == 0 and not break_down:
                canvas.add(beat, time, gain=0.8)
            if i % 8 == 4 and bar.energy > 0.5 and dials.percussion > 0.25:
                canvas.add(hands, time, gain=1.2 * loud, pan=0.1, room=0.25)
            if i % 4 == 2:
                canvas.add(opened, time, gain=loud, pan=0.2)
            elif bar.energy > 0.5 and rng.random() < dials.density:
                canvas.add(closed, time, gain=0.6 * loud * rng.uniform(0.5, 1), pan=-0.3)


def _sweep(time: float, score: Score, period: float) -> float:
    """How far the filter is open at `time`, 0…1."""
    wave = float(0.5 - 0.5 * np.cos(2 * np.pi * time / period))
    return wave * (0.4 + 0.6 * score.dials.brightness)


def _bass(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    sr, step = score.sr, score.beat / 4

    @cache
    def note(pitch: int, opening: int) -> FloatArray:
        sound = tone(hertz(pitch), 1.6 * step, sr, rolloff(2.2 - 0.13 * opening))
        return sound * decay(len(sound), sr, 0.12) * swell(len(sound), sr, 0.003, 0.02)

    steps = BASS_STEPS[int(rng.integers(len(BASS_STEPS)))]
    octaves = rng.choice([-2, -1, -1], size=16)
    period = score.bar_seconds * float(rng.choice([2, 4, 6]))
    for bar in score.bars():
        for i in steps:
            time = bar.start + i * step
            pitch = score.pitch(bar.degree, int(octaves[i]))
            opening = round(8 * _sweep(time, score, period))
            canvas.add(note(pitch, opening), time, gain=0.45)


def _stabs(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    sr, step = score.sr, score.beat / 4

    @cache
    def chord(degree: int, opening: int) -> FloatArray:
        timbre = rolloff(1.9 - 0.1 * opening, odd=score.dials.colour > 0.5)
        thirds = [hertz(score.pitch(degree + third, 1)) for third in (0, 2, 4, 6)]
        sound = together([tone(f, 0.35, sr, timbre) for f in thirds])
        return sound * decay(len(sound), sr, 0.06 + 0.08 * score.dials.colour)

    steps = STAB_STEPS[int(rng.integers(len(STAB_STEPS)))]
    period = score.bar_seconds * float(rng.choice([3, 5, 8]))
    for bar in score.bars(least=0.5):
        for i in steps:
            time = bar.start + i * step
            sound = chord(bar.degree, round(9 * _sweep(time, score, period)))
            for echo in range(3):  # three sixteenths apart
                gain, pan = 0.4 * 0.45**echo, (-0.5, 0.5, -0.2)[echo]
                canvas.add(sound, time + 3 * echo * step, gain=gain, pan=pan, room=0.2)


def _pad(score: Score, canvas: Canvas) -> None:
    """Long chords that duck under every kick, and noise that rises towards the chorus."""
    sr = score.sr
    n_samples = len(canvas.send)
    duck = np.minimum(1.0, (np.arange(n_samples) / sr % score.beat) / (0.7 * score.beat))

    @cache
    def chord(degree: int) -> FloatArray:
        thirds = [hertz(score.pitch(degree + third)) for third in (0, 4, 9)]
        parts = [tone(f, score.bar_seconds, sr, rolloff(1.6)) for f in thirds]
        return together(parts) * swell(len(parts[0]), sr, 0.02, 0.02)

    pad = np.zeros(n_samples, dtype=np.float32)
    for bar in score.bars():
        part = pad[int(bar.start * sr) :][: len(chord(bar.degree))]
        part += chord(bar.degree)[: len(part)]
    pad *= duck.astype(np.float32)
    pad = filtered(pad, sr, 700.0 + 1800.0 * score.dials.brightness, "lowpass")
    canvas.add(pad, 0.0, gain=0.06 + 0.42 * score.dials.space, room=0.3)
