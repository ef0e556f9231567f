"""What makes a style: its ranges, its chords, and the function that plays it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.synthesis.canvas import Canvas
from songatlas.synthesis.score import Score


@dataclass(frozen=True, kw_only=True)
class Style:
    """One style of the demonstration.

    Parameters
    ----------
    bpm
        Slowest and fastest tempo, beats a minute.
    meters
        Beats a bar to choose from.
    minor_share
        Probability of a minor key.
    major, minor
        Chord progressions in degrees, one chord a bar.
    play
        Fills a :class:`Canvas` with a :class:`Score`.
    """

    bpm: Sequence[float]
    meters: Sequence[int]
    minor_share: float
    major: Sequence[Sequence[int]]
    minor: Sequence[Sequence[int]]
    play: Callable[[Score, Canvas, np.random.Generator], None]
