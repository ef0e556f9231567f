"""Tracks by category: which categories are shown by name, and how each is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from songatlas.plots.fonts import shorten_all
from songatlas.plots.style import NOISE, NONE, OTHER, colour_of, marker_of
from songatlas.types import BoolArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Category:
    """Some of the tracks, under one name.

    Parameters
    ----------
    name
        As it is shown, not yet shortened.
    members
        Shape (n_tracks,): which tracks belong to it.
    colour, marker
        How its tracks are drawn.
    kind
        What its tracks have in common: a label or a cluster (``"named"``), one of the rare ones
        (``"other"``), no label (``"none"``), no cluster (``"noise"``).
    """

    name: str
    members: BoolArray
    colour: str
    marker: str
    kind: Literal["named", "other", "none", "noise"] = "named"

    @property
    def is_named(self) -> bool:
        """Whether the name is that of a label or a cluster."""
        return self.kind == "named"

    @property
    def n_tracks(self) -> int:
        """Number of tracks in it."""
        return int(self.members.sum())


def has_labels(labels: Sequence[str]) -> bool:
    """Whether any track has a label.

    Examples
    --------
    >>> has_labels(["", "rock"]), has_labels(["", " "]), has_labels([])
    (True, False, False)
    """
    return any(label.strip() for label in labels)


def label_categories(labels: Sequence[str], limit: int, *, none: str = "none") -> list[Category]:
    """Labels by decreasing frequency, then a remainder, then the tracks without a label.

    Parameters
    ----------
    labels
        One a track; empty where there is none.
    limit
        Most categories to return, all included; at least 3.
    none
        Name of the tracks without a label.

    Examples
    --------
    >>> [(c.name, c.n_tracks) for c in label_categories(["b", "a", "b", "", "c", "d"], 4)]
    [('b', 2), ('a', 1), ('2 others', 2), ('none', 1)]
    """
    values = np.array([label.strip() for label in labels], dtype=object)
    counts = Counter(value for value in values if value)
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    without = values == ""
    room = limit - int(without.any())
    shown = ranked if len(ranked) <= room else ranked[: room - 1]
    lacking = Category(name=none, members=without, colour=NONE, marker="o", kind="none")
    numbers = {name: rank for rank, name in enumerate(shown)}
    return _categories(values, numbers, len(ranked) - len(shown), lacking)


def cluster_categories(clusters: IntArray, limit: int) -> list[Category]:
    """Clusters by number, then the smallest together where there are too many, then noise (−1).

    Examples
    --------
    >>> labels = np.array([0, 0, 0, 1, 1, 2, 3, -1])
    >>> [(c.name, c.n_tracks) for c in cluster_categories(labels, 4)]
    [('0', 3), ('1', 2), ('2 others', 2), ('noise', 1)]
    """
    if len(clusters) == 0:
        raise ValueError("clusters must hold at least one track. Got none.")
    numbers, sizes = np.unique(clusters[clusters >= 0], return_counts=True)
    noise = np.asarray(clusters < 0)
    room = limit - int(noise.any())
    by_size = numbers[np.lexsort((numbers, -sizes))]
    shown = np.sort(by_size if len(by_size) <= room else by_size[: room - 1])
    lacking = Category(name="noise", members=noise, colour=NOISE, marker="x", kind="noise")
    of_number = {int(number): int(number) for number in shown}
    return _categories(clusters, of_number, len(numbers) - len(shown), lacking)


def _categories(
    values: np.ndarray, numbers: Mapping[Any, int], n_others: int, lacking: Category
) -> list[Category]:
    """Values by the number that colour and shape follow, then the others, then what lacks one."""
    named = [
        Category(name=f"{v}", members=values == v, colour=colour_of(i), marker=marker_of(i))
        for v, i in numbers.items()
    ]
    rest = ~lacking.members & ~np.isin(values, list(numbers))
    others = Category(
        name=f"{n_others} others", members=rest, colour=OTHER, marker="h", kind="other"
    )
    return [*named, *(category for category in (others, lacking) if category.n_tracks)]


def labels_by_name(
    label_name: str, labels: Sequence[str], languages: Sequence[str]
) -> dict[str, Sequence[str]]:
    """Labels and languages by what they are, without those that no track has.

    Examples
    --------
    >>> labels_by_name("genre", ["rap"], [""]), labels_by_name("language", ["en"], ["en"])
    ({'genre': ['rap']}, {'language': ['en']})
    """
    found = {"language": languages, label_name: labels}  # one, where that is the label
    names = dict.fromkeys((label_name, "language"))
    return {name: found[name] for name in names if has_labels(found[name])}


def entries(categories: Sequence[Category]) -> list[str]:
    """Name of each, shortened, with its number of tracks."""
    names = shorten_all([category.name for category in categories], 20)
    return [f"{name} ({found.n_tracks:,})" for name, found in zip(names, categories, strict=True)]
