"""Stacks of contingency tables, on which bootstrap and permutation test compute their scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from songatlas.evaluation.contingency import scored_tracks
from songatlas.evaluation.external import EXTERNAL

if TYPE_CHECKING:
    import numpy.typing as npt

    from songatlas.types import IntArray

    Counts = npt.NDArray[np.int64]
    Float64 = npt.NDArray[np.float64]

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
