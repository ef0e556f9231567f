"""What somebody who searches asks for, in tags of a pretrained ear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import regex

from songatlas.text import unaccented
from songatlas.toml import read_toml
from songatlas.types import FloatArray
from songatlas.words.tags import HEARD

_TABLES = read_toml("words/search.toml")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_LONGEST = 4  # words of a tag
_SURE = 1e-6  # probabilities are held so far from 0 and 1, which have no log-odds


@dataclass(frozen=True, kw_only=True)
class Term:
    """One thing that is asked for.

    Parameters
    ----------
    said
        As it was asked for.
    tags
        That come nearest to it; several where none is it alone.
    wanted
        Whether it should be heard, or should not.
    """

    said: str
    tags: tuple[str, ...]
    wanted: bool = True


@dataclass(frozen=True, kw_only=True)
class Query:
    """What was understood of some words.

    Parameters
    ----------
    terms
        Each once.
    unknown
        Words that no tag has, each once.
    """

    terms: tuple[Term, ...]
    unknown: tuple[str, ...]


def read_query(words: str, tags: Sequence[str]) -> Query:
    """Find the tags that some words ask for, whatever case, accents, hyphens and plurals.

    As many words as possible are one tag; a word that is no tag stands for those that mean it, else
    for those of which it is a part.

    Parameters
    ----------
    tags
        Of the ear, merged as by :func:`songatlas.words.heard.merge_tags`.

    Examples
    --------
    >>> found = read_query("Hip Hop with violins, no female vocals", ["hip-hop", "violin", "rock",
    ...                                                              "female voice"])
    >>> [(term.said, term.tags, term.wanted) for term in found.terms]
    [('hip hop', ('hip-hop',), True), ('violins', ('violin',), True), ('female vocals', \
('female voice',), False)]
    >>> read_query("a calm zither", ["quiet", "mellow"])
    Query(terms=(Term(said='calm', tags=('mellow', 'quiet'), wanted=True),), unknown=('zither',))
    """
    known = _known(tags)
    given = _WORD.findall(unaccented(words))
    terms: dict[tuple[tuple[str, ...], bool], Term] = {}
    unknown: dict[str, None] = {}
    wanted, at = True, 0
    while at < len(given):
        size, found = _longest(given[at : at + _LONGEST], known)
        said = " ".join(given[at : at + size])
        at += size
        if not found and said in _WITHOUT:
            wanted = False
        elif found:
            terms.setdefault((found, wanted), Term(said=said, tags=found, wanted=wanted))
            wanted = True
        elif _key([said]) not in _SILENT:
            unknown[said] = None
            wanted = True
    return Query(terms=tuple(terms.values()), unknown=tuple(unknown))


def match_scores(query: Query, tags: Sequence[str], probabilities: FloatArray) -> FloatArray:
    """How much more than the collection every track is heard as what a query asks for.

    Log-odds of every tag are standardised over the tracks, so that a tag that the ear gives to
    everything counts as much as a rare one; the mean over the tags of a term is standardised again,
    and a score is the mean over the terms. What should not be heard takes away where it is heard
    more than usual, and adds nothing where it is not, unless nothing else is asked for.

    Parameters
    ----------
    query
        With at least one term.
    probabilities
        Shape (n_tracks, n_tags); NaN where unknown.

    Returns
    -------
    Shape (n_tracks,): in standard deviations of the collection, the more the better; NaN where a
    track was not heard.

    Examples
    --------
    >>> query = read_query("violin", ["violin", "rock"])
    >>> match_scores(query, ["violin", "rock"], np.array([[0.9, 0.1], [0.1, 0.9]])).round(3)
    array([ 1., -1.])
    """
    held = np.clip(probabilities.astype(np.float64), _SURE, 1.0 - _SURE)
    odds = np.log(held) - np.log1p(-held)
    scores = []
    some_wanted = any(term.wanted for term in query.terms)
    for term in query.terms:
        columns = [tags.index(tag) for tag in term.tags]
        of_term = _standardised(_standardised(odds[:, columns]).mean(axis=1))
        if not term.wanted:
            of_term = np.minimum(-of_term, 0.0) if some_wanted else -of_term
        scores.append(of_term)
    return np.asarray(np.mean(scores, axis=0))


def _standardised(values: FloatArray) -> FloatArray:
    """Mean 0 and standard deviation 1 over the tracks that are known; 0 where all are alike."""
    heard = ~np.isnan(values).reshape(len(values), -1).any(axis=1)
    if not heard.any():
        return values
    centred = values - values[heard].mean(axis=0)
    deviation = centred[heard].std(axis=0)
    return np.asarray(centred / np.where(deviation > 1e-9, deviation, np.inf))


def _known(tags: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Key of everything that may be said -> tags: the surest meaning of each."""
    known: dict[str, tuple[str, ...]] = {}
    for tag in tags:
        known.setdefault(_key(_WORD.findall(unaccented(tag))), (tag,))
    for tag in tags:
        for name in HEARD.get(tag, ()):
            known.setdefault(_key(_WORD.findall(unaccented(name))), (tag,))
    for word, near in _TABLES["also"].items():
        if heard := tuple(tag for tag in near if tag in tags):
            known.setdefault(_key([word]), heard)
    parts: dict[str, list[str]] = {}
    for tag in tags:
        words = _WORD.findall(unaccented(tag))
        for word in words if len(words) > 1 else ():
            parts.setdefault(_key([word]), []).append(tag)
    for part, whole in parts.items():
        if part not in _SILENT:
            known.setdefault(part, tuple(whole))
    return known


def _longest(
    words: Sequence[str], known: Mapping[str, tuple[str, ...]]
) -> tuple[int, tuple[str, ...]]:
    """How many of the first words are one thing that is known, and its tags; 1 and none."""
    for size in range(len(words), 0, -1):
        if found := known.get(_key(words[:size])):
            return size, found
    return 1, ()


def _key(words: Sequence[str]) -> str:
    """Words without what stands between them, each without the s of a plural."""
    return "".join(_singular(word) for word in words)


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word.isalpha()
    return word[:-1] if plural else word


_SILENT = frozenset(_key([word]) for word in _TABLES["silent"])
_WITHOUT = frozenset(_TABLES["without"])
