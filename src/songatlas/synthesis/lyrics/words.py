"""What the word lists of a language and of a theme hold, so that any of them fits any template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from songatlas.toml import read_toml


@dataclass(frozen=True, kw_only=True)
class Words:
    """Phrases of one language that fit the templates of its :class:`Book`.

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

    things: Sequence[str]
    fates: Sequence[str]
    doings: Sequence[str]
    places: Sequence[str]
    traits: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Book:
    """Everything that lyrics in one language are made of.

    Parameters
    ----------
    templates, titles
        Lines and titles, with the places in braces that words fill.
    headers
        Of the four sections of a song.
    shared, themes
        The words of every style, and those of each by its name.
    """

    templates: Sequence[str]
    titles: Sequence[str]
    headers: Sequence[str]
    shared: Words
    themes: Mapping[str, Words]


def read_book(name: str) -> Book:
    """Read the words of a language from its file in this folder.

    Examples
    --------
    >>> read_book("german.toml").themes["Folk"].traits[0]
    'müde'
    """
    table = read_toml(f"synthesis/lyrics/{name}")
    shared = Words(**table.pop("shared"))
    themes = {style: Words(**words) for style, words in table.pop("themes").items()}
    return Book(**table, shared=shared, themes=themes)
