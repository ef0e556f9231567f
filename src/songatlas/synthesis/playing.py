"""From a planned track to its sound: draw a score, have the style play it, finish the record."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from songatlas.seeds import stage_rng
from songatlas.synthesis.artists import ARTISTS
from songatlas.synthesis.canvas import Canvas, finished
from songatlas.synthesis.plan import PlannedTrack
from songatlas.synthesis.score import Dials, Score
from songatlas.synthesis.styles import STYLES
from songatlas.types import FloatArray

DIAL_NAMES = tuple(field.name for field in fields(Dials))


def play(track: PlannedTrack, *, seconds: float, seed: int) -> FloatArray:
    """Sound of one track.

    Returns
    -------
    array
        Shape (n_channels, n_samples), float32, within ±1; `seconds` long to within a tenth.

    Examples
    --------
    >>> from songatlas.synthesis.plan import plan_collection
    >>> sound = play(plan_collection(1)[0], seconds=2.0, seed=42)
    >>> len(sound), bool(1.8 * 44100 <= sound.shape[1] <= 2.2 * 44100)
    (2, True)
    """
    score = draw_score(track, seconds=seconds, seed=seed)
    rng = stage_rng(seed, f"demo/sound/{track.index}")
    canvas = Canvas(int(score.seconds * score.sr), score.sr, score.n_channels)
    STYLES[track.style].play(score, canvas, rng)
    dials = score.dials
    return finished(
        canvas.with_room(dials.space),
        score.sr,
        rng,
        loudness=rng.uniform(-19.5, -16.5),
        warmth=rng.uniform(-8.0, 6.0),
        hiss=-75.0 + 28.0 * dials.age,
        ceiling=16000.0 * (1 - dials.age) + 3500.0,
    )


def draw_score(track: PlannedTrack, *, seconds: float, seed: int) -> Score:
    """Tempo, key, chords and dials of one track, within the ranges of its style.

    Examples
    --------
    >>> from songatlas.synthesis.plan import plan_collection
    >>> score = draw_score(plan_collection(2)[1], seconds=15.0, seed=42)
    >>> 120 <= score.bpm <= 138, score.beats_per_bar
    (True, 4)
    """
    rng = stage_rng(seed, f"demo/score/{track.index}")
    style = STYLES[track.style]
    minor = bool(rng.random() < style.minor_share)
    progressions = style.minor if minor else style.major
    dials = _artist_dials(track.style, seed)[ARTISTS[track.style].index(track.artist)]
    # an artist is known by a mild habit, not by a sound of their own
    jittered = np.clip(0.5 + 0.8 * (dials - 0.5) + rng.normal(0, 0.18, len(DIAL_NAMES)), 0, 1)
    return Score(
        sr=track.pressing.sr,
        n_channels=track.pressing.n_channels,
        seconds=seconds * rng.uniform(0.9, 1.1),
        bpm=rng.uniform(style.bpm[0], style.bpm[1]),
        beats_per_bar=int(rng.choice(style.meters)),
        tonic=int(rng.integers(48, 60)),
        minor=minor,
        opening=rng.uniform(0.05, 0.28),
        progression=tuple(progressions[int(rng.integers(len(progressions)))]),
        dials=Dials(**dict(zip(DIAL_NAMES, jittered.tolist(), strict=True))),
    )


def _artist_dials(style: str, seed: int) -> FloatArray:
    """Shape (n_artists, n_dials): each dial spread evenly over the artists of a style."""
    rng = stage_rng(seed, f"demo/artists/{style}")
    n_artists = len(ARTISTS[style])
    ranks = rng.permuted(np.tile(np.arange(n_artists), (len(DIAL_NAMES), 1)), axis=1).T
    return (ranks + rng.random((n_artists, len(DIAL_NAMES)))) / n_artists
