"""What a conditional model is given of every track, beside what it hears."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from songatlas.config import Config
from songatlas.errors import ConfigError
from songatlas.library.labels import Labels, base_column, column_values, encode_labels
from songatlas.text import fold
from songatlas.types import FloatArray, IntArray, Track

MIN_HEARD = 10  # tracks with one value of what is heard: of fewer nothing can be learned


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What a conditional model is given.

    Parameters
    ----------
    names
        Value of each column; empty without a condition.
    one_hot
        Shape (n_tracks, n_values), float32; a row of zeros where the value is unknown.
    """

    names: tuple[str, ...]
    one_hot: FloatArray

    @property
    def tells(self) -> bool:
        """Whether not all tracks are the same in it."""
        return bool((self.one_hot != self.one_hot[:1]).any())


def one_hot(values: list[str], names: tuple[str, ...]) -> FloatArray:
    """Rows of the identity, and of zeros for a value that is not among `names`.

    Examples
    --------
    >>> one_hot(["EN", "xx", "de"], ("de", "en")).tolist()
    [[0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
    """
    folded = {fold(name): i for i, name in enumerate(names)}
    rows = np.vstack([np.eye(len(names), dtype=np.float32), np.zeros((1, len(names)))])
    return np.asarray(rows[[folded.get(fold(value), len(names)) for value in values]], np.float32)


def encode_condition(
    tracks: tuple[Track, ...],
    config: Config,
    labels: Labels,
    *,
    unjoined: str = "",
    heard: bool = False,
) -> Condition:
    """Condition of every track under ``config.model.condition``.

    Parameters
    ----------
    unjoined
        Why no track has the columns of the table, if so.
    heard
        Whether the column is none of the table: what fewer than ten share is unknown then.

    Raises
    ------
    ConfigError
        When the condition is the label or determines it, or tells every track from all others.
    """
    column = config.model.condition
    if not column:
        return Condition(names=(), one_hot=np.zeros((len(tracks), 0), np.float32))
    values = column_values(tracks, column, unjoined=unjoined)
    if heard:
        often = Counter(values)
        values = [value if often[value] >= MIN_HEARD else "" for value in values]
    condition = encode_labels(values)
    label_column = config.evaluation.label_column
    is_label = column in (label_column, base_column(tracks, label_column)[0])
    if not is_label and 1 < len(tracks) == len(condition.names):
        raise ConfigError(
            f"The condition {column!r} has a value of its own for every track: it says which track "
            "it is, and leaves the model nothing to hear. Choose another --condition."
        )
    if is_label or _determines(condition, labels.judging):
        raise ConfigError(
            f"The condition {column!r} is, or alone determines, the label column "
            f"{label_column!r}: the model would be given what it is judged against. Choose another "
            "--condition or --label-column."
        )
    return Condition(names=condition.names, one_hot=one_hot(values, condition.names))


def _determines(condition: Labels, labels: Labels) -> bool:
    """Whether every value of a condition goes with one label alone, and there are several.

    Where few tracks have a label that may be chance, unless the two are the same of every track.
    """
    if len(labels.names) < 2:
        return False
    known = labels.codes >= 0
    n_values, n_labels, n_pairs = _counts(condition.codes, labels.codes)
    if n_pairs == n_values == n_labels:
        return True
    n_values, n_labels, n_pairs = _counts(condition.codes[known], labels.codes[known])
    many = known.sum() >= max(len(known) / 2, 2 * n_values)
    return bool(many and n_labels > 1 and n_pairs == n_values)


def _counts(values: IntArray, labels: IntArray) -> tuple[int, int, int]:
    """Different values, different labels, and different pairs of both."""
    pairs = {*zip(values.tolist(), labels.tolist(), strict=True)}
    return len({a for a, _ in pairs}), len({b for _, b in pairs}), len(pairs)
