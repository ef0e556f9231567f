"""What is known of every track that can be said in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from songatlas.types import BoolArray, FloatArray, IntArray
from songatlas.types.scale import Scale

LEAST_TAGS = 5  # most probable tags of a track, which it is said to have; of many a tenth
_FEWEST_WORDS = 30  # different ones that are read of a track at least, where it has them


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Which words every track uses, see :func:`read_vocabulary`.

    Parameters
    ----------
    terms
        In the order of the columns.
    uses
        Sparse (CSR), shape (n_tracks, n_terms), 1 where the track uses the term.
    """

    terms: tuple[str, ...]
    uses: Any

    @property
    def present(self) -> BoolArray:
        """Shape (n_tracks,): which tracks have words."""
        return np.asarray(np.diff(self.uses.indptr) > 0)

    def of(self, rows: IntArray) -> Vocabulary:
        """Of some of the tracks."""
        return Vocabulary(terms=self.terms, uses=self.uses[rows])


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Row *i* of everything is track *i*.

    Parameters
    ----------
    scales
        In the order of the columns of `sound`.
    sound
        Shape (n_tracks, n_scales); NaN where unknown.
    tag_names
        In the order of the columns of `tags`; empty without a pretrained ear.
    tags
        Shape (n_tracks, n_tags): probabilities; NaN where unknown.
    vocabulary
        Of the lyrics.
    languages, genres, artists
        One a track, empty where unknown; of the artists the key of the main one.
    """

    scales: tuple[Scale, ...]
    sound: FloatArray
    tag_names: tuple[str, ...]
    tags: FloatArray
    vocabulary: Vocabulary
    languages: tuple[str, ...]
    genres: tuple[str, ...]
    artists: tuple[str, ...]

    def __post_init__(self) -> None:
        n_tracks = len(self.sound)
        shapes = {
            "sound": (self.sound.shape, (n_tracks, len(self.scales))),
            "tags": (self.tags.shape, (n_tracks, len(self.tag_names))),
            "uses": (self.vocabulary.uses.shape, (n_tracks, len(self.vocabulary.terms))),
        }
        wrong = {name: pair for name, pair in shapes.items() if pair[0] != pair[1]}
        texts = (self.languages, self.genres, self.artists)
        if wrong or any(len(text) != n_tracks for text in texts):
            raise ValueError(
                f"Every part must have {n_tracks} rows. Got (found, expected): {wrong}"
            )

    def of(self, rows: IntArray) -> Evidence:
        """Of some of the tracks."""
        texts = {
            name: tuple(getattr(self, name)[row] for row in rows.tolist())
            for name in ("languages", "genres", "artists")
        }
        sound, tags = self.sound[rows], self.tags[rows]
        return replace(self, sound=sound, tags=tags, vocabulary=self.vocabulary.of(rows), **texts)


def strongest_tags(tags: FloatArray) -> BoolArray:
    """Which of the tags are among the tenth, at least five, that are most probable of their track.

    What is certain not to be heard is not.

    Parameters
    ----------
    tags
        Shape (n_tracks, n_tags); a track with NaN has none.

    Examples
    --------
    >>> strongest_tags(np.array([[0.1, 0.9, 0.2, 0.3, 0.4, 0.5]])).astype(int).tolist()
    [[0, 1, 1, 1, 1, 1]]
    """
    order = np.argsort(-np.nan_to_num(tags), axis=1, kind="stable")
    has = np.zeros(tags.shape, bool)
    n_tags = max(LEAST_TAGS, math.ceil(tags.shape[1] / 10))
    np.put_along_axis(has, order[:, :n_tags], True, axis=1)
    return has & (tags > 0)


def heard_in_tracks(evidence: Evidence) -> tuple[tuple[str, ...], ...]:
    """What :func:`strongest_tags` says of every track, the most probable first."""
    has, names = strongest_tags(evidence.tags), evidence.tag_names
    columns = [np.flatnonzero(row) for row in has]
    return tuple(
        tuple(names[j] for j in of[np.argsort(-tags[of], kind="stable")])
        for of, tags in zip(columns, evidence.tags, strict=True)
    )


def read_vocabulary(words: Iterable[Sequence[str]]) -> Vocabulary:
    """The first different words of every track, as many of each.

    Long lyrics use more words of every kind: a cluster of them would seem to be typical for "and"
    and "the". So of each track only its first *n* different words are read, *n* being the lower
    quartile of how many the tracks have, at least 30.

    Parameters
    ----------
    words
        Tokens of each track's lyrics in their order; none where it has none. Those of one track
        are let go before the next, as the words of many take a gigabyte.

    Examples
    --------
    >>> found = read_vocabulary([["sea", "blue", "sea"], [], ["sea"]])
    >>> found.terms, found.uses.toarray().tolist(), found.present.tolist()
    (('blue', 'sea'), [[1, 1], [0, 0], [0, 1]], [True, False, True])
    """
    number: dict[str, int] = {}  # of every word, in the order in which they come
    different = [
        np.array(
            [number.setdefault(word, len(number)) for word in dict.fromkeys(of_track)], np.int32
        )
        for of_track in words
    ]
    lengths = [len(of_track) for of_track in different if len(of_track)]
    n_read = max(_FEWEST_WORDS, int(np.quantile(lengths, 0.25))) if lengths else 0
    read = [of_track[:n_read] for of_track in different]
    flat = np.concatenate([np.zeros(0, np.int32), *read])
    used = {*np.unique(flat).tolist()}
    terms = sorted(word for word, i in number.items() if i in used)
    ends = np.concatenate([[0], np.cumsum([len(found) for found in read])])
    uses = sp.csr_matrix(
        (np.ones(len(flat), np.int32), flat, ends), shape=(len(read), len(number))
    )[:, [number[term] for term in terms]]
    uses.sort_indices()
    return Vocabulary(terms=tuple(terms), uses=uses)
