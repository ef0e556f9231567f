"""Stacks of contingency tables, on which bootstrap and permutation test compute their scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from songatlas.evaluation.contingency import scored_tracks
from songatlas.evaluation.external import EXTERNAL
from songatlas.types import Counts, Float64, IntArray

BLOCK_ENTRIES = 1_000_000  # entries of a stack held at once: 8 MB


def score_stacks(stacks: Iterable[Counts]) -> dict[str, Float64]:
    """Every external score of every table of a stream of stacks, shape (n_tables,) each.

    NaN where a table has fewer than two classes.

    Examples
    --------
    >>> score_stacks([np.array([[[2, 0], [0, 2]], [[1, 1], [1, 1]]])])["ARI"].tolist()
    [1.0, -0.5]
    """
    parts: dict[str, list[Float64]] = {name: [np.empty(0)] for name in EXTERNAL}
    for stack in stacks:
        for name, metric in EXTERNAL.items():
            parts[name].append(metric.of_counts(stack))
    return {name: np.concatenate(part) for name, part in parts.items()}


def defined_scores(
    table: Counts, drawn: Mapping[str, Float64]
) -> Iterator[tuple[str, float, Float64]]:
    """Name, value of `table`, and values of drawn tables, of every external score that has them.

    Parameters
    ----------
    drawn
        Of :func:`score_stacks`; what is NaN there is left out.

    Examples
    --------
    >>> table, drawn = np.array([[2, 0], [0, 2]]), {name: np.array([np.nan]) for name in EXTERNAL}
    >>> list(defined_scores(table, drawn | {"ARI": np.array([0.5, np.nan])}))
    [('ARI', 1.0, array([0.5]))]
    """
    for name, metric in EXTERNAL.items():
        value, scores = float(metric.of_counts(table)), drawn[name][np.isfinite(drawn[name])]
        if np.isfinite(value) and len(scores):
            yield name, value, scores


def stack_sizes(n_tables: int, n_entries: int) -> Iterator[int]:
    """Split `n_tables` tables of `n_entries` each into stacks that fit the memory.

    Examples
    --------
    >>> list(stack_sizes(10, 250_000))
    [4, 4, 2]
    """
    at_once = max(1, BLOCK_ENTRIES // max(1, n_entries))
    for start in range(0, n_tables, at_once):
        yield min(at_once, n_tables - start)


def numbered_groups(groups: IntArray, labels_true: IntArray) -> IntArray:
    """Groups of the scored tracks as 0, 1, 2 …, every negative one a group of its own.

    Raises
    ------
    ValueError
        When the two differ in shape.

    Examples
    --------
    >>> numbered_groups(np.array([7, -1, -1, 7, 9]), np.array([0, 1, 1, 0, -1])).tolist()
    [2, 1, 0, 2]
    """
    groups, labels_true = np.asarray(groups), np.asarray(labels_true)
    if groups.shape != labels_true.shape:
        raise ValueError(
            f"groups must have the shape of labels_true, {labels_true.shape}. Got {groups.shape}."
        )
    alone = -1 - np.arange(len(groups))
    kept = np.where(groups < 0, alone, groups)[scored_tracks(labels_true)]
    return np.unique(kept, return_inverse=True)[1]


def dealt_tracks(group: IntArray, donors: IntArray) -> IntArray:
    """The track whose class each track gets where every group gets those of another.

    They are repeated or cut to the number of tracks of the group.

    Parameters
    ----------
    group
        Shape (n_tracks,): groups 0, 1, 2 …
    donors
        Shape (..., n_groups): of every group, the one that gives.

    Returns
    -------
    Shape (..., n_tracks), rows of tracks.

    Examples
    --------
    >>> dealt_tracks(np.array([0, 1, 0, 0]), np.array([[1, 0], [0, 1]])).tolist()
    [[1, 0, 1, 1], [0, 1, 2, 3]]
    """
    by_group = np.argsort(group, kind="stable")
    lengths = np.bincount(group)
    starts = np.cumsum(lengths) - lengths
    place = np.empty(len(group), dtype=np.intp)
    place[by_group] = np.arange(len(group)) - starts[group[by_group]]
    donor = donors[..., group]
    return np.asarray(by_group[starts[donor] + place % lengths[donor]])
