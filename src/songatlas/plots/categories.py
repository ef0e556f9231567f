"""Tracks by category: which categories are shown by name, and how each is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from songatlas.plots.style import NOISE, NONE, OTHER, colour_of, marker_of

if TYPE_CHECKING:
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
    categories = [
        Category(name=name, members=values == name, colour=colour_of(rank), marker=marker_of(rank))
        for rank, name in enumerate(shown)
    ]
    rest = np.isin(values, ranked[len(shown) :])
    name = f"{len(ranked) - len(shown)} others"
    return categories + _unnamed(
        Category(name=name, members=rest, colour=OTHER, marker="h", kind="other"),
        Category(name=none, members=without, colour=NONE, marker="o", kind="none"),
    )


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
    categories = [
        Category(
            name=str(number),
            members=clusters == number,
            colour=colour_of(int(number)),
            marker=marker_of(int(number)),
        )
        for number in shown
    ]
    rest = ~noise & ~np.isin(clusters, shown)
    name = f"{len(numbers) - len(shown)} others"
    return categories + _unnamed(
        Category(name=name, members=rest, colour=OTHER, marker="h", kind="other"),
        Category(name="noise", members=noise, colour=NOISE, marker="x", kind="noise"),
    )


def _unnamed(*categories: Category) -> list[Category]:
    return [category for category in categories if category.n_tracks]
