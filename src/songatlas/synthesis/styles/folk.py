"""In three: plucked strings, a whistle, a fiddle or a reed organ, feet and shakers for drums."""

from __future__ import annotations

from functools import cache

import numpy as np

from songatlas.synthesis import drums
from songatlas.synthesis.canvas import Canvas
from songatlas.synthesis.score import Score
from songatlas.synthesis.sound import hertz, plucked, rolloff, swell, together, tone
from songatlas.types import FloatArray

# steps above the chord's root, one an eighth note; the bass has the first beat to itself
PICKINGS = (
    ((), (), (2, 4, 7), (), (2, 4, 7), ()),
    ((), (4,), (7,), (9,), (7,), (4,)),
    ((), (), (4, 7), (9,), (4, 7), (2,)),
    ((4,), (7,), (9,), (7,), (11,), (7,)),
)


def play(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    """Fill `canvas` with `score`."""
    _strings(score, canvas, rng)
    if score.dials.drive > 0.5:
        _reeds(score, canvas)
    _tune(score, canvas, rng)
    if score.dials.percussion > 0.45:
        _feet(score, canvas, rng)


def _strings(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    sr, dials = score.sr, score.dials

    @cache
    def note(pitch: int) -> FloatArray:
        brightness, damping = 0.25 + 0.75 * dials.brightness, 0.15 + 0.5 * (1 - dials.space)
        return plucked(hertz(pitch), 1.3, sr, rng, brightness=brightness, damping=damping)

    picking = PICKINGS[int(rng.integers(len(PICKINGS)))]
    for bar in score.bars():
        fifth = 4 if bar.index % 2 and dials.density > 0.4 else 0
        canvas.add(note(score.pitch(bar.degree + fifth, -1)), bar.start, gain=0.75, room=0.15)
        for i, steps in enumerate(picking):
            for j, step in enumerate(steps):
                time = bar.start + i * score.beat / 2 + 0.012 * j + rng.normal(0, 0.006)
                gain = 0.5 * rng.uniform(0.7, 1.0)
                sound = note(score.pitch(bar.degree + step))
                canvas.add(sound, time, gain=gain, pan=-0.35, room=0.2)


def _reeds(score: Score, canvas: Canvas) -> None:
    """Reed organ: two ranks slightly out of tune, swelling with the bellows."""
    sr, seconds = score.sr, score.bar_seconds

    @cache
    def chord(degree: int) -> FloatArray:
        pitches = [
            score.pitch(degree + step) + beat for step in (0, 2, 4) for beat in (-0.07, 0.07)
        ]
        reed = rolloff(1.1, odd=True)
        sound = together([tone(hertz(pitch), seconds, sr, reed) for pitch in pitches])
        return sound * swell(len(sound), sr, 0.08, 0.1)

    for bar in score.bars():
        gain = 0.3 * (0.5 + 0.5 * bar.energy)
        canvas.add(chord(bar.degree), bar.start, gain=gain, pan=0.4, room=0.2)


def _tune(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    """Whistle, fiddle or a second plucked instrument, by the artist's colour."""
    sr, colour = score.sr, score.dials.colour
    for start, length, degree in score.melody(rng):
        frequency = hertz(score.pitch(degree, 1))
        if colour < 0.35:
            sound = tone(2 * frequency, length, sr, np.array([1.0, 0.12, 0.05]), vibrato=0.004)
            breath = rng.uniform(-1, 1, len(sound)).astype(np.float32)
            sound = (0.5 * sound + 0.03 * breath) * swell(len(sound), sr, 0.04, 0.06)
        elif colour < 0.7:
            sound = tone(frequency, length, sr, rolloff(1.1), vibrato=0.005)
            sound = 0.6 * sound * swell(len(sound), sr, 0.07, 0.07)
        else:
            sound = plucked(frequency, length + 0.3, sr, rng, brightness=1.0, damping=0.5)
        canvas.add(sound, start, gain=0.5, pan=0.3, room=0.3)


def _feet(score: Score, canvas: Canvas, rng: np.random.Generator) -> None:
    floor, rattle = drums.stomp(score.sr, rng), drums.shaker(score.sr, rng)
    for bar in score.bars():
        canvas.add(floor, bar.start, gain=0.9 * bar.energy)
        for beat in (1, 2):
            time = bar.start + beat * score.beat + rng.normal(0, 0.006)
            canvas.add(rattle, time, gain=0.25 * score.dials.percussion, pan=0.5, room=0.1)
