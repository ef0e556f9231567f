"""What the word lists of a language and of a theme hold, so that any of them fits any template."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Words:
    """Phrases of one language that fit the templates of :mod:`songatlas.synthesis.lyrics.song`.

    Parameters
    ----------
    things
        Subjects in the singular, with their article.
    fates
        What a thing does, third person.
    doings
        What I do: a verb of one word, and the rest of the phrase.
    places
        Where or when, with the preposition.
    traits
        What somebody or something is.
    """

    things: tuple[str, ...]
    fates: tuple[str, ...]
    doings: tuple[str, ...]
    places: tuple[str, ...]
    traits: tuple[str, ...]
