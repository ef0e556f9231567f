"""What clusters are judged against, kept apart from everything that learns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from songatlas.config import Config, did_you_mean
from songatlas.errors import ConfigError
from songatlas.library.sung import sung
from songatlas.text import fold
from songatlas.types import IntArray, Track

_FIELDS = ("title", "artist", "album", "genre", "year", "language")
_OF_TAGS = ("album_artist", "composer", "disc")  # or of a column of the very name


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Integer labels of the tracks.

    Parameters
    ----------
    codes
        Shape (n_tracks,), −1 where a track has none; otherwise an index into `names`.
    names
        In alphabetical order.
    """

    codes: IntArray
    names: tuple[str, ...]

    @property
    def values(self) -> list[str]:
        """Name of every track's label, empty where it has none.

        Examples
        --------
        >>> encode_labels(["rock", "Rock ", "", "Rock"]).values
        ['Rock', 'Rock', '', 'Rock']
        """
        return ["" if code < 0 else self.names[code] for code in self.codes]

    @property
    def n_labelled(self) -> int:
        """Tracks that have a label."""
        return int((self.codes >= 0).sum())


def encode_labels(values: list[str]) -> Labels:
    """Number the values; those that differ only in case or spacing are one.

    Examples
    --------
    >>> labels = encode_labels(["Rock", "rock ", "", "Pop"])
    >>> labels.codes.tolist(), labels.names
    ([1, 1, -1, 0], ('Pop', 'Rock'))
    """
    folded = [fold(value) for value in values]
    spellings: dict[str, Counter[str]] = {}
    for key, value in zip(folded, values, strict=True):
        spellings.setdefault(key, Counter())[" ".join(value.split())] += 1
    keys = sorted(key for key in spellings if key)
    codes = {key: i for i, key in enumerate(keys)} | {"": -1}
    most_common = [min(spellings[key].items(), key=lambda x: (-x[1], x[0]))[0] for key in keys]
    return Labels(codes=np.array([codes[key] for key in folded], int), names=tuple(most_common))


def column_values(tracks: tuple[Track, ...], column: str) -> list[str]:
    """Values of a field or metadata column, one a track.

    Raises
    ------
    ConfigError
        When neither a field nor a column of any track has that name.
    """
    if column in (*_FIELDS, *_OF_TAGS):
        values = [getattr(track, column) for track in tracks]
        # of several genres the first is the main one
        return [text.split(";")[0].strip() for text in values] if column == "genre" else values
    known = {name for track in tracks for name in track.columns}
    if column not in known:
        names = sorted({*_FIELDS, *known})
        raise ConfigError(
            f"No column {column!r} in the metadata.{did_you_mean(column, names)} "
            f"There are: {', '.join(names)}."
        )
    return [track.columns.get(column, "") for track in tracks]


def read_labels(tracks: tuple[Track, ...], config: Config) -> Labels:
    """Labels of ``config.evaluation.label_column``.

    Raises
    ------
    ConfigError
        When the column is also an input, or says the same as one.
    """
    column = config.evaluation.label_column
    values = None if column == "lyrics" else column_values(tracks, column)
    lyrics = [track.lyrics for track in tracks]
    if values is None or (any(lyrics) and lyrics == [sung(value) for value in values]):
        raise ConfigError(
            f"The label column {column!r} is the lyrics, which the model reads: clusters would be "
            "judged against their own input. Name another --label-column."
        )
    return encode_labels(values)
