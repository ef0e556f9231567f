"""What is played: key, tempo, chords, sections and melody of one track.

Conventions
-----------
Pitches are MIDI numbers. A degree counts steps of the scale from the tonic (0), over octaves (7 is
the tonic above). Dials are in [0, 1].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)


@dataclass(frozen=True, kw_only=True)
class Dials:
    """How an artist, or one track, sounds within its style; each in [0, 1].

    ``colour`` chooses between the instruments of the style, the others say how much of a thing
    there is.
    """

    brightness: float
    drive: float
    density: float
    percussion: float
    space: float
    colour: float
    age: float  # of the recording: hiss, and little treble


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: when it starts (seconds), its chord's degree, and how much is going on (0…1)."""

    index: int
    start: float
    degree: int
    energy: float


@dataclass(frozen=True, kw_only=True)
class Score:
    """Everything that the dice decided about one track before a sound is made.

    Parameters
    ----------
    sr, n_channels, seconds
        Of the file.
    bpm
        Beats a minute.
    beats_per_bar
        3 or 4.
    tonic
        Pitch, in 48…59.
    minor
        Which scale.
    opening
        Share of the track before its verse, played sparsely.
    progression
        Degrees of the chords, one a bar, repeated.
    dials
        How it sounds.

    Examples
    --------
    >>> dials = Dials(brightness=0, drive=0, density=0, percussion=0, space=0, colour=0, age=0)
    >>> score = Score(sr=8000, n_channels=1, seconds=8.0, bpm=120.0, beats_per_bar=4, tonic=48,
    ...     minor=False, opening=0.2, progression=(0, 3), dials=dials)
    >>> [score.pitch(degree) for degree in (0, 2, 4, 7)]
    [48, 52, 55, 60]
    >>> [(bar.start, bar.degree) for bar in score.bars()]
    [(0.0, 0), (2.0, 3), (4.0, 0), (6.0, 3)]
    """

    sr: int
    n_channels: int
    seconds: float
    bpm: float
    beats_per_bar: int
    tonic: int
    minor: bool
    opening: float
    progression: tuple[int, ...]
    dials: Dials

    @property
    def beat(self) -> float:
        """Seconds of a beat."""
        return 60.0 / self.bpm

    @property
    def bar_seconds(self) -> float:
        """Seconds of a bar."""
        return self.beat * self.beats_per_bar

    def pitch(self, degree: int, octave: int = 0) -> int:
        """Pitch of a degree of the scale."""
        scale = MINOR if self.minor else MAJOR
        return self.tonic + 12 * (octave + degree // 7) + scale[degree % 7]

    def bars(self, least: float = 0.0) -> Iterator[Bar]:
        """Every bar that begins within the track: an opening, a verse and a chorus.

        Those with less energy than `least` are left out: at 0.5 the opening.
        """
        index = 0
        while index * self.bar_seconds < self.seconds - 1e-6:
            start = index * self.bar_seconds
            place = start / self.seconds
            energy = 0.35 if place < self.opening else 0.7 if place < 0.55 else 1.0
            degree = self.progression[index % len(self.progression)]
            if energy >= least:
                yield Bar(index=index, start=start, degree=degree, energy=energy)
            index += 1

    def melody(self, rng: np.random.Generator) -> Iterator[tuple[float, float, int]]:
        """Start (seconds), length (seconds) and degree of each note of a tune.

        Two bars of rhythm and contour are invented and then repeated over the chords; the first
        note of a bar is a note of its chord. Nothing is higher than a ninth above the tonic.
        """
        motif = [self._motif(rng), self._motif(rng)]
        for bar in self.bars(least=0.5):
            for beat, length, step in motif[bar.index % 2]:
                start = bar.start + beat * self.beat
                degree = bar.degree + step
                yield start, length * self.beat, degree - 7 if degree > 8 else degree

    def _motif(self, rng: np.random.Generator) -> list[tuple[float, float, int]]:
        """Beat, length in beats, and steps above the chord, for one bar."""
        beat, step = 0.0, int(rng.choice([0, 2, 4]))
        notes = []
        while beat < self.beats_per_bar - 0.25:
            length = float(rng.choice([0.5, 1.0, 1.0, 1.5, 2.0]))
            length = min(length, self.beats_per_bar - beat)
            if beat == 0 or rng.random() < 0.85:
                notes.append((beat, length, step))
            beat += length
            step = int(min(max(step + rng.choice([-2, -1, -1, 1, 1, 2]), -1), 7))
        return notes
