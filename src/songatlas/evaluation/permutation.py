"""Permutation tests: what a score is when clusters have nothing to do with classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from songatlas.evaluation.contingency import cells, contingency_table
from songatlas.evaluation.external import EXTERNAL
from songatlas.evaluation.stacks import (
    dealt_tracks,
    defined_scores,
    numbered_groups,
    score_stacks,
    stack_sizes,
)
from songatlas.types import Counts, Float64, IntArray


class Chance(NamedTuple):
    """Chance level of a score, and how often chance does as well as the data."""

    p_value: float
    mean: float
    sd: float


def permutation_test(
    labels_true: IntArray,
    labels: IntArray,
    groups: IntArray | None = None,
    *,
    n_permutations: int = 999,
    rng: np.random.Generator,
) -> dict[str, Chance | None]:
    """Chance level of every external score, and the p-value of the observed one.

    Without `groups` the true labels are dealt out anew among the tracks. With `groups` they are
    dealt out among the groups: each group gets the labels of another, repeated or cut to its own
    number of tracks. Artists that keep to one genre and to one cluster make hundreds of tracks
    agree by a few dozen coincidences; dealt out track by track they would pass for significant.
    Where groups differ in size, deals differ in how common each label is, so that the mean of a
    score that grows with the commonest label, as purity does, may lie above what is observed.

    Parameters
    ----------
    labels_true, labels, groups
        As for :func:`songatlas.evaluation.bootstrap.bootstrap_interval`.
    n_permutations
        Number of deals; 0 gives no test.
    rng
        Source of the deals.

    Returns
    -------
    One a metric; None where the score is not defined. The p-value is one-sided,
    (1 + deals at least as good) / (1 + deals), in (0, 1]: small when the agreement is greater
    than by chance.

    References
    ----------
    B. Phipson and G. K. Smyth, "Permutation p-values should never be zero", Statistical
    Applications in Genetics and Molecular Biology 9, 2010.

    Examples
    --------
    >>> labels = np.repeat([0, 1, 2], 20)
    >>> chance = permutation_test(labels, labels, rng=np.random.default_rng(0))["Purity"]
    >>> chance.p_value, round(chance.mean, 2)
    (0.001, 0.42)
    """
    if groups is not None:
        return permutation_tests(
            labels_true, [labels], groups, n_permutations=n_permutations, rng=rng
        )[0]
    table = contingency_table(labels_true, labels)
    return _chances(table, score_stacks(_deal_to_tracks(table, n_permutations, rng)))


def permutation_tests(
    labels_true: IntArray,
    partitions: Sequence[IntArray],
    groups: IntArray,
    *,
    n_permutations: int = 999,
    rng: np.random.Generator,
) -> list[dict[str, Chance | None]]:
    """:func:`permutation_test` of several clusterings of the same tracks, on the same deals.

    Examples
    --------
    >>> labels = np.repeat([0, 1, 2], 20)
    >>> others = np.arange(60) % 3
    >>> artists = np.arange(60) // 2
    >>> rng = np.random.default_rng(0)
    >>> found = permutation_tests(labels, [labels, others], artists, rng=rng)
    >>> [chance["ARI"].p_value < 0.05 for chance in found]
    [True, False]
    """
    tables = [contingency_table(labels_true, labels) for labels in partitions]
    if not tables[0].size:
        return [_chances(table, score_stacks(())) for table in tables]
    rows = [cells(labels_true, labels) for labels in partitions]
    classes = rows[0][1]
    # Tracks that share their cluster in every clustering are counted once for all of them.
    joint, cell = np.unique(np.stack([of for of, _ in rows], 1), axis=0, return_inverse=True)
    group = numbered_groups(groups, labels_true)
    scores: list[list[dict[str, Float64]]] = [[] for _ in tables]
    for stack in _deal_to_groups(cell.ravel(), classes, group, n_permutations, rng):
        for table, of, found in zip(tables, joint.T, scores, strict=True):
            dealt = _merged(stack, of, len(table))
            if len(table) == 1:  # it says nothing of any labels, however common a deal makes them
                dealt = np.broadcast_to(table, (len(stack), *table.shape))
            found.append(score_stacks([dealt]))
    return [_chances(table, _joined(found)) for table, found in zip(tables, scores, strict=True)]


def _merged(stack: Counts, cluster: IntArray, n_clusters: int) -> Counts:
    """Tables with a row a cluster from those with a row a cell, (n_tables, n_cells, n_classes)."""
    order = np.argsort(cluster, kind="stable")
    starts = np.searchsorted(cluster[order], np.arange(n_clusters))
    return np.add.reduceat(stack[:, order], starts, axis=1)


def _joined(parts: Sequence[Mapping[str, Float64]]) -> dict[str, Float64]:
    return {
        name: np.concatenate([np.empty(0), *(part[name] for part in parts)]) for name in EXTERNAL
    }


def _chances(table: Counts, drawn: Mapping[str, Float64]) -> dict[str, Chance | None]:
    chances: dict[str, Chance | None] = dict.fromkeys(EXTERNAL)
    for name, observed, scores in defined_scores(table, drawn):
        # Equal tables may differ by rounding, which must not make chance look worse.
        p_value = (1 + int((scores >= observed - 1e-12).sum())) / (1 + len(scores))
        chances[name] = Chance(p_value, float(scores.mean()), float(scores.std()))
    return chances


def _deal_to_tracks(
    table: Counts, n_permutations: int, rng: np.random.Generator
) -> Iterator[Counts]:
    """Random tables with the margins of `table`, drawn cell by cell given the cells before."""
    for size in stack_sizes(n_permutations, table.size):
        stack = np.zeros((size, *table.shape), dtype=np.int64)
        left_in_class = np.tile(table.sum(axis=0), (size, 1))
        for i, n_cluster in enumerate(table.sum(axis=1)):
            to_place = np.full(size, n_cluster)
            others = left_in_class.sum(axis=1)
            for j in range(table.shape[1]):
                others -= left_in_class[:, j]
                stack[:, i, j] = rng.hypergeometric(left_in_class[:, j], others, to_place)
                to_place -= stack[:, i, j]
            left_in_class -= stack[:, i]
        yield stack


def _deal_to_groups(
    clusters: IntArray,
    classes: IntArray,
    group: IntArray,
    n_permutations: int,
    rng: np.random.Generator,
) -> Iterator[Counts]:
    """Tables in which every group has the classes of a random other one, track after track."""
    n_clusters, n_classes = int(clusters.max()) + 1, int(classes.max()) + 1
    n_groups = int(group.max()) + 1
    for size in stack_sizes(n_permutations, max(len(group), n_clusters * n_classes)):
        donors = rng.permuted(np.tile(np.arange(n_groups), (size, 1)), axis=1)
        dealt = classes[dealt_tracks(group, donors)]  # (size, n_tracks)
        index = (np.arange(size)[:, None] * n_clusters + clusters) * n_classes + dealt
        counts = np.bincount(index.ravel(), minlength=size * n_clusters * n_classes)
        yield counts.reshape(size, n_clusters, n_classes)
