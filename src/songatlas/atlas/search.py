"""Tracks that sound as some words say: by an ear's text tower, else by the tags that it heard."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.config import did_you_mean, require_one_of
from songatlas.distances import blocks
from songatlas.errors import ConfigError, ModelError, StorageError
from songatlas.extraction.words import ear_with_text, hear_words
from songatlas.features.audio.speech import TAG as SPEECH
from songatlas.machine import FileLimits
from songatlas.numerals import percent
from songatlas.results.descriptors import DESCRIPTORS_FILE, read_embeddings, read_tags
from songatlas.results.folder import RUN_FILE
from songatlas.results.record import RunRecord, read_run
from songatlas.results.written import as_written
from songatlas.text import one_line, printable, quoted, shorten, some
from songatlas.types import FloatArray, Track
from songatlas.types.atlas import AtlasData
from songatlas.words.query import Query, Term, match_scores, read_query

WAYS = ("text", "tags")
_PLAIN = 0.1  # probability below which nothing is plainly heard
_AT_ONCE = 8192  # rows that are doubled in precision
_HINTED = 5  # letters of a word that a tag may come close to
_MOST_SAID = 60  # columns of words that a message repeats


@dataclass(frozen=True, kw_only=True)
class Found:
    """Tracks that fit some words, the best first.

    Parameters
    ----------
    rows, tracks
        The tracks, and their rows in the atlas.
    scores
        By a text tower the cosine of words and sound, in [−1, 1]; by tags how many standard
        deviations of the collection a track is above its mean. The more the better.
    by
        What they were found by: the text tower or the tags, and of which ear.
    heard
        By tags, the probability in [0, 1] of each that was asked for, one mapping a track; empty
        mappings by a text tower.
    notes
        One sentence each for what was not understood or not heard.
    """

    rows: tuple[int, ...]
    tracks: tuple[Track, ...]
    scores: tuple[float, ...]
    by: str
    heard: tuple[Mapping[str, float], ...]
    notes: tuple[str, ...] = ()


def find_by_words(
    atlas: AtlasData,
    words: str,
    n: int = 20,
    *,
    by: str | None = None,
    limits: FileLimits | None = None,
) -> Found:
    """The `n` tracks that fit some words best; see :meth:`songatlas.Atlas.search`.

    Raises
    ------
    ConfigError
        Without a word that can be used, or when the run has nothing to search by.
    ModelError
        When the text tower cannot be used.
    StorageError
        When the folder does not hold what a run wrote.
    """
    said = one_line(printable(words))
    if not said:
        raise ConfigError("WORDS must say something, such as 'calm piano'. Got nothing.")
    if n < 1:
        raise ConfigError(f"n must be at least 1. Got {n}.")
    if by is not None:
        require_one_of("--by", by, WAYS)
    record = read_run(atlas.folder)
    if record.embedding is None:
        if (
            by != "text"
            and SPEECH in read_tags(atlas.folder)[0]
            and read_query(said, [SPEECH]).terms
        ):
            return _by_tags(atlas, said, n, "songatlas")
        raise ConfigError(
            f"Search by words needs a pretrained network that listened, and {atlas.folder} was "
            "made without one: songatlas run MUSIC --embedding musicnn --out ANOTHER-FOLDER"
        )
    if by == "text" or (by is None and "text" in record.embedding):
        return _by_text(atlas, said, n, record, limits)
    return _by_tags(atlas, said, n, str(record.embedding["name"]))


def _by_text(
    atlas: AtlasData, words: str, n: int, record: RunRecord, limits: FileLimits | None
) -> Found:
    used = record.embedding or {}
    if "text" not in used:
        raise ConfigError(
            f"{atlas.folder} was made when {used['name']} had no text tower. Describe one under "
            "[text] in its TOML, then: songatlas update RESULTS"
        )
    with as_written(atlas.folder / RUN_FILE):
        wanted = str(record.config["input"]["embedding"])
        names = dict(zip(used["fingerprint"].split("+"), used["name"].split("+"), strict=True))
        name = names[used["text"]]
    path = ear_with_text(wanted, used)
    means = read_embeddings(atlas.folder)
    _require_rows(atlas, len(means))
    vector = hear_words(path, words, limits)
    if len(vector) != means.shape[1]:
        raise ModelError(
            f"{path} must describe a text tower in the space of its ear, of {means.shape[1]} "
            f"numbers. Got {len(vector)}: name another output under [text]."
        )
    if not vector.any():
        raise ModelError(f"The text tower of {path} makes nothing but zeros of {quoted(words)}.")
    return _found(atlas, n, cosines(means, vector), by=f"text tower of {name}", notes=())


def cosines(means: FloatArray, vector: FloatArray) -> FloatArray:
    """Cosine of every row with a vector, in [−1, 1]; NaN for a row without direction.

    Examples
    --------
    >>> cosines(np.array([[3.0, 4.0], [0.0, 0.0]]), np.array([2.0, 0.0]))
    array([0.6, nan])
    """
    direction = vector.astype(np.float64) / np.linalg.norm(vector)
    found = np.empty(len(means))
    for part in blocks(len(means), _AT_ONCE):
        x = means[part].astype(np.float64)
        lengths = np.linalg.norm(x, axis=1)
        found[part] = x @ direction / np.where(lengths, lengths, np.nan)
    return found


def _by_tags(atlas: AtlasData, words: str, n: int, name: str) -> Found:
    tags, heard = read_tags(atlas.folder)
    if not tags:
        raise ConfigError(
            f"The ear of {atlas.folder}, {name}, has neither tags nor a text tower. Describe one "
            "under [text] in its TOML, then: songatlas update RESULTS"
        )
    _require_rows(atlas, len(heard))
    query = read_query(words, tags)
    if not query.terms:
        raise ConfigError(
            f"WORDS must have one of the tags of {name}. Got {_short(words)!r}."
            f"{_hint(query, tags)} There are {', '.join(sorted(tags))}."
        )
    scores = match_scores(query, tags, heard)
    asked = ", ".join(_asked(term) for term in query.terms)
    notes = tuple(_notes(query, tags, heard, name))
    found = _found(atlas, n, scores, by=f"{_source(query, name)}: {asked}", notes=notes)
    said = tuple(_probabilities(query, tags, heard[row]) for row in found.rows)
    return dataclasses.replace(found, heard=said)


def _found(
    atlas: AtlasData, n: int, scores: FloatArray, *, by: str, notes: tuple[str, ...]
) -> Found:
    known = np.flatnonzero(np.isfinite(scores))
    best = known[np.argsort(-scores[known], kind="stable")][:n]
    n_deaf = len(scores) - len(known)
    if n_deaf:
        notes += (f"{n_deaf:,} of {len(scores):,} tracks were not heard, and cannot be found.",)
    return Found(
        rows=tuple(best.tolist()),
        tracks=tuple(atlas.tracks[row] for row in best),
        scores=tuple(scores[best].tolist()),
        by=by,
        heard=({},) * len(best),
        notes=notes,
    )


def _probabilities(query: Query, tags: Sequence[str], heard: FloatArray) -> dict[str, float]:
    """Of every term the tag that a track is heard as most; `heard` is its row."""
    surest = (max(term.tags, key=lambda tag: heard[tags.index(tag)]) for term in query.terms)
    return {tag: float(heard[tags.index(tag)]) for tag in surest}


def _notes(query: Query, tags: Sequence[str], heard: FloatArray, name: str) -> Iterator[str]:
    if query.unknown:
        yield (
            f"No tag of {name} is {some([_short(repr(word)) for word in query.unknown])}."
            f"{_hint(query, tags)} There are {', '.join(sorted(tags))}."
        )
    for term in query.terms:
        columns = [tags.index(tag) for tag in term.tags]
        surest = float(np.nanmax(heard[:, columns], initial=0.0))
        if term.wanted and surest < _PLAIN:
            yield f"Nothing is plainly heard as {_asked(term)}: the surest has {percent(surest)}."


def _source(query: Query, name: str) -> str:
    """Who heard what is asked for: the ear, but for speech, which is measured."""
    tags = {tag for term in query.terms for tag in term.tags}
    by = ["what is measured"] if SPEECH in tags else []
    return " and ".join([*([f"tags of {name}"] if tags - {SPEECH} else []), *by])


def _asked(term: Term) -> str:
    """A term as it was understood."""
    tags = ", ".join(f"“{tag}”" for tag in term.tags)
    called = tags if len(term.tags) == 1 else f"{term.said} ({tags})"
    return called if term.wanted else f"not {called}"


def _hint(query: Query, tags: Sequence[str]) -> str:
    words = [word for word in query.unknown[:20] if len(word) >= _HINTED]
    return next(filter(None, (did_you_mean(word, tags) for word in words)), "")


def _short(text: str) -> str:
    return shorten(text, _MOST_SAID)


def _require_rows(atlas: AtlasData, n_rows: int) -> None:
    if n_rows != len(atlas.tracks):
        raise StorageError(
            f"{atlas.folder} must hold {len(atlas.tracks)} tracks, as when it was opened. Its "
            f"{DESCRIPTORS_FILE} has {n_rows}: open it again."
        )
