"""Titles and lyrics: two verses and a chorus, half of their words from the theme of the style.

Conventions
-----------
Languages are ISO 639-1 codes. Nothing is taken from an existing song; the names of the styles
appear in no line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.synthesis.lyrics.words import Words, read_book

BOOKS = {"en": read_book("english.toml"), "de": read_book("german.toml")}
THEME_SHARE = 0.55
OPENING = 0.16  # share of a track before the first line


@dataclass(frozen=True, kw_only=True)
class Lyrics:
    """A title and four sections of lines, each under its header (``"Chorus"``)."""

    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    def as_text(self, *, headers: bool) -> str:
        """Plain text, an empty line between sections, with or without ``[Chorus]`` lines."""
        parts = [
            "\n".join(([f"[{header}]"] if headers else []) + list(lines))
            for header, lines in self.sections
        ]
        return "\n\n".join(parts) + "\n"

    def as_lrc(self, *, artist: str, seconds: float, headers: bool) -> str:
        """LRC text with the time of each line, spread evenly over a track of `seconds`."""
        lines = [line for line in self.as_text(headers=headers).split("\n") if line]
        step = seconds * (0.97 - OPENING) / len(lines)
        timed = [_timestamp(seconds * OPENING + i * step) + line for i, line in enumerate(lines)]
        return "\n".join([f"[ti:{self.title}]", f"[ar:{artist}]", *timed]) + "\n"


def write_lyrics(theme: str, language: str, rng: np.random.Generator) -> Lyrics:
    """Write a song.

    Parameters
    ----------
    theme
        Name of a style.
    language
        A key of :data:`BOOKS`.

    Examples
    --------
    >>> import numpy as np
    >>> song = write_lyrics("Folk", "de", np.random.default_rng(0))
    >>> [header for header, _ in song.sections]
    ['Strophe 1', 'Refrain', 'Strophe 2', 'Refrain']
    """
    book = BOOKS[language]
    words = (book.themes[theme], book.shared)
    chorus = _lines(book.templates, words, rng)
    verses = [_lines(book.templates, words, rng) for _ in range(2)]
    title = _capital(_filled(_pick(book.titles, rng), words, rng))
    sections = tuple(zip(book.headers, (verses[0], chorus, verses[1], chorus), strict=True))
    return Lyrics(title=title, sections=sections)


def _lines(
    templates: Sequence[str], words: tuple[Words, Words], rng: np.random.Generator
) -> tuple[str, ...]:
    chosen = rng.choice(len(templates), size=4, replace=False)
    return tuple(_capital(_filled(templates[i], words, rng)) for i in chosen)


def _filled(template: str, words: tuple[Words, Words], rng: np.random.Generator) -> str:
    theme, shared = words

    def source() -> Words:
        return theme if rng.random() < THEME_SHARE else shared

    verb, _, rest = _pick(source().doings, rng).partition(" ")
    trait = _pick(source().traits, rng)
    others = [other for other in (*theme.traits, *shared.traits) if other != trait]
    return template.format(
        thing=_pick(source().things, rng),
        fate=_pick(source().fates, rng),
        place=_pick(source().places, rng),
        verb=verb,
        rest=rest,
        trait=trait,
        trait2=_pick(others, rng),
    )


def _pick(choices: Sequence[str], rng: np.random.Generator) -> str:
    return choices[int(rng.integers(len(choices)))]


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]


def _timestamp(seconds: float) -> str:
    """Time of a line in LRC.

    Examples
    --------
    >>> _timestamp(75.5)
    '[01:15.50]'
    """
    hundredths = round(100 * seconds)
    return f"[{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}]"
