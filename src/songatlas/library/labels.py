"""What clusters are judged against, kept apart from everything that learns."""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from songatlas.config import Config, did_you_mean
from songatlas.errors import ConfigError
from songatlas.text import fold
from songatlas.types import IntArray, Track

_MOST_NUMBERS = 20  # more of them are a quantity rather than classes
_BINS = range(2, 21)
# Last words of names of columns whose numbers stand for classes, however many.
_CODES = frozenset(("id", "code", "class", "label", "target", "cluster", "genre", "style"))
_WORDS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
# As programs and people write an empty cell.
_SAYS_NOTHING = frozenset(
    (
        "nan",
        "<na>",
        "null",
        "none",
        "n/a",
        "n.a.",
        "-",
        "--",
        "?",
        "unknown",
        "<unknown>",
        "unbekannt",
    )
)
_MEASURE = re.compile(r"[€$£~≈]?\s*([-+]?\d[\d.,]*)\s*(%|°|[^\W\d_]{1,4})?")  # 120 BPM
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):([0-5]\d(?:\.\d+)?)")
_DATE = re.compile(
    r"(\d{4})[-/.]\d{1,2}(?:[-/.]\d{1,2}(?:[ T].*)?)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4})"
)
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_FIELDS = ("title", "artist", "album", "genre", "year", "language")
_CREDITS = ("album_artist", "composer", "disc")


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Integer labels of the tracks.

    Parameters
    ----------
    codes
        Shape (n_tracks,), −1 where a track has none; otherwise an index into `names`.
    names
        In alphabetical order, those that begin with a number by that.
    doubt
        One sentence on why they say nothing about any clustering; empty where they may.
    """

    codes: IntArray
    names: tuple[str, ...]
    doubt: str = ""

    @property
    def judging(self) -> Labels:
        """These labels where they can judge a clustering, else none."""
        if not self.doubt:
            return self
        return Labels(codes=np.full_like(self.codes, -1), names=())

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
    folded = ["" if (key := fold(value)) in _SAYS_NOTHING else key for value in values]
    spellings: dict[str, Counter[str]] = {}
    for key, value in zip(folded, values, strict=True):
        spellings.setdefault(key, Counter())[" ".join(value.split())] += 1
    keys = sorted((key for key in spellings if key), key=_by_number)
    codes = {key: i for i, key in enumerate(keys)} | {"": -1}
    most_common = [min(spellings[key].items(), key=lambda x: (-x[1], x[0]))[0] for key in keys]
    return Labels(codes=np.array([codes[key] for key in folded], int), names=tuple(most_common))


def column_values(tracks: tuple[Track, ...], column: str, *, unjoined: str = "") -> list[str]:
    """Values of a field or metadata column, one a track.

    Parameters
    ----------
    unjoined
        Why no track has the columns of the table, if so.

    Raises
    ------
    ConfigError
        When neither a field nor a column of any track has that name.
    """
    if column in (*_FIELDS, *_CREDITS):
        values = [getattr(track, column) for track in tracks]
        # of several genres the first is the main one
        return [text.split(";")[0].strip() for text in values] if column == "genre" else values
    known = {name for track in tracks for name in track.columns}
    if column not in known:
        names = sorted({*_FIELDS, *known})
        if unjoined:
            raise ConfigError(f"No track has {column!r} of the table. {unjoined}")
        raise ConfigError(
            f"No column {column!r} in the metadata.{did_you_mean(column, names)} "
            f"There are: {', '.join(names)}."
        )
    return [track.columns.get(column, "") for track in tracks]


def label_values(tracks: tuple[Track, ...], column: str, *, unjoined: str = "") -> list[str]:
    """The same for a label: ``tempo:4`` are the four quarters of the numbers in ``tempo``.

    Raises
    ------
    ConfigError
        As above; for no numbers, or for less than 2 or more than 20 bins.
    """
    base, n_bins = base_column(tracks, column)
    if not n_bins:
        return column_values(tracks, column, unjoined=unjoined)
    values = column_values(tracks, base, unjoined=unjoined)
    if int(n_bins) not in _BINS or not any(_numbers(values)):
        got = f"{n_bins} bins" if int(n_bins) not in _BINS else "no number in that column"
        raise ConfigError(
            f"The label column {column!r} must be a column of numbers and 2 to 20 bins. Got {got}."
        )
    return bins(values, int(n_bins))


def base_column(tracks: tuple[Track, ...], column: str) -> tuple[str, str]:
    """The column that a label column takes its values from, and into how many bins, if any.

    Examples
    --------
    >>> base_column((), "tempo:4"), base_column((), "genre")
    (('tempo', '4'), ('genre', ''))
    """
    base, _, n_bins = column.rpartition(":")
    whole = not base or any(column in track.columns for track in tracks)
    return (column, "") if whole or not n_bins.isdecimal() else (base, n_bins)


def bins(values: list[str], n_bins: int) -> list[str]:
    """Numbers as ranges that hold about equally many of them; empty for what is no number.

    Of *120 BPM* the number counts where all have one unit, of *3:45* the seconds, of a date its
    year.

    Examples
    --------
    >>> bins(["60", "71.5", "?", "90", "120"], 2)
    ['60 – 71.5', '60 – 71.5', '', '90 – 120', '90 – 120']
    """
    numbers = _numbers(values)
    known = np.array([number[0] for number in numbers if number])
    distinct, counts = np.unique(known, return_counts=True)
    below = np.cumsum(counts)[:-1]  # of every place between two numbers
    wanted = len(known) * np.arange(1, n_bins) / n_bins
    cuts = (
        np.unique([np.abs(below - n).argmin() for n in wanted]) if len(below) else np.array([], int)
    )
    place = np.searchsorted(distinct[cuts + 1], known, side="right")
    names = {
        k: " – ".join(
            f"{end:.12g}"
            for end in dict.fromkeys((known[place == k].min(), known[place == k].max()))
        )
        for k in set(place.tolist())
    }
    named = iter(names[k] for k in place.tolist())
    return [next(named) if number else "" for number in numbers]


def read_labels(tracks: tuple[Track, ...], config: Config, *, unjoined: str = "") -> Labels:
    """Labels of ``config.evaluation.label_column``.

    Parameters
    ----------
    unjoined
        Why no track has the columns of the table, if so.

    Raises
    ------
    ConfigError
        When the column is not there, is also an input, or says the same as one.
    """
    column = config.evaluation.label_column
    values = None if column == "lyrics" else label_values(tracks, column, unjoined=unjoined)
    lyrics = [track.lyrics for track in tracks]
    if values is None or (any(lyrics) and lyrics == _as_sung(values)):
        raise ConfigError(
            f"The label column {column!r} is the lyrics, which the model reads: clusters would be "
            "judged against their own input. Name another --label-column."
        )
    labels = encode_labels(values)
    return dataclasses.replace(labels, doubt=_doubt(labels, column))


def _as_sung(values: Sequence[str]) -> list[str]:
    from songatlas.library.sung import sung  # compiles what a library without words can spare

    return [sung(value) for value in values]


def _doubt(labels: Labels, column: str) -> str:
    """Why labels can judge nothing: one for all, mostly one a track, or a quantity."""
    n_tracks, n_names = labels.n_labelled, len(labels.names)
    if not n_tracks:
        return ""
    numbers = all(_numbers(labels.names))
    n_alone = int((np.bincount(labels.codes[labels.codes >= 0]) == 1).sum())
    if n_names == 1:
        what = f"all of its {n_tracks:,} tracks have the same value"
    elif 2 * n_alone > n_tracks:
        what = f"{n_names:,} values on {n_tracks:,} tracks, {n_alone:,} of them on one track alone"
    elif numbers and n_names > _MOST_NUMBERS and _WORDS.split(column)[-1].lower() not in _CODES:
        what = f"{n_names:,} different numbers on {n_tracks:,} tracks"
    else:
        return ""
    offer = (
        f" Ranges of its numbers can: --label-column {column}:4." if numbers and n_names > 3 else ""
    )
    return (
        f"The label column {column!r} can judge no clustering ({what}), and is left out of scores "
        f"and pictures.{offer}"
    )


def _numbers(texts: Sequence[str]) -> list[tuple[float] | None]:
    """The finite number that each text is, alone in a tuple; None where it is none.

    With a unit it is one where no other unit is there.
    """
    said = [text.strip() for text in texts]
    with_comma = [text for text in said if "," in text]
    thousands = all(map(_THOUSANDS.fullmatch, with_comma))
    found = [_number(text.replace(",", "") if thousands else text) for text in said]
    units = {unit for number in found if number for unit in (number[1],) if unit}
    return [(n[0],) if n and (not n[1] or len(units) == 1) else None for n in found]


def _number(text: str) -> tuple[float, str] | None:
    """The number that `text` is, and its unit."""
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (float(part or 0) for part in clock.groups())
        return 3600 * hours + 60 * minutes + seconds, ":"
    if date := _DATE.fullmatch(text):
        return float(date[1] or date[2]), "date"
    measure = _MEASURE.fullmatch(text)
    amount, unit = (measure[1], measure[2] or "") if measure else (text, "")
    try:
        number = float(amount.replace(",", "."))
    except ValueError:
        try:
            number, unit = float(text.replace(",", ".")), ""  # 1e-3
        except ValueError:
            return None
    return (number, unit.casefold()) if math.isfinite(number) else None


def _by_number(key: str) -> tuple[float, str]:
    found = _NUMBER.match(key)
    return float(found[0].replace(",", ".")) if found else math.inf, key
